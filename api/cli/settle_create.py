"""`dure settle create`: net the closed windows of a currency into a draft."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    currency: Annotated[str, typer.Option(help="Currency of the windows, ISO 4217.")],
    pay_by: Annotated[str, typer.Option(help="Instant by which to pay, RFC 3339 in UTC.")],
    method: Annotated[str, typer.Option(help="CLEARING or DIRECT.")] = "CLEARING",
    window: Annotated[
        list[int] | None,
        typer.Option(help="Number of a window, once for each, rising; else all closed ones."),
    ] = None,
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Net closed windows, oldest first; the draft is approved with `dure settle approve`."""
    from api.cli.settling import acting, opened, written
    from domain.clock import parse_instant
    from domain.store.engine import reading
    from domain.store.queries import settlements
    from settlement.commands import CreateSettlement
    from settlement.currencies import grouped

    out = Output(as_json=json)
    due = parse_instant(pay_by)
    with opened(home, writes=True) as network:
        command = CreateSettlement(
            actor=acting(network, subject),
            id=network.ids.entity(),
            currency=currency,
            method=method,
            pay_by=due,
            windows=tuple(window or ()),
        )
        written(network, command)
        with reading(network.engine) as connection:
            nets = settlements.details(connection, [command.id]).nets
    gross = sum(net.debits for net in nets)
    owed = sum(max(0, net.net) for net in nets)
    out.table(
        f"Settlement {command.id}, {currency}",
        ["partner", "owes", "is owed", "net"],
        [
            [net.partner, *(grouped(one, currency) for one in (net.debits, net.credits, net.net))]
            for net in nets
        ],
    )
    out.say(
        f"Gross {grouped(gross, currency)}, net {grouped(owed, currency)} {currency}. "
        f"Next: dure settle approve {command.id} --as SUBJECT"
    )
    out.result(
        {
            "settlement": command.id,
            "state": "DRAFT",
            "gross": str(gross),
            "net": str(owed),
            "nets": {net.partner: str(net.net) for net in nets},
        }
    )
    return GOOD
