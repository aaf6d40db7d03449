"""Approving, aborting and defaulting a settlement: proposed by one subject, decided by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import CLOSED, PENDING_STATE, Proposal
from domain.ledger.settling import ABORTED, APPROVED, DRAFT, SUBMITTED, banked
from settlement.checks import bad_reason, invalid, pending
from settlement.disputes.blocking import blocked
from settlement.payments.approved import commitment
from settlement.settlements.accounts import TEXT_MAX
from settlement.settlements.default import default, settled
from settlement.settlements.moves import ABORT, ACCOUNTS, APPROVE, DEFAULT, find
from settlement.settlements.moving import late, moved

if TYPE_CHECKING:
    from domain.ledger.settling import Settlement
    from domain.ledger.state import State
    from settlement.commands import ProposeSettlement

STEPS = (APPROVE, ABORT, DEFAULT)
# The type of a proposal of a step; accounts are approved anew by an approval of what is approved.
TYPES = {step: f"SETTLEMENT_{step}" for step in (*STEPS, ACCOUNTS)}

PROPOSE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "SETTLEMENT_UNKNOWN",
    "SETTLEMENT_UNCHANGED",
    "SETTLEMENT_STATE",
    "REJECTION_MISSING",
    "PAY_BY_NOT_REACHED",
    "NOTHING_UNPAID",
    "PAY_BY_PASSED",
    "WINDOW_SKIPPED",
    "DISPUTE_OPEN",
    "PROPOSAL_PENDING",
)


def decide_step(state: State, command: ProposeSettlement, now: int) -> Decision | Refusal:
    """Decide a proposal of a step; refusals come in the order of ``PROPOSE_CODES``."""
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_reason(command.reason)
    if command.step not in STEPS:
        refusal = invalid("step", command.step, " ".join(STEPS))
    elif command.accounts and (command.step != APPROVE or len(command.accounts) > TEXT_MAX):
        refusal = invalid("accounts", "", f"with {APPROVE} alone, at most {TEXT_MAX} characters")
    if refusal is not None:
        return refusal
    path, step = ("input", "settlementId"), command.step
    found = state.reference.settlements.get(command.settlement)
    if command.accounts and found is not None and found.state != DRAFT:
        step = ACCOUNTS
    settlement = ready(state, command.settlement, step, now, path)
    if isinstance(settlement, Refusal):
        return settlement
    accounts = commitment(command.accounts_key, command.accounts) if command.accounts else ""
    wanted = Proposal(
        command.id, TYPES[step], 0, settlement.currency, "", PENDING_STATE, "", command.reason,
        0, 0, settlement.id, value=accounts,
    )  # fmt: skip
    refusal = pending(state, wanted)
    if refusal is not None:
        return refusal
    return Decision((tabled(wanted),))


def tabled(wanted: Proposal) -> Effect:
    """Return the entry of a proposal that is of more than a window."""
    fields = {
        "proposal": wanted.id,
        "type": wanted.type,
        "settlement": wanted.settlement,
        "partner": wanted.partner,
        "currency": wanted.currency,
        "amount": str(wanted.amount),
        "value": wanted.value,
        "reason": wanted.reason,
    }
    return Effect("proposal.tabled", wanted.id, fields)


def ready(
    state: State, id_: str, step: str, now: int, path: tuple[str, ...]
) -> Settlement | Refusal:
    """Return the settlement where the step may be taken, else why not."""
    settlement = find(state, id_, step, path)
    if isinstance(settlement, Refusal):
        return settlement
    facts: dict[str, str | int] = {"settlement": settlement.id}
    if step == ABORT and settlement.state == SUBMITTED and not settlement.rejected_seq:
        return Refusal("REJECTION_MISSING", path, facts)
    if step == DEFAULT:
        if now < settlement.pay_by:
            return Refusal("PAY_BY_NOT_REACHED", path, {**facts, "pay_by": settlement.pay_by})
        nets = banked(settlement, state.nets[settlement.id].values())
        if not any(net.net > 0 and net.due for net in nets):
            return Refusal("NOTHING_UNPAID", path, facts)
    refusal = None
    if step == APPROVE:
        # Where nobody owes anything the time to pay it is nothing either.
        refusal = late(settlement, now, path) if settlement.net else None
        refusal = refusal or _skipping(state, settlement, path) or blocked(state, settlement, path)
    return refusal or settlement


def _skipping(state: State, settlement: Settlement, path: tuple[str, ...]) -> Refusal | None:
    """Refuse to settle past a window that was closed again: the draft of it was given up."""
    older = [
        window.period
        for window in state.reference.windows.values()
        if window.currency == settlement.currency
        and window.state == CLOSED
        and window.period < settlement.windows[0]
    ]
    facts: dict[str, str | int] = {"period": min(older, default=0), "currency": settlement.currency}
    return Refusal("WINDOW_SKIPPED", path, facts) if older else None


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entries of an approved step, or why it can be taken no more."""
    step = proposal.type.removeprefix("SETTLEMENT_")
    settlement = ready(state, proposal.settlement, step, now, path)
    if isinstance(settlement, Refusal):
        return settlement
    if step == ACCOUNTS:
        return []  # the decision itself is all that changes
    if step == ABORT:
        return [moved(settlement, ABORTED, proposal.reason)]
    if step == DEFAULT:
        return default(state, settlement, proposal.reason)
    effects = [moved(settlement, APPROVED, proposal.reason)]
    if not settlement.net:
        effects += settled(state, settlement, (), proposal.reason)
    return effects
