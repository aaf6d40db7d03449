"""Lots and what may be done with them: spending order, draws, carrying values (LEDGER section 3).

A *draw* is an amount taken from one lot. Everything that leaves a wallet is a list of draws in
spending order, and a reversal walks the same list backwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import format_instant
from domain.errors import Refusal
from domain.ids import derived_id
from domain.ledger.effects import entry_fields
from domain.ledger.model import (
    LOT_USES_MAX,
    REDEEMED,
    RELEASED,
    UNPIN,
    WALLET,
    Effect,
    Leg,
    LotUse,
    spending_order,
)
from domain.money import part_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.commands import Command
    from domain.ledger.model import Hold, Lot
    from domain.ledger.state import State

LEAF_VALUES_MAX = 64_000  # bytes of all values; with field names and common fields below 65,535
_FEW = 100  # uses and lots that fit a leaf whatever their digits; only longer lists are measured
_LONGEST_SEQ = 10**15 - 1  # stands for any sequence when an entry is measured before it has one


class Draw(NamedTuple):
    """``amount`` minor units of one lot."""

    lot: Lot
    amount: int


class Wallet(NamedTuple):
    """What of one unit a member can spend at an instant.

    ``free`` are the draws that could be made, in spending order, overdue holds counted as ended;
    ``overdue`` are those holds, whose time-out entries come before any entry that draws.
    ``lapses_at`` is when all of it ends by inactivity. ``merges`` are the entries that made like
    lots one, where there were too many; ``free`` draws on what they leave.
    """

    owner: str
    unit: str
    available: int
    free: list[Draw]
    overdue: list[Hold]
    lapses_at: int
    merges: tuple[Effect, ...] = ()


def unpinned(state: State, owner: str, unit: str, now: int) -> tuple[list[Draw], list[Hold]]:
    """Return what no live hold pins, expired or not, and the overdue holds that count as ended."""
    key = (owner, unit)
    overdue = state.overdue_holds(owner, unit, now) if key in state.holds_by_wallet else []
    back: dict[tuple[int, int], int] = {}
    for hold in overdue:
        for seq, n, amount in hold.pins:
            back[seq, n] = back.get((seq, n), 0) + amount
    free: list[Draw] = []
    for lot in state.lots.get(key, ()):
        amount = lot.remaining - lot.pinned
        if overdue:
            amount += back.get((lot.seq, lot.n), 0)
        if amount > 0:
            free.append(Draw(lot, amount))
    return free, overdue


def open_wallet(state: State, owner: str, unit: str, now: int) -> Wallet:
    """Return what can be spent at ``now``: not pinned by a live hold, not past its expiry."""
    everything, overdue = unpinned(state, owner, unit, now)
    lapses_at = state.lapses_at(owner, unit)
    free: list[Draw] = []
    available = 0
    for there in everything:
        lot, amount = there
        if lot.expires_at > now and lapses_at > now:
            free.append(there)
            available += amount
    if len(free) > 1:
        free.sort(key=lambda draw: spending_order(draw.lot))
    return Wallet(owner, unit, available, free, overdue, lapses_at)


def draw(free: Iterable[Draw], amount: int) -> list[Draw]:
    """Return the first draws that make up ``amount``; the caller has seen that there is enough."""
    drawn: list[Draw] = []
    for lot, there in free:
        if there >= amount:
            drawn.append(Draw(lot, amount))
            break
        drawn.append(Draw(lot, there))
        amount -= there
    return drawn


def short(wallet: Wallet, required: int) -> Refusal | None:
    """Refuse where the wallet holds less than ``required`` or would need too many lots."""
    if wallet.available < required:
        return Refusal(
            "INSUFFICIENT_POINTS",
            ("input", "amount"),
            {"unit": wallet.unit, "available": wallet.available, "required": required},
        )
    if len(wallet.free) > LOT_USES_MAX and len(draw(wallet.free, required)) > LOT_USES_MAX:
        return too_many(len(draw(wallet.free, required)))
    return None


def too_many(lots: int) -> Refusal:
    """Return the refusal of a transfer over more lots than an entry can hold."""
    return Refusal("TOO_MANY_LOTS", ("input", "amount"), {"lots": lots, "maximum": LOT_USES_MAX})


def oversized(effect: Effect) -> Refusal | None:
    """Refuse an effect whose leaf would pass 65,535 bytes, however few its uses."""
    if len(effect.uses) + len(effect.lots) <= _FEW:
        return None
    size = sum(len(value) for value in entry_fields(effect, _LONGEST_SEQ).values())
    return too_many(len(effect.uses)) if size > LEAF_VALUES_MAX else None


def uses(draws: Iterable[Draw], action: str) -> tuple[LotUse, ...]:
    """Return the uses that carry out ``draws``."""
    return tuple(
        [LotUse(lot.owner, lot.unit, lot.seq, lot.n, action, amount) for lot, amount in draws]
    )


def carried(lot: Lot, amount: int) -> int:
    """Return the carrying value of ``amount`` of a lot: its value before less its value after."""
    return part_of(lot.cost, lot.remaining, lot.amount) - part_of(
        lot.cost, lot.remaining - amount, lot.amount
    )


def times(command: Command, effective: int) -> dict[str, str]:
    """Return the fields ``effective`` and ``received`` of a transfer's entry."""
    received = command.received_at
    return {
        "effective": format_instant(effective),
        "received": format_instant(received) if received else "",
    }


def hold_fields(hold: Hold) -> dict[str, str]:
    """Return what every entry about a hold repeats of it."""
    return {
        "hold": hold.id,
        "deadline": format_instant(hold.deadline),
        "acceptor": hold.acceptor,
        "contract": hold.contract,
    }


def time_outs(
    overdue: list[Hold], command: Command, now: int, before: int = 0
) -> tuple[Effect, ...]:
    """Return the ``hold.expired`` entries that stand before an entry drawing on their wallet.

    ``before`` is how many entries the command has put before these.
    """
    if not overdue:
        return ()
    return tuple(
        ended(hold, "hold.expired", derived_id(command.id, place), times(command, now))
        for place, hold in enumerate(overdue, before)
    )


def preceding(wallet: Wallet, command: Command, now: int) -> tuple[Effect, ...]:
    """Return the entries that stand before one that draws on the wallet."""
    return (*time_outs(wallet.overdue, command, now), *wallet.merges)


def ended(hold: Hold, kind: str, id_: str, stamp: dict[str, str]) -> Effect:
    """Return the effect that releases a hold whole: timed out or voided."""
    return Effect(
        kind,
        id_,
        {**stamp, **hold_fields(hold)},
        legs=(Leg(hold.owner, hold.unit, WALLET, REDEEMED, RELEASED, hold.amount),),
        uses=tuple(
            LotUse(hold.owner, hold.unit, seq, n, UNPIN, amount) for seq, n, amount in hold.pins
        ),
        reserve=hold.reserve,
    )
