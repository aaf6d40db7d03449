"""Holds: a pending redeem pins lots until it is captured, voided or timed out (LEDGER section 4).

A hold keeps its contract version and price, and a part of its debtors' caps, so that a capture is
never refused for a cap. What is captured is drawn from the pins in spending order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.clock import DAY, SECOND, format_instant
from domain.errors import Refusal
from domain.ids import split_cite
from domain.ledger.checks import not_permitted
from domain.ledger.lots import ended, hold_fields, oversized, preceding, times, uses
from domain.ledger.model import (
    PENDING,
    PIN,
    POSTED,
    REDEEMED,
    RELEASED,
    TAKE,
    UNPIN,
    WALLET,
    Decision,
    Effect,
    Hold,
    Leg,
    LotUse,
)
from domain.ledger.records import PENDING_STATE
from domain.ledger.redeem import REDEEM_CODES, prepare_spend
from domain.obligations.exposure import over_cap
from domain.obligations.pricing import obligations, redemption_debts, reserves

if TYPE_CHECKING:
    from domain.ledger.commands import CaptureHold, PlaceHold, VoidHold
    from domain.ledger.records import Contract
    from domain.ledger.state import State

HOLD_MIN = SECOND  # a shorter hold would be over before its answer arrives
HOLD_MAX = 30 * DAY  # card schemes' longest; longer would freeze a member's points out of sight

HOLD_CODES = ("DEADLINE_INVALID", *REDEEM_CODES)
CAPTURE_CODES = (
    "HOLD_UNKNOWN",
    "NOT_PERMITTED",
    "HOLD_ENDED",
    "HOLD_EXPIRED",
    "AMOUNT_OUT_OF_RANGE",
    "CAPTURE_EXCEEDS_HOLD",
)
VOID_CODES = ("HOLD_UNKNOWN", "HOLD_ENDED", "HOLD_EXPIRED")


def decide_hold(state: State, command: PlaceHold, now: int) -> Decision | Refusal:
    """Decide a hold; refusals come in the order of ``HOLD_CODES``."""
    if not now + HOLD_MIN <= command.deadline <= now + HOLD_MAX:
        return Refusal(
            "DEADLINE_INVALID",
            ("input", "expiresAt"),
            {"minimum": now + HOLD_MIN, "maximum": now + HOLD_MAX},
        )
    spend = prepare_spend(state, command, now)
    if isinstance(spend, Refusal):
        return spend
    kept = reserves(spend.debts, spend.contract)
    refusal = over_cap(state, command.actor, (), kept, spend.wallet.overdue)
    if refusal is not None:
        return refusal
    effect = Effect(
        "hold.placed",
        command.id,
        {
            **times(command, now),
            **spend.cites,
            "hold": command.id,
            "deadline": format_instant(command.deadline),
            "acceptor": command.actor.partner,
        },
        legs=(Leg(command.owner, spend.unit.code, WALLET, REDEEMED, PENDING, command.amount),),
        uses=uses(spend.draws, PIN),
        reserve=kept,
    )
    return oversized(effect) or Decision((*preceding(spend.wallet, command, now), effect))


def _known_hold(state: State, command: CaptureHold | VoidHold) -> Hold | Refusal:
    """Return the hold where the caller is its acceptor or the unit's owner; else none is known."""
    hold = state.holds.get((command.owner, command.hold))
    actor = command.actor
    if hold is None or actor.partner not in (hold.acceptor, state.reference.units[hold.unit].owner):
        return Refusal("HOLD_UNKNOWN", ("input", "holdId"), {"hold": command.hold})
    return hold


def _over(hold: Hold, now: int) -> Refusal | None:
    path = ("input", "holdId")
    if hold.state != PENDING_STATE:
        return Refusal("HOLD_ENDED", path, {"hold": hold.id, "state": hold.state})
    if hold.deadline <= now:
        return Refusal("HOLD_EXPIRED", path, {"hold": hold.id, "deadline": hold.deadline})
    return None


def decide_capture(state: State, command: CaptureHold, now: int) -> Decision | Refusal:
    """Decide a capture, whole or in part; refusals come in the order of ``CAPTURE_CODES``."""
    hold = _known_hold(state, command)
    if isinstance(hold, Refusal):
        return hold
    if command.actor.partner != hold.acceptor:
        return not_permitted(command.actor, "input", "holdId")
    refusal = _over(hold, now)
    if refusal is not None:
        return refusal
    amount = hold.amount if command.amount is None else command.amount
    if amount < 0:
        facts: dict[str, str | int] = {"amount": amount, "minimum": 0, "maximum": hold.amount}
        return Refusal("AMOUNT_OUT_OF_RANGE", ("input", "amount"), facts)
    if amount > hold.amount:
        return Refusal(
            "CAPTURE_EXCEEDS_HOLD",
            ("input", "amount"),
            {"available": hold.amount, "required": amount},
        )
    if amount == 0:
        return Decision((ended(hold, "hold.voided", command.id, times(command, now)),))
    taken = _first_pins(hold, amount)
    parts = [
        (state.lot_by_key[hold.owner, hold.unit, seq, n].obligor, part) for seq, n, part in taken
    ]
    contract = cited(state, hold.contract)
    debts = redemption_debts(parts, state.reference.units[hold.unit], contract, hold.acceptor)
    unpinned = tuple(
        LotUse(hold.owner, hold.unit, seq, n, UNPIN, part) for seq, n, part in hold.pins
    )
    drawn = tuple(LotUse(hold.owner, hold.unit, seq, n, TAKE, part) for seq, n, part in taken)
    effect = Effect(
        "hold.captured",
        command.id,
        {**times(command, now), **hold_fields(hold)},
        legs=(
            Leg(hold.owner, hold.unit, WALLET, REDEEMED, RELEASED, hold.amount),
            Leg(hold.owner, hold.unit, WALLET, REDEEMED, POSTED, amount),
        ),
        uses=unpinned + drawn,
        obligations=obligations(state, debts, contract),
        reserve=hold.reserve,
    )
    return Decision((effect,))


def decide_void(state: State, command: VoidHold, now: int) -> Decision | Refusal:
    """Decide a void; refusals come in the order of ``VOID_CODES``."""
    hold = _known_hold(state, command)
    if isinstance(hold, Refusal):
        return hold
    return _over(hold, now) or Decision(
        (ended(hold, "hold.voided", command.id, times(command, now)),)
    )


def cited(state: State, cite: str) -> Contract | None:
    """Return the contract version that an entry cites, None where it cites none."""
    return state.reference.contracts[split_cite(cite)] if cite else None


def _first_pins(hold: Hold, amount: int) -> list[tuple[int, int, int]]:
    taken: list[tuple[int, int, int]] = []
    for seq, n, pinned in hold.pins:
        part = min(pinned, amount)
        taken.append((seq, n, part))
        amount -= part
        if not amount:
            break
    return taken
