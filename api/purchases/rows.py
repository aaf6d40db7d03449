"""A row of a file of purchases, whatever the file's form: what its four values must be."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from domain.errors import InvalidValueError
from domain.money import AMOUNT_MAX

YEAR_MIN = 1970  # instants count from its first day; any zone's later years lie after it
REFERENCE_MAX = 128  # a loyalty card's number or a customer's id elsewhere
DECIMALS_MAX = 4  # no currency has more
DATE_LENGTH = len("2026-01-02")
DAYS_KEPT = 4_096  # a file's purchases lie on the days of some years

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


def purchase(
    row: int, customer: str, day: str, quantity: str, amount: str, decimals: int
) -> Purchase | BadRow:
    """Return the purchase that a row's four texts are, or what is wrong with them."""
    if not 0 < len(customer) <= REFERENCE_MAX or not customer.isprintable():
        return BadRow(row, ascii(customer[:REFERENCE_MAX]), "the customer is no reference")
    customer = unicodedata.normalize("NFC", customer)  # as references are given over GraphQL
    found = _day(day) if len(day) == DATE_LENGTH else None
    if found is None:
        return BadRow(row, customer, f"the date is none of the form YYYY-MM-DD after {YEAR_MIN}")
    if _QUANTITY.match(quantity) is None:
        return BadRow(row, customer, "the quantity is no whole number")
    money = _amount(amount, decimals)
    if money is None:
        return BadRow(row, customer, f"the amount is none with up to {decimals} decimals")
    return Purchase(row, customer, found, int(quantity), money)


@lru_cache(maxsize=DAYS_KEPT)
def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if _DATE.match(text) else None
    except ValueError:
        return None
    return day if day and day.year > YEAR_MIN else None


def _amount(text: str, decimals: int) -> int | None:
    match = _AMOUNT.match(text)
    if match is None:
        return None
    whole, part = match.groups("")
    if len(part) > decimals:
        return None
    amount = int(whole + part.ljust(decimals, "0"))
    return amount if amount <= AMOUNT_MAX else None
