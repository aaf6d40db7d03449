"""A bank's CSV export, read by its declared mapping, row by row.

Nothing is taken to be what it is not: every row has as many cells as there are headings, amounts
are decimals of the currency, and a file in another encoding than declared is refused.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import InvalidValueError
from settlement.bank.lines import (
    FILE_BYTES_MAX,
    LINES_MAX,
    BankFile,
    BankLine,
    Statement,
    placed,
    signed,
)
from settlement.currencies import minor_units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from settlement.bank.csv_mapping import CsvMapping

COLUMNS_MAX = 100  # an export has a dozen
_GROUP = 3  # digits between two signs for thousands
_SIDES = ("credit", "debit")


def read_csv(stream: BinaryIO, mapping: CsvMapping) -> BankFile:
    """Read a whole file.

    Raises:
        InvalidValueError: ``FILE_TOO_LARGE``, ``CSV_ENCODING``, ``CSV_MALFORMED``,
            ``CSV_HEADING_MISSING``, ``DATE_INVALID``, ``LINE_AMOUNT_INVALID``,
            ``AMOUNT_MALFORMED``, ``AMOUNT_TOO_FINE``, ``TOO_MANY_LINES``; each but the first two
            with its path: the row's number in the file, from 1, and the column.
    """
    content = stream.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise InvalidValueError("FILE_TOO_LARGE", maximum=FILE_BYTES_MAX)
    sha256 = hashlib.sha256(content).hexdigest()
    text = io.TextIOWrapper(io.BytesIO(content), encoding=mapping.encoding, newline="")
    try:
        lines = placed(_lines(text, mapping), sha256)
    except UnicodeDecodeError as error:
        raise InvalidValueError(
            "CSV_ENCODING", encoding=mapping.encoding, reason=error.reason
        ) from None
    return BankFile(sha256, "", (Statement(mapping.account, "", "", lines),))


def _lines(text: io.TextIOWrapper, mapping: CsvMapping) -> Iterator[BankLine]:
    rows = _rows(text, mapping)
    headings: list[str] | None = None
    read = 0
    for number, row in rows:
        if number <= mapping.skip or not any(row):
            continue
        if headings is None:
            headings = row
            _check_headings(headings, mapping, number)
            continue
        if mapping.footer and row[0].startswith(mapping.footer):
            return
        path = f"row[{number}]"
        if len(row) != len(headings):
            raise InvalidValueError(
                "CSV_MALFORMED", path=path, cells=len(row), expected=len(headings)
            )
        read += 1
        if read > LINES_MAX:
            raise InvalidValueError("TOO_MANY_LINES", path=path, maximum=LINES_MAX)
        yield _line(dict(zip(headings, row, strict=True)), mapping, path)
    if headings is None:
        raise InvalidValueError("CSV_HEADING_MISSING", path="row[1]", heading="any")


def _rows(text: io.TextIOWrapper, mapping: CsvMapping) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=mapping.delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidValueError(
                "CSV_MALFORMED", path=f"row[{number}]", reason=str(error)[:200]
            ) from None
        yield number, [cell.strip() for cell in row]


def _check_headings(headings: list[str], mapping: CsvMapping, number: int) -> None:
    path = f"row[{number}]"
    if len(headings) > COLUMNS_MAX:
        raise InvalidValueError(
            "CSV_MALFORMED", path=path, cells=len(headings), maximum=COLUMNS_MAX
        )
    for heading in (*mapping.columns.values(), *mapping.identity):
        if headings.count(heading) != 1:
            raise InvalidValueError(
                "CSV_HEADING_MISSING", path=path, heading=heading, found=headings.count(heading)
            )


def _line(cells: dict[str, str], mapping: CsvMapping, path: str) -> BankLine:
    def cell(name: str) -> str:
        return cells[mapping.columns[name]] if name in mapping.columns else ""

    identity = "|".join(cells[heading] for heading in mapping.identity)
    return BankLine(
        mapping.account,
        _date(cell("date"), mapping, f"{path}.date"),
        _amount(cell, mapping, path),
        mapping.currency,
        end_to_end_id=cell("end_to_end_id"),
        reference=cell("reference"),
        counterparty=cell("counterparty"),
        bank_reference=identity,
        returned=cell("reversal") in mapping.reversals if mapping.reversals else False,
    )


def _amount(cell: Callable[[str], str], mapping: CsvMapping, path: str) -> int:
    if "amount" in mapping.columns:
        text = cell("amount")
        out = text.startswith("-")
        place = f"{path}.amount"
        return signed(_units(text.removeprefix("-"), mapping, place), place, incoming=not out)
    sides = {name: _units(cell(name) or "0", mapping, f"{path}.{name}") for name in _SIDES}
    credit, debit = sides.values()
    if credit and debit:
        raise InvalidValueError("LINE_AMOUNT_INVALID", path=path, credit=credit, debit=debit)
    return signed(credit or debit, path, incoming=bool(credit))


def _units(text: str, mapping: CsvMapping, path: str) -> int:
    plain = text
    if mapping.thousands and mapping.thousands in text:
        head, *groups = text.partition(".")[0].split(mapping.thousands)
        if not 1 <= len(head) <= _GROUP or any(len(group) != _GROUP for group in groups):
            raise InvalidValueError("AMOUNT_MALFORMED", path=path, value=text[:64])
        plain = text.replace(mapping.thousands, "")
    try:
        return minor_units(plain, mapping.currency)
    except InvalidValueError as error:
        raise InvalidValueError(error.code, path=path, **error.facts) from None


def _date(text: str, mapping: CsvMapping, path: str) -> str:
    match = mapping.date.match(text)
    try:
        if match is None:
            raise ValueError
        return dt.date(int(match["year"]), int(match["month"]), int(match["day"])).isoformat()
    except ValueError:
        raise InvalidValueError("DATE_INVALID", path=path, value=text[:64]) from None
