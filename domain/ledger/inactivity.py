"""Points that end by inactivity: when they lapse, and what makes room for those that come next.

In a unit with the rule ``INACTIVITY n`` a wallet's points lapse together, n days after what its
account's ``active_at`` says: the owner's last issue or redeem (placing a hold is one, and so is its
capture), or the arrival of points by other ways in a wallet that had none. So an exchange there and
back renews nothing, and nothing is dead on arrival.

Lapsed points are not spendable, whether or not the job has run. What begins the count anew expires
them first, in entries of their own, lest it revive them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.ids import derived_id
from domain.ledger.lots import Draw, time_outs, times, unpinned, uses
from domain.ledger.model import (
    EXPIRED,
    LOT_USES_MAX,
    POSTED,
    TAKE,
    WALLET,
    Effect,
    Leg,
    spending_order,
)

if TYPE_CHECKING:
    from domain.ledger.commands import Command
    from domain.ledger.model import Hold
    from domain.ledger.state import State


class Lapse(NamedTuple):
    """Entries that stand before one that brings points; ``overdue`` are the holds they end."""

    effects: tuple[Effect, ...]
    overdue: list[Hold]


_NOTHING = Lapse((), [])


def lapse(
    state: State, command: Command, owner: str, unit: str, now: int, before: int = 0
) -> Lapse:
    """Return what ends a wallet's lapsed points; nothing where there are none.

    ``before`` is how many entries the command has put before these.
    """
    if state.lapses_at(owner, unit) > now:
        return _NOTHING
    return expire_past(state, command, owner, unit, now, before)


def expire_past(
    state: State, command: Command, owner: str, unit: str, now: int, before: int = 0
) -> Lapse:
    """Return what ends a wallet's points past their time, lest the command's own entry revive them.

    ``before`` is how many entries the command has put before these.
    """
    free, overdue = unpinned(state, owner, unit, now)
    over = past(state, owner, unit, free, now)
    if not over:
        return _NOTHING
    effects = time_outs(overdue, command, now, before)
    for start in range(0, len(over), LOT_USES_MAX):
        id_ = derived_id(command.id, before + len(effects))
        draws = over[start : start + LOT_USES_MAX]
        effects += (expiry_of(draws, command, owner, unit, now, id_),)
    return Lapse(effects, overdue)


def expiry_of(
    draws: list[Draw], command: Command, owner: str, unit: str, now: int, id_: str
) -> Effect:
    """Return the effect that expires what is drawn."""
    total = sum(amount for _, amount in draws)
    return Effect(
        "points.expired",
        id_,
        times(command, now),
        legs=(Leg(owner, unit, WALLET, EXPIRED, POSTED, total),),
        uses=uses(draws, TAKE),
    )


def past(state: State, owner: str, unit: str, free: list[Draw], now: int) -> list[Draw]:
    """Return those of a wallet's unpinned draws whose time is over, in spending order."""
    lapsed = state.lapses_at(owner, unit) <= now
    over = [draw for draw in free if lapsed or draw.lot.expires_at <= now]
    return sorted(over, key=lambda draw: spending_order(draw.lot))
