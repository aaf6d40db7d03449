"""A file of purchases, read row by row: nothing of it is kept, however long it is.

A row that is wrong is reported and the next one is read; a file that is no CSV at all is one
error that names the line.
"""

from __future__ import annotations

import csv
import gzip
import re
import unicodedata
import zlib
from contextlib import contextmanager
from datetime import date
from typing import IO, TYPE_CHECKING, NamedTuple

from domain.errors import InvalidValueError
from domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

YEAR_MIN = 1970  # instants count from its first day; any zone's later years lie after it
LINE_MAX = (
    8_192  # a purchase has four columns; a longer line is no CSV, or a bomb in gzip's clothes
)
REFERENCE_MAX = 128  # a loyalty card's number or a customer's id elsewhere
DECIMALS_MAX = 4  # no currency has more
GZIP_MAGIC = b"\x1f\x8b"

_AMOUNT = re.compile(r"(\d{1,16})(?:\.(\d{1,4}))?\Z", re.ASCII)
_QUANTITY = re.compile(r"\d{1,9}\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Columns(NamedTuple):
    """Which columns of the header hold what; ``quantity`` may be empty: it is not needed."""

    customer: str = "customer"
    date: str = "date"
    quantity: str = "quantity"
    amount: str = "amount"

    @classmethod
    def parse(cls, text: str) -> Columns:
        """Read ``customer=..,date=..``; what is not named keeps its own name.

        Raises InvalidValueError ``COLUMN_MAP_MALFORMED``.
        """
        named: dict[str, str] = {}
        for part in text.split(",") if text else ():
            name, equals, column = part.partition("=")
            if not equals or name not in cls._fields or name in named:
                raise InvalidValueError("COLUMN_MAP_MALFORMED", value=part[:64])
            named[name] = column
        return cls(**named)


class Purchase(NamedTuple):
    """One row: ``row`` counts from 1 after the header, ``amount`` is minor units of money."""

    row: int
    customer: str
    day: date
    quantity: int
    amount: int


class BadRow(NamedTuple):
    """A row that is no purchase, and why; ``customer`` as far as it could be read."""

    row: int
    customer: str
    reason: str


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


def read_purchases(path: Path, columns: Columns, decimals: int = 2) -> Iterator[Purchase | BadRow]:
    """Yield each row of a file as a purchase or as what is wrong with it.

    ``decimals`` are the currency's own: 2 for USD, 0 for KRW.

    Raises InvalidValueError: ``FILE_NOT_READABLE``, ``PURCHASES_MALFORMED`` with the line where the
    file stops being CSV in UTF-8, ``COLUMN_MISSING`` where the header lacks one.
    """
    with open_text(path) as text:
        lines = _Lines(text, path)
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
    if not 0 < len(customer) <= REFERENCE_MAX or not customer.isprintable():
        return BadRow(row, ascii(customer[:REFERENCE_MAX]), "the customer is no reference")
    customer = unicodedata.normalize("NFC", customer)  # as references are given over GraphQL
    day = _day(fields[places.date])
    if day is None:
        return BadRow(row, customer, f"the date is none of the form YYYY-MM-DD after {YEAR_MIN}")
    quantity = "1" if places.quantity is None else fields[places.quantity]
    if _QUANTITY.match(quantity) is None:
        return BadRow(row, customer, "the quantity is no whole number")
    amount = _amount(fields[places.amount], decimals)
    if amount is None:
        return BadRow(row, customer, f"the amount is none with up to {decimals} decimals")
    return Purchase(row, customer, day, int(quantity), amount)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DATE.match(text) else None
    except ValueError:
        return None
    return day if day and day.year > YEAR_MIN else None


def _amount(text: str, decimals: int) -> int | None:
    match = _AMOUNT.match(text)
    part = (match[2] or "") if match else ""
    if match is None or len(part) > decimals:
        return None
    amount = int(match[1] + part.ljust(decimals, "0"))
    return amount if amount <= AMOUNT_MAX else None


def _malformed(path: Path, line: int, reason: str) -> InvalidValueError:
    return InvalidValueError("PURCHASES_MALFORMED", path=str(path), line=line, reason=reason)
