"""Checks and forms that several of settlement's rules share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import derived_id
from domain.ledger.disputes import UPHOLD
from domain.ledger.waiting import CARRY
from domain.partners.people import KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ledger.model import Effect
    from domain.ledger.records import Proposal
    from domain.ledger.state import State

_REASON = re.compile(r"[A-Z][A-Z0-9_]{1,31}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


def invalid(field: str, value: str, reason: str) -> Refusal:
    """Return the refusal of a value that means nothing."""
    return Refusal("VALUE_INVALID", ("input", field), {"value": value[:64], "reason": reason})


def bad_reason(reason: str) -> Refusal | None:
    """Refuse what is no reason code."""
    if _REASON.match(reason):
        return None
    return invalid("reason", reason, "2 to 32 of A-Z, 0-9, _")


def bad_hash(field: str, value: str) -> Refusal | None:
    """Refuse what is not SHA-256 in lower-case hex."""
    return None if _HASH.match(value) else invalid(field, value, "64 lower-case hex digits")


def pending(state: State, wanted: Proposal) -> Refusal | None:
    """Refuse a proposal where the same waits to be decided already."""
    for proposal in state.reference.proposals.values():
        if proposal.state == wanted.state and subject(proposal) == subject(wanted):
            return Refusal("PROPOSAL_PENDING", ("input",), {"proposal": proposal.id})
    return None


def subject(proposal: Proposal) -> tuple[str | int, ...]:
    """Return what a proposal is of: of two that share it only one may wait."""
    of = proposal.value if proposal.type in (UPHOLD, CARRY, KEY) else ""
    return (
        proposal.type, proposal.period, proposal.currency, proposal.settlement, proposal.partner,
        of,
    )  # fmt: skip


def numbered(command: str, effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """Give entries their ids: the last is the command's own, those before it are derived."""
    for n, effect in enumerate(effects[:-1]):
        effect.id = derived_id(command, n)
    effects[-1].id = command
    return tuple(effects)
