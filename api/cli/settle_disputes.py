"""`dure settle disputes`, `dispute`, `uphold`, `reject`, `withdraw`: what is wrong with lines."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.bootstrap import Network
    from domain.ledger.commands import Actor, Command
    from domain.ledger.disputes import Dispute

Named: TypeAlias = Annotated[str, typer.Argument(help="The dispute's id.")]
NEWEST_MAX = 100  # a screen's worth; all of them are in the GraphQL query and in the bundle


def listed(*, home: Home = None, json: Json = False) -> int:
    """Show the newest disputes and where they stand."""
    from api.cli.settling import opened
    from api.cli.words import code, heads, say
    from domain.ledger.disputes import line_text
    from domain.store.engine import reading
    from domain.store.queries import disputes
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=False) as network, reading(network.engine) as connection:
        told = disputes.page(connection, "", NEWEST_MAX, 2**53)
    found = [one.dispute for one in told]
    out.table(
        say("disputes.title"),
        heads(
            "dispute", "line", "debtor", "creditor", "of", "currency", "stands", "comes_to", "state"
        ),
        [
            [one.id, line_text(one.line), one.debtor, one.creditor, one.party, one.currency,
             grouped(one.stands, one.currency), grouped(one.corrected, one.currency),
             code(one.state)]
            for one in found
        ],
    )  # fmt: skip
    out.result(
        {
            "disputes": [
                {
                    "dispute": one.id,
                    "line": line_text(one.line),
                    "debtor": one.debtor,
                    "creditor": one.creditor,
                    "partner": one.party,
                    "currency": one.currency,
                    "window": one.period,
                    "amount": str(one.amount),
                    "stands": str(one.stands),
                    "corrected": str(one.corrected),
                    "reason": one.reason,
                    "state": one.state,
                    "outcome": one.outcome,
                    "note": text,
                }
                for one, text in told
            ]
        }
    )
    return GOOD


def dispute(
    partner: Annotated[str, typer.Argument(help="Code of the partner whose dispute it is.")],
    *,
    sequence: Annotated[int, typer.Option(help="The entry that the line is of.")],
    n: Annotated[int, typer.Option(help="The line's place in its entry, from 0.")] = 0,
    reason: Reason = "DISPUTED",
    note: Annotated[
        str, typer.Option(help="What is wrong, in words; kept beside the log, bound by it.")
    ] = "",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Dispute a line for the partner that owes it or is owed."""
    from api.cli.settling import acting, opened
    from api.cli.words import say
    from api.writing import written
    from settlement.commands import OpenDispute

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        command = OpenDispute(
            actor=acting(network, subject),
            id=network.ids.entity(),
            sequence=sequence,
            n=n,
            party=partner,
            reason=reason,
            note=note,
            note_key=secrets.token_bytes(32),
        )
        written(network, command)
    out.say(say("dispute.made", dispute=command.id, line=f"{sequence}.{n}"))
    out.result({"dispute": command.id, "line": f"{sequence}.{n}", "state": "OPEN"})
    return GOOD


def uphold(
    dispute: Named,
    *,
    amount: Annotated[int, typer.Option(help="What the line is to come to, in minor units.")],
    reason: Reason = "CHECKED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose what a disputed line is to come to; another subject agrees by the same command."""
    from api.cli.settling import acting, by_four_eyes, opened, tell, wanted
    from api.cli.words import say
    from domain.ledger.disputes import UPHELD, UPHOLD
    from settlement.commands import ResolveDispute
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        command = ResolveDispute(
            actor=actor,
            id=network.ids.entity(),
            dispute=dispute,
            outcome=UPHELD,
            amount=amount,
            reason=reason,
        )
        currency = _found(network, dispute).currency
        asked = wanted(command, UPHOLD, reason, currency=currency, amount=amount, value=dispute)
        proposal = by_four_eyes(network, actor, asked, command)
        state = _found(network, dispute).state
    shown = grouped(amount, currency)
    what = say("four.uphold", dispute=dispute, amount=shown, currency=currency)
    tell(out, proposal, what, dispute=dispute, now=state)
    return GOOD


def reject(
    dispute: Named,
    *,
    reason: Reason = "CHECKED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Leave a disputed line as it is; it moves nothing, so one person does it."""
    from domain.ledger.disputes import REJECTED
    from settlement.commands import ResolveDispute

    def ending(actor: Actor, id_: str) -> Command:
        return ResolveDispute(actor=actor, id=id_, dispute=dispute, outcome=REJECTED, reason=reason)

    return _ended(dispute, REJECTED, ending, home, subject, Output(as_json=json))


def withdraw(
    dispute: Named,
    *,
    reason: Reason = "WITHDRAWN",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Give a dispute up for whoever opened it; its line stays as it was."""
    from domain.ledger.disputes import WITHDRAWN
    from settlement.commands import WithdrawDispute

    def ending(actor: Actor, id_: str) -> Command:
        return WithdrawDispute(actor=actor, id=id_, dispute=dispute, reason=reason)

    return _ended(dispute, WITHDRAWN, ending, home, subject, Output(as_json=json))


def _ended(
    dispute: str,
    state: str,
    ending: Callable[[Actor, str], Command],
    home: Path | None,
    subject: str | None,
    out: Output,
) -> int:
    """End a dispute that leaves its line as it was."""
    from api.cli.settling import acting, opened
    from api.cli.words import say
    from api.writing import written
    from domain.ledger.disputes import WITHDRAWN

    with opened(home, writes=True) as network:
        written(network, ending(acting(network, subject), network.ids.entity()))
    if state == WITHDRAWN:
        out.say(say("dispute.withdrawn", dispute=dispute))
    else:
        out.say(say("dispute.rejected", dispute=dispute))
    out.result({"dispute": dispute, "state": state})
    return GOOD


def _found(network: Network, id_: str) -> Dispute:
    """Return a dispute as it stands; raises DureError ``DISPUTE_UNKNOWN``."""
    from domain.errors import DureError
    from domain.store.engine import reading
    from domain.store.queries import disputes

    with reading(network.engine) as connection:
        told = disputes.one(connection, id_)
    if told is None:
        raise DureError("DISPUTE_UNKNOWN", dispute=id_[:64])
    return told.dispute
