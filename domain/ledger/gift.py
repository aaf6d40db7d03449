"""Gift and expire: points move to another member, or end (LEDGER sections 2 and 3).

A gift copies obligor, issuer, funding, expiry and carrying value, lot by lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import (
    amount_out_of_range,
    counter_limit,
    erased_member,
    not_permitted,
    unknown_member,
    unknown_unit,
)
from domain.ledger.inactivity import expiry_of, lapse, past
from domain.ledger.lots import (
    carried,
    draw,
    open_wallet,
    oversized,
    preceding,
    short,
    time_outs,
    times,
    unpinned,
    uses,
)
from domain.ledger.merging import gathered
from domain.ledger.model import (
    CLEARING,
    LOT_USES_MAX,
    POSTED,
    TAKE,
    WALLET,
    Decision,
    Effect,
    Leg,
    LotOpened,
)

if TYPE_CHECKING:
    from domain.ledger.commands import ExpireWallet, GiftPoints
    from domain.ledger.state import State

GIFT_CODES = (
    "AMOUNT_OUT_OF_RANGE",
    "UNIT_UNKNOWN",
    "MEMBER_UNKNOWN",
    "MEMBER_ERASED",
    "SAME_MEMBER",
    "NOT_PERMITTED",
    "INSUFFICIENT_POINTS",
    "TOO_MANY_LOTS",
    "COUNTER_LIMIT",
)
EXPIRE_CODES = ("NOTHING_TO_EXPIRE",)


def decide_gift(state: State, command: GiftPoints, now: int) -> Decision | Refusal:
    """Decide a gift between two members by the unit's owner, in the order of ``GIFT_CODES``."""
    refusal = (
        amount_out_of_range(command.amount)
        or unknown_unit(state, command.unit)
        or unknown_member(state, command.owner)
        or unknown_member(state, command.recipient, "recipientId")
        or erased_member(state, command.owner)
        or erased_member(state, command.recipient, "recipientId")
    )
    if refusal is None and command.owner == command.recipient:
        refusal = Refusal("SAME_MEMBER", ("input", "recipientId"), {"member": command.recipient})
    if refusal is None and state.reference.units[command.unit].owner != command.actor.partner:
        refusal = not_permitted(command.actor, "input", "unit")
    if refusal is not None:
        return refusal
    wallet = open_wallet(state, command.owner, command.unit, now)
    wallet = gathered(state, wallet, command.amount, command, now)
    refusal = short(wallet, command.amount)
    if refusal is not None:
        return refusal
    draws = draw(wallet.free, command.amount)
    lots = tuple(
        LotOpened(
            1,
            lot.obligor,
            lot.issuer,
            lot.funding,
            lot.expires_at,
            lot.currency,
            carried(lot, part),
            part,
        )
        for lot, part in draws
    )
    effect = Effect(
        "points.gifted",
        command.id,
        {**times(command, now), "pd_from": "", "pd_to": ""},
        legs=(
            Leg(command.owner, command.unit, WALLET, CLEARING, POSTED, command.amount),
            Leg(command.recipient, command.unit, CLEARING, WALLET, POSTED, command.amount),
        ),
        lots=lots,
        uses=uses(draws, TAKE),
    )
    refusal = oversized(effect) or counter_limit(
        state, command.recipient, command.unit, WALLET, command.amount
    )
    before = preceding(wallet, command, now)
    lapsed = lapse(state, command, command.recipient, command.unit, now, len(before))
    return refusal or Decision((*before, *lapsed.effects, effect))


def decide_expire(state: State, command: ExpireWallet, now: int) -> Decision | Refusal:
    """End a wallet's overdue holds and expire what is past its time and not pinned.

    At most ``LOT_USES_MAX`` lots at once; the job comes back for the rest.
    """
    free, overdue = unpinned(state, command.owner, command.unit, now)
    effects = time_outs(overdue, command, now)
    draws = past(state, command.owner, command.unit, free, now)[:LOT_USES_MAX]
    if draws:
        effects += (expiry_of(draws, command, command.owner, command.unit, now, command.id),)
    if not effects:
        return Refusal("NOTHING_TO_EXPIRE", (), {"unit": command.unit})
    return Decision(effects)
