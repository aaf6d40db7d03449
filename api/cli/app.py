"""The `dure` command: its verbs, and what becomes of an error.

Nothing that a person can cause ends in a traceback: an error that has a name is one line on
standard error (and, with ``--json``, one object on standard output), with exit status 2.
"""

from __future__ import annotations

import gc
import io
import sys
from importlib.metadata import version as release_of
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from api.cli import (
    audit_consistency,
    audit_disclose,
    audit_export,
    audit_key,
    audit_linkage,
    audit_prove,
    audit_rotate_key,
    audit_watch,
    audit_witness,
    contract_keygen,
    contract_sign,
    demo,
    doctor,
    import_purchases,
    init,
    keys,
    migrate,
    serve,
    settle_books,
    settle_close,
    settle_create,
    settle_decide,
    settle_disputes,
    settle_evidence,
    settle_funds,
    settle_import_bank,
    settle_payments,
    settle_policy,
    settle_schedule,
    settle_statement,
    settle_status,
    settle_steps,
    settle_unmatched,
    sign,
)
from api.cli.language import OPTION, Language, listen
from api.cli.output import BAD_USE, GOOD, Output, one_line
from audit.errors import AuditError, shown
from domain.errors import DureError

if TYPE_CHECKING:
    from collections.abc import Sequence


# A bulk verb makes millions of rows and few cycles; looking for those every 700 objects costs a
# tenth of its time, every 50,000 next to nothing.
GC_OBJECTS = 50_000
PATH_SHOWN_MAX = 200  # a path that is refused for its length is no line any more


def _leave(status: int, **_options: object) -> None:
    """Leave with what the verb returned; the options before the verb have had their say."""
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
    help="The log: export it, name its key, prove an entry, watch it.", no_args_is_help=True
)
contract_app = typer.Typer(help="Contracts: make a key, sign terms.", no_args_is_help=True)
settle_app = typer.Typer(
    help="Money between partners: close, net, approve, pay, statements, books.",
    no_args_is_help=True,
)
key_app = typer.Typer(
    help="Keys of whoever acts for the operator: make one, agree on it.", no_args_is_help=True
)
import_app = typer.Typer(help="Bring in what happened elsewhere.", no_args_is_help=True)


def _tell_version(wanted: bool) -> None:  # noqa: FBT001 -- typer calls it with the flag
    """Print which release this is, and leave."""
    if wanted:
        sys.stdout.write(f"dure {release_of('dure')}\n")
        raise typer.Exit(GOOD)


@app.callback()
def _begin(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Which release."),
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option(
            OPTION,
            help="Language of what people read, anywhere on the line; else by DURE_LANG, LC_ALL, "
            "LC_MESSAGES or LANG. JSON has none.",
        ),
    ] = None,
) -> None:
    """Points across brands: exchange, settle, and a log that anyone can verify."""


app.command("init")(init.run)
app.command("demo")(demo.run)
app.command("serve")(serve.run)
app.command("migrate")(migrate.run)
app.command("doctor")(doctor.run)
app.command("sign")(sign.run)
audit_app.command("consistency")(audit_consistency.run)
audit_app.command("export")(audit_export.run)
audit_app.command("key")(audit_key.run)
audit_app.command("prove")(audit_prove.run)
audit_app.command("disclose")(audit_disclose.run)
audit_app.command("linkage")(audit_linkage.run)
audit_app.command("rotate-key")(audit_rotate_key.run)
audit_app.command("watch")(audit_watch.run)
audit_app.command("witness")(audit_witness.run)
contract_app.command("keygen")(contract_keygen.run)
contract_app.command("sign")(contract_sign.run)
key_app.command("new")(keys.new)
key_app.command("grant")(keys.grant)
key_app.command("list")(keys.listed)
settle_app.command("status")(settle_status.run)
settle_app.command("close")(settle_close.run)
settle_app.command("schedule")(settle_schedule.run)
settle_app.command("create")(settle_create.run)
settle_app.command("approve")(settle_steps.approve)
settle_app.command("abort")(settle_steps.abort)
settle_app.command("default")(settle_steps.default)
settle_app.command("decide")(settle_decide.run)
settle_app.command("funds")(settle_funds.run)
settle_app.command("policy")(settle_policy.run)
settle_app.command("record-payment")(settle_evidence.run)
settle_app.command("payments")(settle_payments.run)
settle_app.command("import-bank")(settle_import_bank.run)
settle_app.command("disputes")(settle_disputes.listed)
settle_app.command("dispute")(settle_disputes.dispute)
settle_app.command("uphold")(settle_disputes.uphold)
settle_app.command("reject")(settle_disputes.reject)
settle_app.command("withdraw")(settle_disputes.withdraw)
settle_app.command("unmatched")(settle_unmatched.listed)
settle_app.command("assign")(settle_unmatched.assign)
settle_app.command("dismiss")(settle_unmatched.dismiss)
settle_app.command("carry")(settle_unmatched.carry)
import_app.command("purchases")(import_purchases.run)
settle_app.command("books")(settle_books.run)
settle_app.command("statement")(settle_statement.run)
app.add_typer(audit_app, name="audit")
app.add_typer(contract_app, name="contract")
app.add_typer(import_app, name="import")
app.add_typer(key_app, name="key")
app.add_typer(settle_app, name="settle")


def run(arguments: Sequence[str]) -> int:
    """Run one verb and return its exit status."""
    as_json = "--json" in arguments
    try:
        status: object = app(args=listen(arguments), prog_name="dure", standalone_mode=False)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else GOOD
    except TyperException as error:
        return _misused(error, as_json=as_json)
    except OSError as error:
        # Each verb names what it expects; what is left is a name that no file system takes.
        path = one_line(str(error.filename or ""))[:PATH_SHOWN_MAX]
        reason = error.strerror or ""
        return _fail("FILE_NOT_USABLE", {"path": path, "reason": reason}, as_json=as_json)
    except DureError as error:
        return _fail(error.code, error.facts, as_json=as_json)
    except AuditError as error:
        facts = {name: _plain(fact) for name, fact in error.facts.items()}
        return _fail(error.code, facts, as_json=as_json)
    return status if isinstance(status, int) else GOOD


def _misused(error: TyperException, *, as_json: bool) -> int:
    """Say what is wrong with the arguments; where there are none, what they could be."""
    message = error.format_message()
    if "\n" in message:
        sys.stderr.write(f"{message}\n")
        return BAD_USE
    return _fail("USAGE_INVALID", {"reason": message.rstrip(".")}, as_json=as_json)


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
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a letter shows its number, as standard error does.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
