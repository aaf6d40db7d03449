"""Closing a settlement window: proposed by one subject, decided by another (FINANCE section 2).

Closing opens the next window of the currency in the same transaction; a window without any
obligation is settled at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import derived_id
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import (
    APPROVED,
    CLOSED,
    OPEN,
    PENDING_STATE,
    REJECTED,
    SETTLED,
    Proposal,
    Window,
)

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.state import State
    from settlement.commands import DecideProposal, ProposeWindowClose

WINDOW_CLOSE = "WINDOW_CLOSE"

CLOSE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "WINDOW_UNKNOWN",
    "WINDOW_STATE",
    "PROPOSAL_PENDING",
)
DECIDE_CODES = (
    "NOT_PERMITTED",
    "PERSON_REQUIRED",
    "VALUE_INVALID",
    "PROPOSAL_UNKNOWN",
    "PROPOSAL_DECIDED",
    "SAME_SUBJECT",
    "WINDOW_STATE",
)
_REASON = re.compile(r"[A-Z][A-Z0-9_]{1,31}\Z")


def _bad_reason(reason: str) -> Refusal | None:
    if _REASON.match(reason):
        return None
    facts: dict[str, str | int] = {"value": reason[:64], "reason": "2 to 32 of A-Z, 0-9, _"}
    return Refusal("VALUE_INVALID", ("input", "reason"), facts)


def decide_close(state: State, command: ProposeWindowClose, now: int) -> Decision | Refusal:
    """Decide a proposal to close a window; refusals come in the order of ``CLOSE_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    field = "period" if command.currency in state.reference.open_periods else "currency"
    refusal = _bad_reason(command.reason) or _not_open(
        state, command.period, command.currency, ("input", field)
    )
    if refusal is not None:
        return refusal
    for proposal in state.reference.proposals.values():
        if (
            proposal.type == WINDOW_CLOSE
            and proposal.state == PENDING_STATE
            and (proposal.period, proposal.currency) == (command.period, command.currency)
        ):
            return Refusal("PROPOSAL_PENDING", ("input",), {"proposal": proposal.id})
    fields = {
        "proposal": command.id,
        "type": WINDOW_CLOSE,
        "window": str(command.period),
        "currency": command.currency,
        "reason": command.reason,
    }
    return Decision((Effect("proposal.made", command.id, fields),))


def _not_open(state: State, period: int, currency: str, path: tuple[str, ...]) -> Refusal | None:
    facts: dict[str, str | int] = {"period": period, "currency": currency[:64]}
    window = state.reference.windows.get((period, currency))
    if window is None:
        return Refusal("WINDOW_UNKNOWN", path, facts)
    if window.state != OPEN:
        return Refusal("WINDOW_STATE", path, {**facts, "state": window.state})
    return None


def decide_proposal(state: State, command: DecideProposal, now: int) -> Decision | Refusal:
    """Decide what another subject proposed; refusals come in the order of ``DECIDE_CODES``."""
    del now
    actor = command.actor
    if not actor.is_operator:
        return not_permitted(actor)
    if not actor.person:
        return Refusal("PERSON_REQUIRED", ("input",), {})
    refusal = _bad_reason(command.reason)
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
        command.id,
        {
            "proposal": proposal.id,
            "decision": APPROVED if command.approve else REJECTED,
            "reason": command.reason,
        },
    )
    if not command.approve:
        return Decision((decided,))
    refusal = _not_open(state, proposal.period, proposal.currency, path)
    if refusal is not None:
        return refusal
    decided.id = derived_id(command.id, 0)
    return Decision((decided, _closing(state, command.id, proposal)))


def _closing(state: State, id_: str, proposal: Proposal) -> Effect:
    empty = not any(
        position.period == proposal.period and position.currency == proposal.currency
        for positions in state.positions.values()
        for position in positions
    )
    return Effect(
        "window.closed",
        id_,
        {
            "window": str(proposal.period),
            "currency": proposal.currency,
            "next": str(proposal.period + 1),
            "state": SETTLED if empty else CLOSED,
        },
    )


def apply_proposal(state: State, effect: Effect, stamp: Stamp) -> None:
    """Carry ``proposal.made`` and ``proposal.decided`` into the state."""
    fields = effect.fields
    reference = state.reference
    if effect.kind == "proposal.made":
        reference.proposals[fields["proposal"]] = Proposal(
            fields["proposal"],
            fields["type"],
            int(fields["window"]),
            fields["currency"],
            stamp.author,
            PENDING_STATE,
            "",
            fields["reason"],
            stamp.seq,
            0,
        )
    else:
        proposal = reference.proposals[fields["proposal"]]
        reference.proposals[proposal.id] = replace(
            proposal,
            state=fields["decision"],
            decider=stamp.author,
            decided_seq=stamp.seq,
        )
    state.touch("proposal", fields["proposal"])


def apply_closing(state: State, effect: Effect, stamp: Stamp) -> None:
    """Carry ``window.closed`` into the state: this window ends, the next one opens."""
    period, currency = int(effect.fields["window"]), effect.fields["currency"]
    following = int(effect.fields["next"])
    reference = state.reference
    before = reference.windows[period, currency]
    reference.put_window(replace(before, state=effect.fields["state"], closed_seq=stamp.seq))
    if effect.fields["state"] == SETTLED:
        reference.settled.add((period, currency))
    reference.put_window(Window(following, currency, OPEN, stamp.seq, 0))
    state.touch("settlement_window", period, currency)
    state.touch("settlement_window", following, currency)
