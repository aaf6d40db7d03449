"""What two partners may ask of the contracts between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.ledger.commands import Command

if TYPE_CHECKING:
    from domain.contracts.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeContract(Command):
    """Offer terms, signed by the proposer (128 hex digits over ``domain.contracts.terms``)."""

    terms: Terms
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptContract(Command):
    """Accept one version of a contract, signed by the counterparty."""

    contract: str
    version: int
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndContract(Command):
    """End one version of a contract at ``ends_at``, now where 0; quotes and holds outlive it."""

    contract: str
    version: int
    ends_at: int = 0
