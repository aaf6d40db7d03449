"""`dure settle approve`, `abort` and `default`: a settlement's steps that take two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.cli.options import Accounts, As, Home, Json, Reason
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from pathlib import Path

    from api.bootstrap import Network
    from api.cli.output import JsonValue
    from api.cli.settling import Accounts as Listed
    from domain.ledger.commands import Actor
    from domain.ledger.records import Proposal

Named: TypeAlias = Annotated[str, typer.Argument(help="The settlement's id.")]


def approve(
    settlement: Named,
    *,
    accounts: Accounts = None,
    reason: Reason = "CHECKED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose to approve a settlement and the bank accounts of all who pay or are paid in it.

    Another subject approves by the same command. Of a settlement that is approved already it
    proposes other accounts, where the list has changed.
    """
    from api.approving import proposed
    from api.cli.settle_accounts import as_json, list_of, say_accounts
    from api.cli.settling import acting, opened, reference_of
    from domain.store.engine import reading

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = reference_of(network).settlements.get(settlement)
        paid = found is not None and found.net > 0
        listed = list_of(network, accounts) if paid else {}
        proposal = _proposed(network, actor, "APPROVE", settlement, reason, listed)
        with reading(network.engine) as connection:
            told = proposed(connection, proposal)
        if paid:
            say_accounts(out, proposal, told)
        return _tell(network, out, proposal, accounts=as_json(told))


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
    from api.cli.settling import acting, opened

    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        proposal = _proposed(network, actor, step, settlement, reason, {})
        return _tell(network, out, proposal)


def _proposed(
    network: Network, actor: Actor, step: str, settlement: str, reason: str, listed: Listed
) -> Proposal:
    """Propose a step, or approve it where another has proposed it; return the proposal."""
    from api.approving import Brought, brought
    from api.cli.settling import by_four_eyes, reference_of, wanted
    from domain.ledger.settling import DRAFT
    from domain.store.engine import reading
    from settlement.commands import ProposeSettlement
    from settlement.settlements.moves import ACCOUNTS, APPROVE
    from settlement.settlements.steps import TYPES

    found = reference_of(network).settlements.get(settlement)
    brings = Brought()
    if step == APPROVE:
        with reading(network.engine) as connection:
            brings = brought(connection, settlement, listed)
    command = ProposeSettlement(
        actor=actor, id=network.ids.entity(), settlement=settlement, step=step, reason=reason,
        accounts=brings.text, accounts_key=brings.key,
    )  # fmt: skip
    again = brings.text and found is not None and found.state != DRAFT
    asked = wanted(
        command, TYPES[ACCOUNTS if again else step], reason,
        currency=found.currency if found else "", settlement=settlement,
    )  # fmt: skip
    return by_four_eyes(network, actor, asked, command, listed)


def _tell(network: Network, out: Output, proposal: Proposal, **more: JsonValue) -> int:
    from api.cli.settling import reference_of, tell
    from api.cli.words import say

    settlement = proposal.settlement
    state = reference_of(network).settlements[settlement].state
    what = say(f"four.{proposal.type}", settlement=settlement)
    tell(out, proposal, what, settlement=settlement, now=state, **more)
    return GOOD
