"""The `dure` command: its verbs, and what becomes of an error.

Nothing that a person can cause ends in a traceback: an error that has a name is one line on
standard error (and, with ``--json``, one object on standard output), with exit status 2.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import typer

from api.cli import (
    audit_export,
    audit_key,
    audit_prove,
    contract_keygen,
    contract_sign,
    demo,
    doctor,
    import_purchases,
    init,
    migrate,
    serve,
)
from api.cli.output import BAD_USE, GOOD, Output
from audit.errors import AuditError, shown
from domain.errors import DureError

if TYPE_CHECKING:
    from collections.abc import Sequence


# A bulk verb makes millions of rows and few cycles; looking for those every 700 objects costs a
# tenth of its time, every 50,000 next to nothing.
GC_OBJECTS = 50_000


def _leave(status: int) -> None:
    """Leave with what the verb returned."""
    raise typer.Exit(status)


app = typer.Typer(
    name="dure",
    help="Points across brands: exchange, settle, and a log that anyone can verify.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    result_callback=_leave,
)
audit_app = typer.Typer(
    help="The log: export it, name its key, prove an entry.", no_args_is_help=True
)
contract_app = typer.Typer(help="Contracts: make a key, sign terms.", no_args_is_help=True)
import_app = typer.Typer(help="Bring in what happened elsewhere.", no_args_is_help=True)

app.command("init")(init.run)
app.command("demo")(demo.run)
app.command("serve")(serve.run)
app.command("migrate")(migrate.run)
app.command("doctor")(doctor.run)
audit_app.command("export")(audit_export.run)
audit_app.command("key")(audit_key.run)
audit_app.command("prove")(audit_prove.run)
contract_app.command("keygen")(contract_keygen.run)
contract_app.command("sign")(contract_sign.run)
import_app.command("purchases")(import_purchases.run)
app.add_typer(audit_app, name="audit")
app.add_typer(contract_app, name="contract")
app.add_typer(import_app, name="import")


def run(arguments: Sequence[str]) -> int:
    """Run one verb and return its exit status."""
    as_json = "--json" in arguments
    try:
        app(args=list(arguments), prog_name="dure")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else GOOD
    except DureError as error:
        return _fail(error.code, error.facts, as_json=as_json)
    except AuditError as error:
        facts = {name: _plain(fact) for name, fact in error.facts.items()}
        return _fail(error.code, facts, as_json=as_json)
    return GOOD


def _plain(fact: str | int | bytes) -> str | int:
    """Return a fact for a sentence: as it is where a terminal can show it, else escaped."""
    if isinstance(fact, str) and fact.isascii() and fact.isprintable():
        return fact
    return shown(fact)


def _fail(code: str, facts: dict[str, str | int], *, as_json: bool) -> int:
    Output(as_json=as_json).complain(code, **facts)
    return BAD_USE


def main() -> None:
    """Run the command line and leave with its status."""
    gc.set_threshold(GC_OBJECTS)
    sys.exit(run(sys.argv[1:]))
