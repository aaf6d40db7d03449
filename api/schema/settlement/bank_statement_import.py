"""Import a bank's statement."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import strawberry

from api.auth.scopes import Scope
from api.bank_import import Plan, keep_file, plan_import, was_kept, write_import
from api.registers import read_home_accounts
from api.schema.audit.evidence import receipt_of
from api.schema.audit.receipt import Receipt
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.errors import FaultError, RefusedError
from api.schema.core.mutation import mutation
from api.schema.core.record import Envelope, envelope
from api.schema.core.scalars import MinorUnits
from domain.errors import DureError, InvalidValueError, OverloadedError, StoreError
from settlement.bank.camt053 import read_camt053
from settlement.bank.csv_mapping import read_mapping
from settlement.bank.csv_statement import read_csv
from settlement.commands import MatchBankLine, QueueBankLine
from settlement.settlements.payments import MATCH_CODES
from settlement.waiting.queueing import QUEUE_CODES

if TYPE_CHECKING:
    from api.bank_import import Imported
    from domain.ledger.commands import Command
    from domain.store.answers import Answer
    from settlement.bank.lines import BankFile

REUSED = "IDEMPOTENCY_KEY_REUSED"


@strawberry.input(description="A bank's statement, as long as a request may be.")
class BankStatementImportInput:
    """Input of bank_statement_import."""

    content: str = strawberry.field(
        description="The statement's text: camt.053 (001.02, 001.08), or CSV with a mapping."
    )
    mapping: str | None = strawberry.field(
        default=None, description="TOML: what the columns of the bank's CSV mean."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII. The statement's lines count once under any."
    )


@strawberry.type(description="A line that waits for a person.")
class BankLineQueued:
    """A line that was queued, now or before."""

    line: int = strawberry.field(description="Its place in the statement, from 1.")
    amount: MinorUnits = strawberry.field(description="What of it waits, in minor units.")
    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    reason: str = strawberry.field(description="Why, such as NO_CANDIDATE.")


@strawberry.type(description="Every line of the statement counts, waits, or was known.")
class BankStatementImportSuccess:
    """Answer of bank_statement_import."""

    statement_hash: str = strawberry.field(description="SHA-256 of the statement, in hex.")
    counted: int = strawberry.field(description="How many lines were counted as payments.")
    known: int = strawberry.field(description="How many were counted or dealt with before.")
    repeated: bool = strawberry.field(description="Whether this very statement was read before.")
    queued: list[BankLineQueued] = strawberry.field(description="The lines that wait.")
    receipt: Receipt | None = strawberry.field(
        description="Of the last entry that this import wrote, whose checkpoint covers all of them;"
        " null where every line was known."
    )


async def bank_statement_import(info: Info, input: BankStatementImportInput) -> object:  # noqa: A002 -- the argument's name
    """Import a statement."""
    sent = envelope(info, input.idempotency_key)
    services = info.context.services
    data = input.content.encode()
    try:
        file = await asyncio.to_thread(_read, data, input.mapping)
        accounts = await asyncio.to_thread(read_home_accounts, services.home)
        before = await asyncio.to_thread(was_kept, services.home, file)
        plan = await services.reader.read(plan_import, services.origin, file, accounts)
    except StoreError:
        raise FaultError("UNAVAILABLE") from None
    except InvalidValueError as error:
        field = "mapping" if error.code.startswith("MAPPING_") else "content"
        raise texts.invalid("", _why(error), field) from None
    imported, last = await _write(info, plan, sent)
    try:
        await asyncio.to_thread(keep_file, services.home, file, data)
    except StoreError:
        raise FaultError("UNAVAILABLE") from None
    return BankStatementImportSuccess(
        statement_hash=file.sha256,
        counted=len(imported.counted),
        known=imported.known,
        repeated=before,
        queued=[
            BankLineQueued(
                line=one.line.n + 1,
                amount=MinorUnits(one.amount),
                currency=one.line.currency,
                reason=one.reason,
            )
            for one in imported.queued
        ],
        receipt=None if last < 0 else await receipt_of(info, last),
    )


def _read(data: bytes, mapping: str | None) -> BankFile:
    if mapping is None:
        return read_camt053(io.BytesIO(data))
    return read_csv(io.BytesIO(data), read_mapping(mapping))


def _why(error: DureError) -> str:
    """Return what is wrong: the code, and where."""
    facts = {name: error.facts[name] for name in ("path", "line", "partner") if name in error.facts}
    where = ", ".join(f"{name} {str(value)[:64]}" for name, value in sorted(facts.items()))
    return f"{error.code} ({where})" if where else error.code


async def _write(info: Info, plan: Plan, sent: Envelope) -> tuple[Imported, int]:
    """Send a command for each line; return what came of it, and the last entry written, or -1.

    The first command bears the key, for what it is of names the rest.

    A key that was answered before is no answer of this import's: a line that an interrupted one
    has written is known by now, and the first that is left is sent without it.
    """
    steps = write_import(plan, sent["actor"], info.context.services.ids)
    keyed, last = True, -1
    try:
        command = next(steps)
        while True:
            if keyed:
                keyed = False
                answer = await _submit(info, _keyed(command, sent))
                if answer.refusal is not None and answer.refusal.code == REUSED:
                    raise RefusedError.of(answer.refusal)
                if answer.replayed:
                    answer = await _submit(info, command)
            else:
                answer = await _submit(info, command)
            last = last if answer.replayed else max(last, answer.seq)
            command = steps.send(answer)
    except StopIteration as stop:
        imported: Imported = stop.value
        return imported, last
    except DureError as error:
        raise FaultError(error.code) from None


def _keyed(command: Command, sent: Envelope) -> Command:
    return replace(
        command,
        key=sent["key"],
        request=sent["request"],
        received_at=sent["received_at"],
        signed=sent["signed"],
        signer=sent["signer"],
    )


async def _submit(info: Info, command: Command) -> Answer:
    try:
        loop = asyncio.get_running_loop()
        return await info.context.services.writer.submit(command, loop)
    except OverloadedError:
        raise FaultError("OVERLOADED") from None


bank_statement_import_field = mutation(
    bank_statement_import,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=BankStatementImportSuccess,
    errors=tuple(dict.fromkeys((*MATCH_CODES, *QUEUE_CODES))),
    commands=(MatchBankLine, QueueBankLine),
    description="Match a bank's statement to the payments that are due, and queue its other lines.",
)
