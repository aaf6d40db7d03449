"""Caps and collateral: raised, paid in and paid out by four eyes (FINANCE section 2).

A prefund mirrors money that lies with the operator's bank; the entry follows the money. What still
covers an exposure cannot be paid out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import PENDING_STATE, Proposal
from domain.money import AMOUNT_MAX
from settlement.checks import bad_reason, invalid, pending
from settlement.settlements.steps import tabled

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.state import State
    from settlement.commands import ProposeFunds

CAP = "CAP"
PREFUND_IN = "PREFUND_IN"
PREFUND_OUT = "PREFUND_OUT"
TYPES = (CAP, PREFUND_IN, PREFUND_OUT)

FUNDS_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "PARTNER_UNKNOWN",
    "CURRENCY_UNKNOWN",
    "AMOUNT_OUT_OF_RANGE",
    "FUNDS_INSUFFICIENT",
    "PROPOSAL_PENDING",
)


def decide_funds(state: State, command: ProposeFunds, now: int) -> Decision | Refusal:
    """Decide a proposal of funds; refusals come in the order of ``FUNDS_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_reason(command.reason)
    if command.type not in TYPES:
        refusal = invalid("type", command.type, " ".join(TYPES))
    if refusal is not None:
        return refusal
    if command.partner not in state.reference.partners:
        return Refusal("PARTNER_UNKNOWN", ("input", "partner"), {"partner": command.partner[:64]})
    if command.currency not in state.reference.open_periods:
        facts: dict[str, str | int] = {"currency": command.currency[:64]}
        return Refusal("CURRENCY_UNKNOWN", ("input", "currency"), facts)
    wanted = Proposal(
        command.id, command.type, 0, command.currency, "", PENDING_STATE, "", command.reason, 0, 0,
        "", command.partner, command.amount,
    )  # fmt: skip
    refusal = _unready(state, wanted, ("input", "amount")) or pending(state, wanted)
    return refusal or Decision((tabled(wanted),))


def _unready(state: State, wanted: Proposal, path: tuple[str, ...]) -> Refusal | None:
    line = state.credit_lines.get((wanted.partner, wanted.currency))
    prefund, cap, reserved = (line.prefund, line.cap, line.reserved) if line else (0, 0, 0)
    least, most = (0, AMOUNT_MAX) if wanted.type == CAP else (1, AMOUNT_MAX)
    if wanted.type == PREFUND_IN:
        most -= prefund
    if not least <= wanted.amount <= most:
        facts: dict[str, str | int] = {"amount": wanted.amount, "minimum": least, "maximum": most}
        return Refusal("AMOUNT_OUT_OF_RANGE", path, facts)
    if wanted.type == PREFUND_OUT:
        used = max(0, state.exposure((wanted.partner, wanted.currency))) + reserved
        free = max(0, min(prefund, prefund + cap - used))
        if wanted.amount > free:
            facts = {"available": free, "required": wanted.amount}
            return Refusal("FUNDS_INSUFFICIENT", path, facts)
    return None


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entry of approved funds, or why they can be moved no more."""
    del now
    refusal = _unready(state, proposal, path)
    if refusal is not None:
        return refusal
    fields = {"partner": proposal.partner, "currency": proposal.currency}
    if proposal.type == CAP:
        return [Effect("cap.set", "", {**fields, "cap": str(proposal.amount)})]
    moved = {**fields, "amount": str(proposal.amount), "type": proposal.type}
    return [Effect("funds.moved", "", moved)]


def apply_cap(state: State, effect: Effect, stamp: Stamp) -> None:
    """Set a net debit cap."""
    del stamp
    fields = effect.fields
    state.credit_line(fields["partner"], fields["currency"]).cap = int(fields["cap"])
    state.touch("credit_line", fields["partner"], fields["currency"])


def apply_funds(state: State, effect: Effect, stamp: Stamp) -> None:
    """Move a prefund."""
    del stamp
    fields = effect.fields
    sign = 1 if fields["type"] == PREFUND_IN else -1
    line = state.credit_line(fields["partner"], fields["currency"])
    line.prefund += sign * int(fields["amount"])
    state.touch("credit_line", fields["partner"], fields["currency"])
