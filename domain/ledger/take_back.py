"""Taking back what a reversed transfer gave, and what follows where it is spent (LEDGER section 5).

*There* means unpinned lots of the same obligor, the transfer's own newest first, then those they
were merged into, then others in spending order. The unit owner's policy says what follows where
less is there than is needed: refuse; reverse the greatest part whose points are there; or take what
is there and book the rest as debt, which later issues repay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import Refusal
from domain.ledger.lots import Draw, unpinned
from domain.ledger.model import spending_order
from domain.ledger.records import ALLOW_DEBT, FUNDING, WITHIN_BALANCE
from domain.ledger.reversal_plan import given_back

if TYPE_CHECKING:
    from domain.ledger.model import Hold, Leg, Lot
    from domain.ledger.records import Unit
    from domain.ledger.reversal_plan import Plan
    from domain.ledger.state import LotKey, State


class Taken(NamedTuple):
    """The source amount that is reversed, what is taken back for it, and what becomes debt.

    ``overdue`` are holds on the wallet whose deadline has passed: they end before the reversal.
    """

    amount: int
    draws: list[Draw]
    debt: int
    overdue: list[Hold]


def take_back(state: State, plan: Plan, leg: Leg, amount: int, now: int) -> Taken | Refusal:
    """Return what is taken back through ``leg``'s wallet where ``amount`` is to be reversed."""
    unit = state.reference.units[leg.unit]
    policy = state.reference.partners[unit.owner].reversal
    free, overdue = unpinned(state, leg.book, leg.unit, now)
    there = _there(state, plan, free)
    have = {obligor: sum(part for _, part in draws) for obligor, draws in there.items()}
    needed = _needed(state, plan, amount)
    missing = _missing(plan, needed, have, amount)
    if missing and policy == WITHIN_BALANCE:
        amount = _greatest(state, plan, have, amount)
        if amount:
            needed, missing = _needed(state, plan, amount), 0
    if missing and policy == ALLOW_DEBT:
        if _several_obligors(state, unit):
            return Refusal("DEBT_NOT_ALLOWED", ("input", "transferId"), {"unit": unit.code})
    elif missing:
        required = sum(needed.values())
        facts: dict[str, str | int] = {
            "unit": unit.code,
            "available": required - missing,
            "required": required,
        }
        return Refusal("POINTS_SPENT", ("input", "amount"), facts)
    return Taken(amount, _collect(state, plan, needed, there, amount), missing, overdue)


def _needed(state: State, plan: Plan, amount: int) -> dict[str, int]:
    """Return the points to take back by obligor.

    A gift's points have the obligors of the lots they came from; all else was given by one.
    """
    if plan.original.kind != "GIFT":
        return {state.lot_by_key[plan.original.lots[0]].obligor: plan.given_step(amount)}
    needed: dict[str, int] = {}
    for lot, part in given_back(state, plan, amount):
        needed[lot.obligor] = needed.get(lot.obligor, 0) + part
    return needed


def _missing(plan: Plan, needed: dict[str, int], have: dict[str, int], amount: int) -> int:
    """Return how many points are not there; a repaid debt that comes back counts as there."""
    regained = plan.repaid_step(amount)
    return sum(
        max(0, points - have.get(obligor, 0) - regained) for obligor, points in needed.items()
    )


def _greatest(state: State, plan: Plan, have: dict[str, int], amount: int) -> int:
    """Return the greatest source amount, at most ``amount``, whose points are there.

    What is missing never falls as more is reversed, so bisection finds it.
    """
    low, high = 0, amount
    while low < high:
        middle = (low + high + 1) // 2
        if _missing(plan, _needed(state, plan, middle), have, middle):
            high = middle - 1
        else:
            low = middle
    return low


def _there(state: State, plan: Plan, free: list[Draw]) -> dict[str, list[Draw]]:
    """Return by obligor what is there, in the order of taking."""
    own = set(plan.original.lots)
    heirs = _heirs(state, own)
    mine = [draw for draw in free if _key(draw.lot) in heirs]
    mine.sort(key=lambda draw: (_key(draw.lot) in own, draw.lot.seq, draw.lot.n), reverse=True)
    others = [draw for draw in free if _key(draw.lot) not in heirs]
    others.sort(key=lambda draw: spending_order(draw.lot))
    there: dict[str, list[Draw]] = {}
    for draw in mine + others:
        there.setdefault(draw.lot.obligor, []).append(draw)
    return there


def _heirs(state: State, own: set[LotKey]) -> set[LotKey]:
    """Return the lots and all that they were merged into, over as many merges as there were."""
    heirs = set(own)
    for merged, sources in sorted(state.merges.items()):  # older ones first: chains come in order
        if not heirs.isdisjoint(sources):
            heirs.add(merged)
    return heirs


def _key(lot: Lot) -> tuple[str, str, int, int]:
    return lot.owner, lot.unit, lot.seq, lot.n


def _collect(
    state: State, plan: Plan, needed: dict[str, int], there: dict[str, list[Draw]], amount: int
) -> list[Draw]:
    """Return the draws that take back what is needed, as far as it is there.

    A repaid debt comes back into the issue's own lot in the same entry and is taken first.
    """
    regained = plan.repaid_step(amount)
    draws: list[Draw] = []
    for obligor, points in needed.items():
        available = there.get(obligor, [])
        if regained:
            own = state.lot_by_key[plan.original.lots[0]]
            free = sum(draw.amount for draw in available if draw.lot is own)
            available = [
                Draw(own, free + regained),
                *[draw for draw in available if draw.lot is not own],
            ]
        left = points
        for lot, free in available:
            step = min(free, left)
            if step:
                draws.append(Draw(lot, step))
                left -= step
    return draws


def _several_obligors(state: State, unit: Unit) -> bool:
    """Tell whether more than the unit's owner may stand behind its points."""
    if unit.prepaid:
        return False
    return any(
        contract.type == FUNDING and contract.source == unit.code and contract.accepted_seq
        for contract in state.reference.contracts.values()
    )
