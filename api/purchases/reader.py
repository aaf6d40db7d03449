"""A file of purchases, read row by row: nothing of it is kept, however long it is.

A row that is wrong is reported and the next one is read; a file that is no text of rows at all is
one error that names the line.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

from api.purchases.ndjson import ndjson_rows
from api.purchases.rows import REFERENCE_MAX, BadRow, Columns, Purchase, purchase
from domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE_MAX = 8_192  # a purchase has four values; a longer line is none, or a bomb in gzip's clothes
GZIP_MAGIC = b"\x1f\x8b"
CSV = "csv"
NDJSON = "ndjson"
_NDJSON_ENDINGS = (".ndjson", ".jsonl", ".ndjson.gz", ".jsonl.gz")


def form_of(path: Path) -> str:
    """Return what a file's name says of its form: NDJSON by its ending, CSV for all others."""
    return NDJSON if path.name.lower().endswith(_NDJSON_ENDINGS) else CSV


@contextmanager
def open_text(path: Path) -> Iterator[IO[str]]:
    """Open a file, plain or gzip by its first bytes, as UTF-8 text.

    Raises InvalidValueError ``FILE_NOT_READABLE``.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        opener = gzip.open if packed else open
        opened: IO[str] = opener(path, "rt", encoding="utf-8-sig", newline="")
    except OSError as error:
        reason = error.strerror or ""
        raise InvalidValueError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    with opened:
        yield opened


def read_purchases(
    path: Path, columns: Columns, decimals: int = 2, form: str = CSV
) -> Iterator[Purchase | BadRow]:
    """Yield each row of a file as a purchase or as what is wrong with it.

    ``decimals`` are the currency's own: 2 for USD, 0 for KRW. ``form`` is CSV or NDJSON.

    Raises InvalidValueError: ``FILE_NOT_READABLE``, ``PURCHASES_MALFORMED`` with the line where the
    file stops being text of such lines in UTF-8, ``COLUMN_MISSING`` where a CSV header lacks one.
    """
    with open_text(path) as text:
        lines = _Lines(text, path)
        if form == NDJSON:
            yield from ndjson_rows(lines, columns, decimals)
            return
        rows = csv.reader(lines)
        try:
            header = next(rows, [])
            places = _places(header, columns, path)
            for number, fields in enumerate((row for row in rows if row), 1):
                yield _purchase(number, fields, places, len(header), decimals)
        except csv.Error as error:
            raise _malformed(path, lines.number, str(error)) from None


class _Lines:
    """Lines of a text, none longer than ``LINE_MAX``."""

    def __init__(self, text: IO[str], path: Path) -> None:
        self._text = text
        self._path = path
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.number += 1
        try:
            line = self._text.readline(LINE_MAX + 1)
        except UnicodeDecodeError:
            raise _malformed(self._path, self.number, "it is not UTF-8") from None
        except (OSError, EOFError, zlib.error):
            raise _malformed(self._path, self.number, "the compressed file is damaged") from None
        if not line:
            raise StopIteration
        if len(line) > LINE_MAX:
            raise _malformed(self._path, self.number, f"it has over {LINE_MAX} characters")
        return line


class _Places(NamedTuple):
    customer: int
    date: int
    quantity: int | None
    amount: int


def _places(header: list[str], columns: Columns, path: Path) -> _Places:
    places = {name: at for at, name in enumerate(header)}
    for column in (columns.customer, columns.date, columns.amount):
        if column not in places:
            raise InvalidValueError(
                "COLUMN_MISSING", path=str(path), column=column[:64], header=",".join(header)[:200]
            )
    return _Places(
        places[columns.customer],
        places[columns.date],
        places.get(columns.quantity),
        places[columns.amount],
    )


def _purchase(
    row: int, fields: list[str], places: _Places, width: int, decimals: int
) -> Purchase | BadRow:
    customer = fields[places.customer] if places.customer < len(fields) else ""
    if len(fields) != width:
        return BadRow(row, customer[:REFERENCE_MAX], f"it has {len(fields)} columns, not {width}")
    quantity = "1" if places.quantity is None else fields[places.quantity]
    return purchase(row, customer, fields[places.date], quantity, fields[places.amount], decimals)


def _malformed(path: Path, line: int, reason: str) -> InvalidValueError:
    return InvalidValueError("PURCHASES_MALFORMED", path=str(path), line=line, reason=reason)
