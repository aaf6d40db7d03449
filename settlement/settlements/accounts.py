"""Which bank accounts two people approved with a settlement, as the log tells: by their HMAC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.records import APPROVED
from settlement.settlements.moves import ACCOUNTS, APPROVE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.records import Proposal
    from domain.ledger.state import State

# The types of proposals that are of accounts, whose value is their commitment.
OF_ACCOUNTS = (f"SETTLEMENT_{APPROVE}", f"SETTLEMENT_{ACCOUNTS}")
TEXT_MAX = 1024 * 1024  # characters, as many as the list that they stand in may have bytes


def approval(proposals: Iterable[Proposal], settlement: str) -> Proposal | None:
    """Return the approval whose accounts hold today, the last one; None before there is any."""
    found = [
        one
        for one in proposals
        if one.settlement == settlement and one.type in OF_ACCOUNTS and one.state == APPROVED
    ]
    return max(found, key=lambda one: one.decided_seq, default=None)


def commitment_of(state: State, settlement: str) -> str:
    """Return what was approved of a settlement's accounts; empty where nothing was."""
    found = approval(state.reference.proposals.values(), settlement)
    return found.value if found else ""


def other_accounts(settlement: str, path: tuple[str, ...]) -> Refusal:
    """Return the refusal of what goes by other accounts than two people agree on."""
    return Refusal("ACCOUNTS_CHANGED", path, {"settlement": settlement})
