"""`dure import purchases`: points for purchases made elsewhere."""

from __future__ import annotations

import csv
import enum
import gc
import hashlib
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, Protocol

import typer

from api.cli.options import As, Home, Json
from api.cli.output import FOUND, GOOD, Output

if TYPE_CHECKING:
    from api.bootstrap import Network
    from api.purchases import ImportOptions, ImportReport, RefusedRow
    from domain.ledger.commands import Actor
    from domain.ledger.records import Unit
    from domain.money import Ratio

IMPORT_JOB = "system/import"
REASONS_SHOWN_MAX = 20  # a screen; the rest stands in the file of refused rows
BATCH_DIGITS = 16  # of the file's SHA-256, where no name is given
BATCH_MAX = 64  # leaves room for the row in an idempotency key of 255 characters


class Form(enum.StrEnum):
    """What a file of purchases may be, as the flag says it."""

    csv = "csv"
    ndjson = "ndjson"


def run(  # noqa: PLR0913 -- one argument a flag
    *,
    file: Annotated[Path, typer.Argument(help="CSV with a header, or NDJSON; plain or gzip.")],
    partner: Annotated[str, typer.Option(help="Code of the brand that sold.")],
    home: Home = None,
    unit: Annotated[
        str | None, typer.Option(help="Point unit to issue; the brand's only one.")
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(help="NUM/DEN: whole points per minor unit of money; the unit's own."),
    ] = None,
    column_map: Annotated[
        str, typer.Option("--map", help="customer=..,date=..,quantity=..,amount=..")
    ] = "",
    form: Annotated[
        Form | None,
        typer.Option("--format", help="What the file is; else NDJSON by its ending, or CSV."),
    ] = None,
    decimals: Annotated[
        int, typer.Option(min=0, max=4, help="Decimals of the file's money: 2 for USD, 0 for KRW.")
    ] = 2,
    enroll: Annotated[bool, typer.Option(help="Make unknown customers members.")] = True,
    batch: Annotated[
        str | None, typer.Option(help="Name of the file in its rows' keys; else its hash.")
    ] = None,
    refused: Annotated[
        Path | None, typer.Option(help="File for refused rows; else refused-BATCH.csv.")
    ] = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Issue points for purchases; a file imported twice gives no points twice."""
    gc.disable()  # an import makes no cycles to speak of; its books would be walked in vain
    from api.bootstrap import open_network
    from api.config import read_settings
    from api.purchases import (
        Columns,
        ImportOptions,
        PurchaseImporter,
        form_of,
        import_purchases,
        read_purchases,
    )

    out, columns = Output(as_json=json), Columns.parse(column_map)
    settings = read_settings(home=home)
    name = _batch_name(batch, file)
    network = open_network(settings.home, settings, writes=True)
    try:
        found = _unit(network, partner, unit)
        options = ImportOptions(
            unit=found,
            rate=_rate(found, rate),
            batch=name,
            enroll=enroll,
            actor=_actor(network, partner, subject),
        )
        report_path = refused or Path(f"refused-{name}.csv")
        with ExitStack() as stack:
            sink = _RefusedRows(report_path, stack)
            importer = PurchaseImporter(network, options, sink.add)
            advance = stack.enter_context(out.progress(f"Importing {file.name}"))
            rows = read_purchases(file, columns, decimals, form or form_of(file))
            report = import_purchases(importer, rows, advance)
    finally:
        network.close()
    _tell(out, options, report, report_path)
    return FOUND if report.refused else GOOD


def _actor(network: Network, partner: str, subject: str | None) -> Actor:
    from domain.ledger.commands import Actor

    author = author_of(network, subject, IMPORT_JOB)
    return Actor(partner, author.name, subject or "", person=False, key=author.key)


class _RowWriter(Protocol):
    """What `csv.writer` returns."""

    def writerow(self, row: tuple[object, ...], /) -> object:
        """Write one row."""
        ...


class _RefusedRows:
    """A CSV of refused rows, begun with the first of them."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path = path
        self._stack = stack
        self._write: _RowWriter | None = None

    def add(self, row: RefusedRow) -> None:
        """Add a row."""
        from domain.errors import StoreError

        if self._write is None:
            try:
                opened = self._path.open("w", encoding="utf-8", newline="")
            except OSError as error:
                reason = error.strerror or ""
                raise StoreError("FILE_NOT_WRITTEN", path=str(self._path), reason=reason) from None
            self._write = csv.writer(self._stack.enter_context(opened))
            self._write.writerow(row._fields)
        self._write.writerow(row)


def _batch_name(given: str | None, file: Path) -> str:
    """Return the batch's name: given, or the file's own hash, so that a file has one for ever."""
    from domain.errors import InvalidValueError

    if given is not None:
        if not 0 < len(given) <= BATCH_MAX or not given.isascii() or not given.isalnum():
            raise InvalidValueError("BATCH_NAME_INVALID", value=given[:BATCH_MAX])
        return given
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()[:BATCH_DIGITS]
    except OSError as error:
        reason = error.strerror or ""
        raise InvalidValueError("FILE_NOT_READABLE", path=str(file), reason=reason) from None


def _unit(network: Network, partner: str, code: str | None) -> Unit:
    from domain.errors import InvalidValueError
    from domain.store.engine import reading
    from domain.store.queries import reference

    with reading(network.engine) as connection:
        known = reference.load(connection)
    if partner not in known.partners:
        raise InvalidValueError("PARTNER_UNKNOWN", partner=partner)
    if code is not None:
        if code not in known.units:
            raise InvalidValueError("UNIT_UNKNOWN", unit=code)
        return known.units[code]
    owned = [unit for unit in known.units.values() if unit.owner == partner]
    if len(owned) != 1:
        units = ", ".join(sorted(unit.code for unit in owned)) or "none"
        raise InvalidValueError("UNIT_NOT_CHOSEN", partner=partner, units=units)
    return owned[0]


def _rate(unit: Unit, given: str | None) -> Ratio:
    from domain.errors import InvalidValueError
    from domain.money import Ratio

    rate = unit.earn if given is None else Ratio.parse(given)
    if rate.num == 0:
        raise InvalidValueError("RATE_MISSING", unit=unit.code)
    return rate


class Author(NamedTuple):
    """Who writes: the leaf's author, and the API key it stands on; empty for a job."""

    name: str
    key: str


def author_of(network: Network, subject: str | None, job: str) -> Author:
    """Return the entries' author: a person of the operator's who has a live key, or the job.

    An auditor's key reads and never writes: no verifier would take an entry by one. The key has
    to be live at each batch, not now alone.
    """
    from api.auth.scopes import Role
    from domain.errors import InvalidValueError
    from domain.store.engine import reading
    from domain.store.queries import reference

    if subject is None:
        return Author(job, "")
    with reading(network.engine) as connection:
        keys = reference.load(connection).keys.values()
    live = (k for k in keys if not k.partner and not k.revoked_seq and k.role != Role.AUDITOR)
    # Of several the one given last: keys are replaced one by one, the oldest first.
    given = max((key for key in live if key.subject == subject), key=lambda k: k.seq, default=None)
    if given is None:
        raise InvalidValueError("SUBJECT_UNKNOWN", subject=subject[:64])
    return Author(f"operator/{subject}", given.key)


def _tell(out: Output, options: ImportOptions, report: ImportReport, refused: Path) -> None:
    unit = options.unit.code
    out.table(
        f"Import {options.batch} into {unit} for {options.actor.partner}",
        ["", "rows"],
        [
            ["issued", report.issued],
            ["issued before (same batch)", report.replayed],
            ["earned nothing", report.zero_earning],
            ["refused", report.refused],
            ["in all", report.rows],
        ],
    )
    out.say(f"Members enrolled: {report.enrolled:,}. Points issued: {report.points:,} {unit}.")
    if report.refused:
        reasons = sorted(report.reasons.items(), key=lambda item: -item[1])
        out.table("Refused rows", ["code", "rows"], reasons[:REASONS_SHOWN_MAX])
        out.say(f"Each refused row and its reason: {refused}")
    out.result(
        {
            "batch": options.batch,
            "rows": report.rows,
            "issued": report.issued,
            "replayed": report.replayed,
            "zero_earning": report.zero_earning,
            "refused": report.refused,
            "enrolled": report.enrolled,
            "points": str(report.points),
            "reasons": dict(report.reasons),
            "refused_file": str(refused) if report.refused else "",
        }
    )
