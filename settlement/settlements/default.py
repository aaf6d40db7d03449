"""A default: the defaulter's prefund is drawn, and its creditors share what is left (FINANCE 3).

The shortfall is split over the net creditors by their nets, largest remainder: 30 over 60 and 40
is 18 and 12. None can lose more than it still has to get, so what one was paid beyond its part is
borne by the others; what nobody has still to get, the operator has paid out of its own pocket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.ids import OPERATOR
from domain.ledger.model import Effect, Obligation
from domain.ledger.settling import DEFAULTED, SETTLED, Share, banked
from domain.money import split
from settlement.settlements.moving import moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.ledger.settling import Settlement
    from domain.ledger.state import State

CLAIM = "CLAIM"
LOSS_SHARING = "LOSS_SHARING"  # the policy's name, and its two values
BY_NET = "BY_NET"
OPERATOR_BEARS = "OPERATOR"


class Creditor(NamedTuple):
    """A net creditor: its code, its net as a positive number, and what it has still to get."""

    partner: str
    net: int
    due: int


def share_loss(loss: int, creditors: Sequence[Creditor]) -> dict[str, int]:
    """Split a loss over creditors by their nets, none above its ``due``.

    What is above all of them falls to the operator. Zero parts are left out.
    """
    parts: dict[str, int] = {}
    bearing = [one for one in creditors if one.due]
    while loss and bearing:
        fair = split(loss, [one.net for one in bearing])
        full = [one for one, part in zip(bearing, fair, strict=True) if part > one.due]
        if not full:
            parts.update(
                (one.partner, part) for one, part in zip(bearing, fair, strict=True) if part
            )
            return parts
        for one in full:
            parts[one.partner] = one.due
            loss -= one.due
        bearing = [one for one in bearing if one not in full]
    if loss:
        parts[OPERATOR] = parts.get(OPERATOR, 0) + loss
    return parts


def default(state: State, settlement: Settlement, reason: str) -> list[Effect]:
    """Return the entries of a default; where nothing is left to be paid it is settled at once."""
    nets = state.nets[settlement.id]
    waiting = {net.partner: net.due for net in nets.values() if net.net < 0}
    effects: list[Effect] = []
    shares: list[Share] = []
    paid_by_bank = banked(settlement, nets.values())
    for partner in sorted(net.partner for net in paid_by_bank if net.net > 0 and net.due):
        due = nets[partner].due
        line = state.credit_lines.get((partner, settlement.currency))
        drawn = min(due, line.prefund if line else 0)
        if drawn:
            effects.append(_drawn(settlement, partner, drawn))
        creditors = [Creditor(code, -nets[code].net, waiting[code]) for code in sorted(waiting)]
        if _rule(state) == OPERATOR_BEARS:
            creditors = []
        for creditor, amount in share_loss(due - drawn, creditors).items():
            waiting[creditor] = max(0, waiting.get(creditor, 0) - amount)
            shares.append(Share(settlement.id, partner, creditor, amount))
    effects += [_shared(settlement, share) for share in shares]
    effects.append(moved(settlement, DEFAULTED, reason))
    if not any(due for creditor, due in waiting.items() if creditor != OPERATOR):
        effects += settled(state, settlement, shares, reason)
    return effects


def _rule(state: State) -> str:
    declared = state.reference.policies.get((LOSS_SHARING, "", ""))
    return declared.value if declared else BY_NET


def borne(state: State, settlement: Settlement) -> int:
    """Return what the operator pays out of its own pocket, because of defaults."""
    shares = state.shares.get(settlement.id, ())
    own = state.nets[settlement.id].get(OPERATOR)
    total = sum(share.amount for share in shares if share.creditor == OPERATOR)
    return total - (own.shared if own is not None and own.net < 0 else 0)


def settled(
    state: State, settlement: Settlement, shares: Iterable[Share], reason: str
) -> list[Effect]:
    """Return the entries that end a settlement: its claims, each of its two partners, then that."""
    currency = settlement.currency
    period = state.reference.open_periods[currency]
    effects = [
        Effect(
            "obligation.charged",
            "",
            {},
            obligations=(
                Obligation(one.debtor, one.creditor, currency, period, one.amount, "", CLAIM),
            ),
        )
        for one in shares
        if one.debtor != one.creditor
    ]
    effects.append(moved(settlement, SETTLED, reason))
    return effects


def _drawn(settlement: Settlement, partner: str, amount: int) -> Effect:
    fields = {
        "settlement": settlement.id,
        "partner": partner,
        "currency": settlement.currency,
        "amount": str(amount),
    }
    return Effect("settlement.drawn", "", fields)


def _shared(settlement: Settlement, share: Share) -> Effect:
    fields = {
        "settlement": settlement.id,
        "debtor": share.debtor,
        "creditor": share.creditor,
        "currency": settlement.currency,
        "amount": str(share.amount),
    }
    return Effect("settlement.shared", "", fields)
