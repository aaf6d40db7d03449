"""`dure settle decide`: approve or reject whatever another subject proposed, by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Accounts, As, Home, Json, Reason
from api.cli.output import GOOD, Output
from domain.errors import DureError

if TYPE_CHECKING:
    from domain.ledger.records import Proposal


def run(
    proposal: Annotated[
        str, typer.Argument(help="The proposal's id, as `dure settle status` names it.")
    ],
    *,
    reject: Annotated[bool, typer.Option("--reject", help="Let it not happen.")] = False,
    accounts: Accounts = None,
    reason: Reason = "REVIEWED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Approve what another subject proposed, or reject it: whoever proposed it decides nothing."""
    from api.approving import proposed
    from api.cli.settle_accounts import as_json, list_of, say_accounts
    from api.cli.settling import acting, decided, opened, reference_of
    from api.cli.words import say
    from domain.store.engine import reading

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = reference_of(network).proposals.get(proposal)
        if found is None:
            raise DureError("PROPOSAL_UNKNOWN", proposal=proposal[:64])
        with reading(network.engine) as connection:
            told = proposed(connection, found)
        listed = list_of(network, accounts) if told and not reject else {}
        done = decided(network, actor, found, listed, approve=not reject, reason=reason)
    if told:
        say_accounts(out, done, told)
    if reject:
        out.say(say("decide.rejected", proposal=done.id, what=_what(done), decider=done.decider))
    else:
        out.say(say("decide.approved", proposal=done.id, what=_what(done), decider=done.decider))
    out.result(
        {
            "proposal": done.id,
            "type": done.type,
            "state": done.state,
            "maker": done.maker,
            "decider": done.decider,
            "accounts": as_json(told),
        }
    )
    return GOOD


def _what(proposal: Proposal) -> str:
    """Return what a proposal is of, for a person."""
    from api.cli.words import code
    from settlement.controls.policies import PREFIX
    from settlement.currencies import grouped

    period = str(proposal.period) if proposal.period else ""
    amount = grouped(proposal.amount, proposal.currency) if proposal.amount else ""
    value = proposal.value if proposal.type.startswith(PREFIX) else ""
    told = (proposal.settlement, proposal.partner, period, amount, proposal.currency, value)
    return " ".join(filter(None, (code(proposal.type), *told)))
