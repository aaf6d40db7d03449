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
    lang: Annotated[str, typer.Option(help="Language of labels and names: en or ko.")] = "en",
    home: Home = None,
    json: Json = False,
) -> int:
    """Write a partner's statement of closed windows; the same windows give the same bytes."""
    from api.bootstrap import open_network
    from api.config import read_settings
    from api.files import write_set
    from api.statements import read_parties, read_statement
    from domain.store.engine import reading
    from settlement.statements.formats import rendered, require

    formats = tuple(dict.fromkeys(format.split(",")))
    require(formats, lang)
    voice = Output(as_json=json)
    settings = read_settings(home=home)
    network = open_network(settings.home, settings)
    try:
        with reading(network.engine) as connection:
            statement = read_statement(connection, partner, currency, sorted(set(window)))
            parties = read_parties(connection, lang)
    finally:
        network.close()
    names = {name: _file(statement, name, lang) for name in formats}
    files = {file: rendered(statement, parties, name, lang) for name, file in names.items()}
    write_set(out, files)
    _tell(voice, statement, parties)
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
    from settlement.currencies import grouped

    currency = statement.scope.currency

    def money(amount: int) -> str:
        return grouped(amount, currency)

    voice.table(
        f"{parties.titled(statement.scope.partner)}, {statement.number}",
        ("counterparty", "kind", "lines", "payable", "receivable", "net"),
        [
            (
                parties.titled(one.counterparty),
                one.kind,
                one.payable_lines + one.receivable_lines,
                money(one.payable),
                money(one.receivable),
                money(one.net),
            )
            for one in statement.sums
        ],
    )
    voice.say(
        f"Brought forward {money(statement.opening)}, net {money(statement.net)}, to be settled "
        f"{money(statement.closing)} {currency} (positive: the partner pays)."
    )
