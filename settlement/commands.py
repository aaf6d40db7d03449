"""What the operator may ask of settlement windows."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger.commands import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWindowClose(Command):
    """Propose to close the open window ``period`` of ``currency``; ``reason`` is a code."""

    period: int
    currency: str
    reason: str = "PERIOD_END"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideProposal(Command):
    """Approve or reject what another subject proposed."""

    proposal: str
    approve: bool
    reason: str = "REVIEWED"
