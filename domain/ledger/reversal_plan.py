"""An original transfer as a reversal sees it: what remains of it, and what that is worth.

Everything a reversal posts is the difference between two values of one function of what remains,
at the original's own contract version and price (LEDGER section 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import DAY, NEVER
from domain.exchange.conversion import Conversion, conversion
from domain.ledger.holds import cited
from domain.ledger.lots import Draw
from domain.ledger.model import DEBT, POSTED, WALLET, LotExpiry
from domain.obligations.pricing import (
    Debts,
    difference,
    funding_debts,
    price_exchange,
    redemption_debts,
)

if TYPE_CHECKING:
    from domain.ledger.model import Leg, Obligation, Original
    from domain.ledger.records import Contract
    from domain.ledger.state import State


class Plan(NamedTuple):
    """An original, and what remains of it.

    ``left`` is what remains of its source amount. ``taken`` is the leg that debited a wallet,
    ``given`` the one that credited a wallet; ``repaid`` is the debt that an issue repaid;
    ``rule`` is the arithmetic of an exchange.
    """

    original: Original
    left: int
    taken: Leg | None
    given: Leg | None
    repaid: int
    rule: Conversion | None
    contract: Contract | None

    def given_for(self, source: int) -> int:
        """Return the points given for ``source`` of the original."""
        if self.given is None:
            return 0
        return self.rule.target_for(source) if self.rule else source

    def given_step(self, amount: int) -> int:
        """Return the points to take back where ``amount`` of the source is reversed."""
        return self.given_for(self.left) - self.given_for(self.left - amount)

    def repaid_step(self, amount: int) -> int:
        """Return how much of a repaid debt comes back where ``amount`` is reversed."""
        return min(self.repaid, self.left) - min(self.repaid, self.left - amount)


def plan_of(state: State, original: Original) -> Plan:
    """Return the plan of an original as it stands after the parts already reversed."""
    posted = [leg for leg in original.legs if leg.phase == POSTED]
    given = next((leg for leg in posted if leg.credit == WALLET), None)
    taken = next((leg for leg in posted if leg.debit == WALLET and leg.credit != DEBT), None)
    repaid = next((leg.amount for leg in posted if leg.credit == DEBT), 0)
    source = (taken or posted[0]).amount
    contract = cited(state, original.contract)
    rule = None
    if original.kind == "EXCHANGE" and contract is not None:
        units = state.reference.units
        rule = conversion(contract, units[contract.source], units[contract.target])
    return Plan(original, source - original.reversed, taken, given, repaid, rule, contract)


def given_back(state: State, plan: Plan, amount: int) -> list[Draw]:
    """Return what goes back into lots where ``amount`` is reversed, the last consumed first.

    The takes of an issue are the debt that it repaid; they come back as far as that falls.
    """
    if plan.taken is None:
        kept, back = min(plan.repaid, plan.left), plan.repaid_step(amount)
    else:
        kept, back = plan.left, amount
    return _tail(_takes(state, plan), kept, back)


def graced(state: State, plan: Plan, gives: list[Draw], now: int) -> tuple[LotExpiry, ...]:
    """Return the new expiry of lots given back to after their end, where their unit grants grace.

    Debt that an issue repaid comes back only to be taken again, so it has none.
    """
    leg = plan.taken
    if leg is None or not state.reference.units[leg.unit].grace:
        return ()
    until = min(NEVER, now + state.reference.units[leg.unit].grace * DAY)
    lapsed = state.lapses_at(leg.book, leg.unit) <= now
    return tuple(
        LotExpiry(lot.owner, lot.unit, lot.seq, lot.n, until)
        for lot, _ in gives
        if lapsed or lot.expires_at <= now
    )


def _takes(state: State, plan: Plan) -> list[Draw]:
    return [
        Draw(state.lot_by_key[use.owner, use.unit, use.seq, use.n], use.amount)
        for use in plan.original.takes
    ]


def _tail(takes: list[Draw], kept: int, amount: int) -> list[Draw]:
    """Return the last ``amount`` of the first ``kept`` of a list of draws, last first."""
    tail: list[Draw] = []
    skipped = sum(part for _, part in takes) - kept
    for lot, part in reversed(takes):
        here = part - min(part, skipped)
        skipped -= part - here
        step = min(here, amount)
        if step:
            tail.append(Draw(lot, step))
            amount -= step
    return tail


def _first(takes: list[Draw], kept: int) -> list[tuple[str, int]]:
    """Return (obligor, points) of the first ``kept`` of a list of draws."""
    parts: list[tuple[str, int]] = []
    for lot, part in takes:
        step = min(part, kept)
        if not step:
            break
        parts.append((lot.obligor, step))
        kept -= step
    return parts


def money_step(state: State, plan: Plan, amount: int) -> tuple[Obligation, ...]:
    """Return the obligations that carry what was posted to what remains after the part."""
    before = _debts(state, plan, plan.left)
    after = _debts(state, plan, plan.left - amount)
    return difference(state, before, after, plan.contract)


def _debts(state: State, plan: Plan, kept: int) -> Debts:
    original, contract = plan.original, plan.contract
    if contract is None:
        return {}
    units = state.reference.units
    if original.kind == "ISSUE":
        lot = state.lot_by_key[original.lots[0]]
        return funding_debts(kept, units[lot.unit], contract, lot.issuer)
    parts = _first(_takes(state, plan), kept)
    if original.kind == "EXCHANGE":
        source, target = units[contract.source], units[contract.target]
        return price_exchange(parts, plan.given_for(kept), source, target, contract).debts
    return redemption_debts(parts, units[contract.source], contract, original.acceptor)
