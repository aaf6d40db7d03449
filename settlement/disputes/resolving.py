"""The end of a dispute: rejected, upheld by four eyes, or withdrawn.

Where it is upheld, one obligation of the difference falls into the open window: from the creditor
back to the debtor where the line was too much, from the debtor where it was too little. All
corrections of a line together come to no more than the line, so it comes to 0 at least and to twice
its amount at most; and to no less than what reversals of its transfer have given back, which would
come back twice. Nothing else moves; the cap does not refuse it, though exposure counts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import OPERATOR
from domain.ledger.checks import not_permitted
from domain.ledger.disputes import (
    CORRECTION,
    OPEN,
    REJECTED,
    UPHELD,
    UPHOLD,
    WITHDRAWN,
    line_text,
)
from domain.ledger.model import Decision, Effect, Obligation
from domain.ledger.records import PENDING_STATE, Proposal
from settlement.checks import bad_reason, invalid, pending
from settlement.settlements.steps import tabled

if TYPE_CHECKING:
    from domain.ledger.disputes import Dispute
    from domain.ledger.state import State
    from settlement.commands import ResolveDispute, WithdrawDispute

OUTCOMES = (UPHELD, REJECTED)
PATH = ("input", "disputeId")

RESOLVE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "DISPUTE_UNKNOWN",
    "DISPUTE_STATE",
    "AMOUNT_OUT_OF_RANGE",
    "NOTHING_TO_CORRECT",
    "PROPOSAL_PENDING",
)
WITHDRAW_CODES = (
    "VALUE_INVALID",
    "DISPUTE_UNKNOWN",
    "NOT_PERMITTED",
    "DISPUTE_STATE",
)


def decide_resolve(state: State, command: ResolveDispute, now: int) -> Decision | Refusal:
    """Decide a dispute's outcome; refusals come in the order of ``RESOLVE_CODES``.

    To reject it moves nothing, so one person does; to uphold it is proposed.
    """
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = _bad_form(command)
    if refusal is not None:
        return refusal
    dispute = _open(state, command.dispute, PATH)
    if isinstance(dispute, Refusal):
        return dispute
    if command.amount is None:
        return Decision((_closed(dispute, command.id, REJECTED, command.reason),))
    facts: dict[str, str | int] = {"amount": command.amount}
    refusal = _out_of_range(state, dispute, command.amount, ("input", "amount"))
    if refusal is not None:
        return refusal
    if command.amount == dispute.stands:
        return Refusal("NOTHING_TO_CORRECT", ("input", "amount"), facts)
    wanted = Proposal(
        command.id, UPHOLD, 0, dispute.currency, "", PENDING_STATE, "", command.reason, 0, 0, "",
        "", command.amount, dispute.id,
    )  # fmt: skip
    return pending(state, wanted) or Decision((tabled(wanted),))


def _out_of_range(
    state: State, dispute: Dispute, amount: int, path: tuple[str, ...]
) -> Refusal | None:
    """Refuse ``AMOUNT_OUT_OF_RANGE`` what a line cannot come to."""
    given = state.given_back.get(dispute.line_seq, {})
    least = max(0, given.get((dispute.debtor, dispute.creditor), 0))
    if least <= amount <= 2 * dispute.amount:
        return None
    bounds: dict[str, str | int] = {"minimum": least, "maximum": 2 * dispute.amount}
    return Refusal("AMOUNT_OUT_OF_RANGE", path, {"amount": amount, **bounds})


def _bad_form(command: ResolveDispute) -> Refusal | None:
    if command.outcome not in OUTCOMES:
        return invalid("outcome", command.outcome, " ".join(OUTCOMES))
    if (command.amount is None) != (command.outcome == REJECTED):
        found = "" if command.amount is None else str(command.amount)
        return invalid("amount", found, "what the line is to come to, if UPHELD")
    return bad_reason(command.reason)


def _open(state: State, id_: str, path: tuple[str, ...]) -> Dispute | Refusal:
    """Return the dispute while it is open; ``DISPUTE_UNKNOWN``, or ``DISPUTE_STATE`` with it."""
    dispute = state.disputes.get(id_)
    if dispute is None:
        return Refusal("DISPUTE_UNKNOWN", path, {"dispute": id_[:64]})
    if dispute.state != OPEN:
        return Refusal("DISPUTE_STATE", path, {"dispute": dispute.id, "state": dispute.state})
    return dispute


def _closed(dispute: Dispute, command: str, state: str, reason: str) -> Effect:
    fields = {
        "dispute": dispute.id,
        "debtor": dispute.debtor,
        "creditor": dispute.creditor,
        "party": dispute.party,
        "state": state,
        "reason": reason,
    }
    return Effect("dispute.closed", command, fields)


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entry that upholds a dispute and corrects its line, or why it can no more."""
    del now
    dispute = _open(state, proposal.value, path)
    if isinstance(dispute, Refusal):
        return dispute
    refusal = _out_of_range(state, dispute, proposal.amount, path)
    if refusal is not None:
        return refusal
    # While a dispute is open no other corrects its line, so the difference is what was proposed.
    debtor, creditor, more = dispute.debtor, dispute.creditor, proposal.amount - dispute.stands
    if more < 0:
        debtor, creditor, more = creditor, debtor, -more
    period = state.reference.open_periods[dispute.currency]
    owed = Obligation(debtor, creditor, dispute.currency, period, more, "", CORRECTION)
    fields = {
        "dispute": dispute.id,
        "line": line_text(dispute.line),
        "corrected": str(proposal.amount),
        "reason": proposal.reason,
    }
    return [Effect("obligation.corrected", "", fields, obligations=(owed,))]


def decide_withdraw(state: State, command: WithdrawDispute, now: int) -> Decision | Refusal:
    """Decide to withdraw a dispute; refusals come in the order of ``WITHDRAW_CODES``.

    Who opened it may, and the operator for it. A dispute of others is as good as none.
    """
    del now
    refusal = bad_reason(command.reason)
    if refusal is not None:
        return refusal
    actor, dispute = command.actor, state.disputes.get(command.dispute)
    if dispute is None or actor.partner not in (OPERATOR, dispute.debtor, dispute.creditor):
        return Refusal("DISPUTE_UNKNOWN", PATH, {"dispute": command.dispute[:64]})
    if not actor.is_operator and actor.partner != dispute.party:
        return not_permitted(actor, *PATH)
    found = _open(state, command.dispute, PATH)
    if isinstance(found, Refusal):
        return found
    return Decision((_closed(found, command.id, WITHDRAWN, command.reason),))
