"""Open disputes that keep a settlement from being approved, where the network declared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.disputes import OPEN

if TYPE_CHECKING:
    from domain.ledger.settling import Settlement
    from domain.ledger.state import State

DISPUTES_BLOCK = "DISPUTES_BLOCK"  # the policy's name, and its two values
YES = "YES"
NO = "NO"


def blocked(state: State, settlement: Settlement, path: tuple[str, ...]) -> Refusal | None:
    """Refuse ``DISPUTE_OPEN`` with the oldest open dispute of a line in its windows."""
    policy = state.reference.policies.get((DISPUTES_BLOCK, "", ""))
    if policy is None or policy.value != YES:
        return None
    found = [
        dispute
        for dispute in state.disputes.values()
        if dispute.state == OPEN
        and dispute.currency == settlement.currency
        and dispute.period in settlement.windows
    ]
    if not found:
        return None
    first = min(found, key=lambda dispute: dispute.seq)
    facts: dict[str, str | int] = {"settlement": settlement.id, "dispute": first.id}
    return Refusal("DISPUTE_OPEN", path, {**facts, "sequence": first.line_seq, "n": first.line_n})
