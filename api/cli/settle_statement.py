"""`dure settle statement`: what one partner owes and is owed in closed windows, in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from settlement.statements.model import Parties, Statement

PERIOD_MAX = 2**31 - 1  # as the surface has it; a window a second lasts for two lifetimes


def run(
    *,
    partner: Annotated[str, typer.Argument(help="Code of the partner; OPERATOR for the network.")],
    window: Annotated[
        list[int],
        typer.Option(min=1, max=PERIOD_MAX, help="Number of a closed window; repeat for several."),
    ],
    currency: Annotated[str, typer.Option(help="Its currency, ISO 4217.")],
    out: Annotated[Path, typer.Option(help="Folder for the files; made where there is none.")],
    format: Annotated[  # noqa: A002 -- the option's name
        str, typer.Option("--format", help="Parted by commas: pdf, xlsx, csv, json.")
    ] = "pdf,xlsx,csv,json",
    home: Home = None,
    json: Json = False,
) -> int:
    """Write a partner's statement of closed windows; the same windows give the same bytes.

    Labels and names are English, or Korean with --lang ko: a paper does not depend on the machine
    that it was made on.
    """
    from api.bootstrap import open_network
    from api.cli.language import asked, spoken
    from api.config import read_settings
    from api.files import write_set
    from api.statements import read_parties, read_statement
    from audit.language import ENGLISH
    from domain.store.engine import reading
    from settlement.statements.formats import rendered, require

    lang = asked() or ENGLISH
    formats = tuple(dict.fromkeys(format.split(",")))
    require(formats, lang)
    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            statement = read_statement(connection, partner, currency, sorted(set(window)))
            parties = read_parties(connection, lang)
            called = read_parties(connection, spoken())
    finally:
        network.close()
    names = {name: _file(statement, name, lang) for name in formats}
    files = {file: rendered(statement, parties, name, lang) for name, file in names.items()}
    write_set(out, files)
    _tell(voice, statement, called)
    for file in files:
        voice.say(f"{out / file}")
    scope = statement.scope
    voice.result(
        {
            "number": statement.number,
            "partner": scope.partner,
            "currency": scope.currency,
            "windows": list(scope.periods),
            "opening": str(statement.opening),
            "net": str(statement.net),
            "closing": str(statement.closing),
            "lines": len(statement.lines),
            "invoices": len(statement.invoices),
            "checkpoint": {"size": scope.citation.size, "root": scope.citation.root},
            "files": {name: str(out / file) for name, file in names.items()},
        }
    )
    return GOOD


def _file(statement: Statement, name: str, language: str) -> str:
    """Return a form's file name; the exact form has no language."""
    spoken = "" if name == "json" else f".{language}"
    return f"statement-{statement.number}{spoken}.{name}"


def _tell(voice: Output, statement: Statement, parties: Parties) -> None:
    """Show the sums as a table, and what is to be settled."""
    from api.cli.language import spoken
    from api.cli.words import heads, say
    from settlement.currencies import grouped
    from settlement.statements.words import code_words

    currency = statement.scope.currency

    def money(amount: int) -> str:
        return grouped(amount, currency)

    voice.table(
        f"{parties.titled(statement.scope.partner)}, {statement.number}",
        heads("counterparty", "kind", "lines", "payable", "receivable", "net"),
        [
            (
                parties.titled(one.counterparty),
                code_words(one.kind, spoken()),
                one.payable_lines + one.receivable_lines,
                money(one.payable),
                money(one.receivable),
                money(one.net),
            )
            for one in statement.sums
        ],
    )
    opening, net, closing = map(money, (statement.opening, statement.net, statement.closing))
    voice.say(say("statement.sums", opening=opening, net=net, closing=closing, currency=currency))
