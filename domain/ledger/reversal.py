"""Reversal: a transfer undone, whole or in parts (LEDGER section 5).

Lots are given back in the reverse order of their consumption, into the lots they came from. Target
points and money follow what remains of the original. Reversals are outside caps and do not refill
them. What a dispute corrected follows the contract no more, so that would be given back twice: such
a transfer is reversed once its line has been corrected back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import amount_out_of_range, counter_limit, erased_member
from domain.ledger.inactivity import expire_past
from domain.ledger.lots import oversized, time_outs, times, too_many, uses
from domain.ledger.model import (
    DEBT,
    GIVE,
    LOT_USES_MAX,
    POSTED,
    TAKE,
    WALLET,
    Decision,
    Effect,
    Leg,
)
from domain.ledger.reversal_plan import given_back, graced, money_step, plan_of
from domain.ledger.take_back import Taken, take_back

if TYPE_CHECKING:
    from domain.ledger.commands import ReverseTransfer
    from domain.ledger.disputes import Dispute, Line
    from domain.ledger.model import Original
    from domain.ledger.reversal_plan import Plan
    from domain.ledger.state import State

REVERSE_CODES = (
    "TRANSFER_UNKNOWN",
    "MEMBER_ERASED",
    "NOT_REVERSIBLE",
    "VALUE_INVALID",
    "LINE_CORRECTED",
    "AMOUNT_OUT_OF_RANGE",
    "REVERSAL_EXCEEDS_ORIGINAL",
    "POINTS_SPENT",
    "DEBT_NOT_ALLOWED",
    "TOO_MANY_LOTS",
    "COUNTER_LIMIT",
)
REVERSIBLE = ("ISSUE", "REDEEM", "CAPTURE", "EXCHANGE", "GIFT", "ADJUST")
REVERSE_REASONS = ("REQUESTED", "RETURNED_GOODS", "MISTAKE", "FRAUD", "COMPLAINT")


def decide_reverse(state: State, command: ReverseTransfer, now: int) -> Decision | Refusal:
    """Decide a reversal; refusals come in the order of ``REVERSE_CODES``."""
    path = ("input", "transferId")
    original = state.originals.get((command.owner, command.transfer))
    if original is None or not _may_reverse(state, command, original):
        return Refusal("TRANSFER_UNKNOWN", path, {"transfer": command.transfer})
    for book in (leg.book for leg in original.legs):
        refusal = erased_member(state, book, "transferId")
        if refusal is not None:
            return refusal
    if original.kind not in REVERSIBLE:
        return Refusal("NOT_REVERSIBLE", path, {"transfer": original.id, "kind": original.kind})
    if command.reason not in REVERSE_REASONS:
        facts: dict[str, str | int] = {
            "value": command.reason[:64],
            "reason": " ".join(REVERSE_REASONS),
        }
        return Refusal("VALUE_INVALID", ("input", "reason"), facts)
    refusal = _corrected(state, original)
    if refusal is not None:
        return refusal
    plan = plan_of(state, original)
    amount = plan.left if command.amount is None else command.amount
    refusal = amount_out_of_range(amount) if command.amount is not None else None
    if refusal is not None:
        return refusal
    if amount > plan.left or plan.left == 0:
        facts = {"available": plan.left, "required": max(amount, 1)}
        return Refusal("REVERSAL_EXCEEDS_ORIGINAL", ("input", "amount"), facts)
    return _carry_out(state, command, now, plan, amount)


def _corrected(state: State, original: Original) -> Refusal | None:
    """Refuse a transfer of which a line comes to another amount by a dispute."""
    latest: dict[Line, Dispute] = {}
    for one in state.disputes.values():
        if one.line_seq == original.seq and one.seq >= latest.get(one.line, one).seq:
            latest[one.line] = one
    for line, one in sorted(latest.items()):
        if one.corrected != one.amount:
            facts: dict[str, str | int] = {"sequence": line[0], "n": line[1], "dispute": one.id}
            return Refusal("LINE_CORRECTED", ("input", "transferId"), facts)
    return None


def _may_reverse(state: State, command: ReverseTransfer, original: Original) -> bool:
    """Tell whether the caller is the transfer's own party, or the operator.

    An issue belongs to its issuer and a redemption to its acceptor, also where the operator entered
    them; a gift or an adjustment to the unit's owner; an exchange to whoever started it. Nobody
    else may undo what a partner is owed money for.
    """
    actor = command.actor
    if actor.is_operator:
        return True
    if original.kind == "ISSUE":
        return actor.partner == state.lot_by_key[original.lots[0]].issuer
    if original.kind in ("REDEEM", "CAPTURE"):
        return actor.partner == original.acceptor
    if original.kind in ("GIFT", "ADJUST"):
        return actor.partner == state.reference.units[original.legs[0].unit].owner
    return actor.partner == original.actor


def _carry_out(
    state: State, command: ReverseTransfer, now: int, plan: Plan, amount: int
) -> Decision | Refusal:
    back = Taken(amount, [], 0, [])
    if plan.given is not None:
        found = take_back(state, plan, plan.given, amount, now)
        if isinstance(found, Refusal):
            return found
        back = found
    gives = given_back(state, plan, back.amount)
    late = graced(state, plan, gives, now)
    if len(gives) + len(back.draws) > LOT_USES_MAX:
        return too_many(len(gives) + len(back.draws))
    effect = Effect(
        "transfer.reversed",
        command.id,
        {
            **times(command, now),
            "original": plan.original.id,
            "part": str(back.amount),
            "reason": command.reason,
        },
        legs=_legs(plan, back),
        uses=uses(gives, GIVE) + uses(back.draws, TAKE),
        expiries=late,
        obligations=money_step(state, plan, back.amount),
    )
    refusal = oversized(effect)
    for leg in effect.legs:
        if leg.credit == WALLET:
            refusal = refusal or counter_limit(state, leg.book, leg.unit, WALLET, leg.amount)
    before = time_outs(back.overdue, command, now)
    if late:
        wallet = (late[0].owner, late[0].unit)
        before += expire_past(state, command, *wallet, now, len(before)).effects
    return refusal or Decision((*before, effect))


def _legs(plan: Plan, back: Taken) -> tuple[Leg, ...]:
    """Return the original's legs the other way round, for the part; the member's source first."""
    legs: list[Leg] = []
    taken, given = plan.taken, plan.given
    if taken is not None:
        legs.append(Leg(taken.book, taken.unit, taken.credit, WALLET, POSTED, back.amount))
    if given is not None:
        step, regained = plan.given_step(back.amount), plan.repaid_step(back.amount)
        if regained:
            legs.append(Leg(given.book, given.unit, DEBT, WALLET, POSTED, regained))
        if step > back.debt:
            legs.append(Leg(given.book, given.unit, WALLET, given.debit, POSTED, step - back.debt))
        if back.debt:
            legs.append(Leg(given.book, given.unit, DEBT, given.debit, POSTED, back.debt))
    return tuple(legs)
