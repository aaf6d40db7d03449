"""Proposals: what one subject proposes happens when another approves it (FINANCE section 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.disputes import UPHOLD
from domain.ledger.model import Decision, Effect
from domain.ledger.records import APPROVED, PENDING_STATE, REJECTED, Proposal
from domain.ledger.waiting import CARRY
from domain.partners.people import KEY
from settlement.checks import bad_reason, numbered
from settlement.controls import funds, keys, policies
from settlement.disputes import resolving
from settlement.settlements import steps
from settlement.settlements.accounts import OF_ACCOUNTS, other_accounts
from settlement.waiting import carrying
from settlement.windows import closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.ledger.apply import Stamp
    from domain.ledger.state import State
    from settlement.commands import DecideProposal

    Act = Callable[[State, Proposal, int, tuple[str, ...]], list[Effect] | Refusal]

DECIDE_CODES = (
    "NOT_PERMITTED",
    "PERSON_REQUIRED",
    "VALUE_INVALID",
    "PROPOSAL_UNKNOWN",
    "PROPOSAL_DECIDED",
    "SAME_SUBJECT",
    "ACCOUNTS_CHANGED",
    "MAKER_REVOKED",
    "API_KEY_EXISTS",
    "WINDOW_STATE",
    "SETTLEMENT_UNCHANGED",
    "SETTLEMENT_STATE",
    "REJECTION_MISSING",
    "NOTHING_UNPAID",
    "PAY_BY_PASSED",
    "WINDOW_SKIPPED",
    "DISPUTE_OPEN",
    "DISPUTE_STATE",
    "BANK_LINE_STATE",
    "AMOUNT_OUT_OF_RANGE",
    "FUNDS_INSUFFICIENT",
)

# What happens when a proposal of a type is approved, or why it can happen no more.
_ACTS: dict[str, Act] = {
    closing.WINDOW_CLOSE: closing.act,
    **dict.fromkeys(steps.TYPES.values(), steps.act),
    **dict.fromkeys(funds.TYPES, funds.act),
    UPHOLD: resolving.act,
    CARRY: carrying.act,
    KEY: keys.act,
    **{policies.PREFIX + name: policies.act for name in policies.FORMS},
}


def decide_proposal(state: State, command: DecideProposal, now: int) -> Decision | Refusal:
    """Decide what another subject proposed; refusals come in the order of ``DECIDE_CODES``."""
    actor = command.actor
    if not actor.is_operator:
        return not_permitted(actor)
    if not actor.person:
        return Refusal("PERSON_REQUIRED", ("input",), {})
    refusal = bad_reason(command.reason)
    if refusal is not None:
        return refusal
    path = ("input", "proposalId")
    proposal = state.reference.proposals.get(command.proposal)
    if proposal is None:
        return Refusal("PROPOSAL_UNKNOWN", path, {"proposal": command.proposal[:64]})
    if proposal.state != PENDING_STATE:
        return Refusal("PROPOSAL_DECIDED", path, {"proposal": proposal.id, "state": proposal.state})
    if proposal.maker.casefold() == actor.author.casefold():  # a subject is no other in capitals
        return Refusal("SAME_SUBJECT", path, {})
    decided = Effect(
        "proposal.decided",
        "",
        {
            "proposal": proposal.id,
            "decision": APPROVED if command.approve else REJECTED,
            "reason": command.reason,
        },
    )
    if not command.approve:
        return Decision(numbered(command.id, [decided]))
    if proposal.type in OF_ACCOUNTS and proposal.value not in ("", command.accounts):
        return other_accounts(proposal.settlement, path)
    effects = _ACTS[proposal.type](state, proposal, now, path)
    if isinstance(effects, Refusal):
        return effects
    return Decision(numbered(command.id, [decided, *effects]))


def apply_made(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a proposal known: ``proposal.made`` is of a window, ``proposal.tabled`` of more."""
    get = effect.fields.get
    id_ = effect.fields["proposal"]
    state.reference.proposals[id_] = Proposal(
        id_,
        effect.fields["type"],
        int(get("window", "0")),
        effect.fields["currency"],
        stamp.author,
        PENDING_STATE,
        "",
        effect.fields["reason"],
        stamp.seq,
        0,
        get("settlement", ""),
        get("partner", ""),
        int(get("amount", "0")),
        get("value", ""),
    )
    state.touch("proposal", id_)


def apply_decided(state: State, effect: Effect, stamp: Stamp) -> None:
    """Carry a decision into the state."""
    proposals = state.reference.proposals
    proposal = proposals[effect.fields["proposal"]]
    proposals[proposal.id] = replace(
        proposal,
        state=effect.fields["decision"],
        decider=stamp.author,
        decided_seq=stamp.seq,
    )
    state.touch("proposal", proposal.id)
