"""`dure settle books`: every partner's journals, and what their lots carry, in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output
from domain.errors import StoreError

if TYPE_CHECKING:
    from settlement.books.chart import Policy


def run(
    *,
    out: Annotated[Path, typer.Option(help="Folder that does not exist yet, or is empty.")],
    policy: Annotated[
        Path | None,
        typer.Option(help="JSON: names of accounts and estimates of breakage, by partner."),
    ] = None,
    zone: Annotated[str, typer.Option(help="Time zone whose days and months count.")] = "UTC",
    home: Home = None,
    json: Json = False,
) -> int:
    """Write double-entry journals (CSV, beancount, hledger) and the report of liability."""
    from api.books import LIABILITY, export_books
    from api.bootstrap import open_network
    from api.cli.words import heads, say
    from api.config import read_settings
    from settlement.currencies import grouped

    policies = _policies(policy) if policy is not None else {}
    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with voice.progress(say("books.posting")) as advance:
            made = export_books(network, out, policies, zone, advance)
    finally:
        network.close()
    voice.table(
        say("books.title", size=f"{made.size:,}"),
        heads("partner", "account", "balance", "currency"),
        [
            (one.partner, one.account, grouped(one.amount, one.currency), one.currency)
            for one in made.balances
        ],
    )
    voice.say(say("books.where", entries=f"{made.entries:,}", out=str(out), file=LIABILITY))
    voice.result(
        {
            "out": str(out),
            "size": made.size,
            "entries": made.entries,
            "balances": [
                {
                    "partner": one.partner,
                    "account": one.account,
                    "currency": one.currency,
                    "amount": str(one.amount),
                }
                for one in made.balances
            ],
            "liability": [
                {
                    "partner": one.partner,
                    "unit": one.unit,
                    "funding": one.funding,
                    "expires": one.month,
                    "currency": one.currency,
                    "points": str(one.points),
                    "zeroBreakage": str(one.carried),
                    "estimatedBreakage": str(one.breakage),
                    "net": str(one.net),
                    "version": one.version,
                    "method": one.method,
                }
                for one in made.liabilities
            ],
        }
    )
    return GOOD


def _policies(path: Path) -> dict[str, Policy]:
    """Read the policies; raises StoreError ``FILE_NOT_READABLE`` or what is wrong in them."""
    from settlement.books.chart import POLICY_BYTES_MAX, read_policies

    try:
        with path.open("rb") as opened:
            data = opened.read(POLICY_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or ""
        raise StoreError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    return read_policies(data)
