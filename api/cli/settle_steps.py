"""`dure settle approve`, `abort` and `default`: a settlement's steps that take two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from pathlib import Path

Named: TypeAlias = Annotated[str, typer.Argument(help="The settlement's id.")]
Reason: TypeAlias = Annotated[str, typer.Option(help="A reason code.")]


def approve(
    settlement: Named,
    *,
    reason: Reason = "CHECKED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to approve a settlement; another subject approves by the same command."""
    return _step("APPROVE", settlement, reason, home, subject, Output(as_json=json))


def abort(
    settlement: Named,
    *,
    reason: Reason = "ABANDONED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to give a settlement up; another subject agrees by the same command."""
    return _step("ABORT", settlement, reason, home, subject, Output(as_json=json))


def default(
    settlement: Named,
    *,
    reason: Reason = "UNPAID",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to declare unpaid nets a default; another subject agrees by the same command."""
    return _step("DEFAULT", settlement, reason, home, subject, Output(as_json=json))


def _step(
    step: str, settlement: str, reason: str, home: Path | None, subject: str | None, out: Output
) -> int:
    from api.cli.settling import acting, by_four_eyes, opened, reference_of, tell
    from api.cli.words import say
    from domain.ledger.records import PENDING_STATE, Proposal
    from settlement.commands import ProposeSettlement
    from settlement.settlements.steps import TYPES

    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = reference_of(network).settlements.get(settlement)
        command = ProposeSettlement(
            actor=actor,
            id=network.ids.entity(),
            settlement=settlement,
            step=step,
            reason=reason,
        )
        currency = found.currency if found else ""
        wanted = Proposal(
            command.id, TYPES[step], 0, currency, "", PENDING_STATE, "", reason, 0, 0, settlement
        )
        proposal = by_four_eyes(network, actor, wanted, command)
        state = reference_of(network).settlements[settlement].state
    what = say(f"four.{TYPES[step]}", settlement=settlement)
    tell(out, proposal, what, settlement=settlement, now=state)
    return GOOD
