"""`dure settle funds`: what partners may owe, and the collateral that covers it; by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import GOOD, Output
from domain.errors import InvalidValueError

if TYPE_CHECKING:
    from pathlib import Path

    from api.cli.output import JsonValue
    from domain.ledger.records import CreditLine


def run(
    partner: Annotated[
        str | None, typer.Argument(help="Code of the partner; none, to see what all have.")
    ] = None,
    what: Annotated[
        str | None,
        typer.Argument(
            help="CAP: its net debit cap from now on. PREFUND_IN: collateral that came in. "
            "PREFUND_OUT: collateral that goes back."
        ),
    ] = None,
    amount: Annotated[int | None, typer.Argument(help="In minor units.")] = None,
    *,
    currency: Annotated[str, typer.Option(help="The currency, ISO 4217.")] = "",
    reason: Reason = "REVIEWED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose a partner's cap, or to move its collateral; another subject approves the same way.

    Without a partner it shows caps, collateral and exposures.
    """
    out = Output(as_json=json)
    if partner is None and not currency:
        return _show(out, home)
    if partner is None or what is None or amount is None or not currency:
        raise InvalidValueError("FUNDS_UNCLEAR")
    return _propose(out, (partner, currency, what, amount), reason, home, subject)


def _propose(
    out: Output,
    asked: tuple[str, str, str, int],
    reason: str,
    home: Path | None,
    subject: str | None,
) -> int:
    from api.cli.settling import acting, by_four_eyes, opened, tell, wanted
    from api.cli.words import code, say
    from settlement.commands import ProposeFunds
    from settlement.currencies import grouped

    partner, currency, type_, amount = asked
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        command = ProposeFunds(
            actor=actor, id=network.ids.entity(), partner=partner, currency=currency, type=type_,
            amount=amount, reason=reason,
        )  # fmt: skip
        like = wanted(command, type_, reason, currency=currency, partner=partner, amount=amount)
        proposal = by_four_eyes(network, actor, like, command)
    told = {"partner": partner, "amount": grouped(amount, currency), "currency": currency}
    tell(
        out, proposal, say("four.funds", what=code(type_), **told), partner=partner,
        currency=currency, amount=str(amount),
    )  # fmt: skip
    return GOOD


def _show(out: Output, home: Path | None) -> int:
    from api.cli.settling import opened
    from api.cli.words import heads, say
    from domain.store.engine import reading
    from domain.store.queries import obligations
    from settlement.currencies import grouped

    with opened(home, writes=False) as network, reading(network.engine) as connection:
        lines = sorted(
            obligations.credit_lines(connection), key=lambda one: (one.partner, one.currency)
        )
        owed = obligations.exposures(connection)
    rows = []
    for one in lines:
        exposure = max(0, owed.get((one.partner, one.currency), 0))
        rows.append((one, (one.prefund, one.cap, exposure, one.reserved)))
    out.table(
        say("funds.title"),
        heads("partner", "currency", "prefund", "cap", "exposure", "reserved"),
        [
            [one.partner, one.currency, *(grouped(amount, one.currency) for amount in amounts)]
            for one, amounts in rows
        ],
    )
    if not rows:
        out.say(say("funds.none"))
    out.result({"funds": [_as_json(one, amounts) for one, amounts in rows]})
    return GOOD


def _as_json(line: CreditLine, amounts: tuple[int, int, int, int]) -> JsonValue:
    names = ("prefund", "cap", "exposure", "reserved")
    told: dict[str, JsonValue] = {"partner": line.partner, "currency": line.currency}
    return told | {name: str(amount) for name, amount in zip(names, amounts, strict=True)}
