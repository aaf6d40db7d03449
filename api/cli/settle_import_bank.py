"""`dure settle import-bank`: what a bank's statement proves to have been paid."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Accounts, As, Home, Json
from api.cli.output import FOUND, GOOD, Output
from domain.errors import StoreError

if TYPE_CHECKING:
    from api.bank_import import Imported
    from settlement.bank.lines import BankFile


def run(
    *,
    file: Annotated[Path, typer.Argument(help="camt.053 (001.02, 001.08), or CSV with --mapping.")],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML: what the columns of the bank's CSV mean.")
    ] = None,
    accounts: Accounts = None,
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Match a bank's statement to payments; what is not certain waits for a person.

    The same file, or the same line in another, counts once. Exit status 1: some lines wait.
    """
    from api.bank_import import import_bank_file, keep_file, was_kept
    from api.cli.settling import acting, opened
    from api.cli.words import say
    from api.registers import ACCOUNTS, read_accounts

    voice = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        data = _bytes(file)
        read = _read(data, mapping)
        found = read_accounts(accounts or network.home / ACCOUNTS)
        before = was_kept(network.home, read)
        with voice.progress(say("import.matching"), len(read.lines), after=2) as advance:
            imported, states = import_bank_file(network, actor, read, found, advance)
        keep_file(network.home, read, data)
    _tell(voice, read, imported, states, before=before)
    return FOUND if imported.queued else GOOD


def _bytes(path: Path) -> bytes:
    from settlement.bank.lines import FILE_BYTES_MAX

    try:
        with path.open("rb") as opened:
            data = opened.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file's name"
        raise StoreError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    if len(data) > FILE_BYTES_MAX:
        raise StoreError("STATEMENT_TOO_LARGE", path=str(path), limit=FILE_BYTES_MAX)
    return data


def _read(data: bytes, mapping: Path | None) -> BankFile:
    from settlement.bank.camt053 import read_camt053
    from settlement.bank.csv_mapping import MAPPING_CHARACTERS_MAX, read_mapping
    from settlement.bank.csv_statement import read_csv

    if mapping is None:
        return read_camt053(io.BytesIO(data))
    try:
        with mapping.open(encoding="utf-8-sig") as opened:
            text = opened.read(MAPPING_CHARACTERS_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise StoreError("FILE_NOT_READABLE", path=str(mapping), reason=reason) from None
    return read_csv(io.BytesIO(data), read_mapping(text))


def _tell(
    voice: Output, read: BankFile, imported: Imported, states: dict[str, str], *, before: bool
) -> None:
    from api.cli.words import code, heads, reason, say
    from settlement.currencies import grouped

    voice.table(
        say("import.counted"),
        heads("date", "payer", "payee", "amount", "currency", "settlement"),
        [
            (
                one.line.value_date,
                one.payer,
                one.payee,
                grouped(one.amount, one.line.currency),
                one.line.currency,
                one.settlement,
            )
            for one in imported.counted
        ],
    )
    if imported.queued:
        voice.table(
            say("import.queued"),
            heads("line", "date", "amount", "currency", "counterparty", "why"),
            [
                (
                    one.line.n + 1,
                    one.line.value_date,
                    grouped(one.line.amount, one.line.currency),
                    one.line.currency,
                    one.line.counterparty,
                    reason(one.reason),
                )
                for one in imported.queued
            ],
        )
    if before:
        voice.say(say("import.before"))
    voice.say(say("import.sums", counted=len(imported.counted), known=imported.known))
    for settlement, state in states.items():
        voice.say(say("import.state", settlement=settlement, state=code(state)))
    voice.result(
        {
            "statement": read.sha256,
            "lines": len(read.lines),
            "counted": len(imported.counted),
            "known": imported.known,
            "repeated": before,
            "settlements": dict(states),
            "queued": [
                {
                    "line": one.line.n + 1,
                    "amount": str(one.amount),
                    "currency": one.line.currency,
                    "reason": one.reason,
                }
                for one in imported.queued
            ],
        }
    )
