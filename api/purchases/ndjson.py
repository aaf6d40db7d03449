"""Purchases as NDJSON: a JSON object a line, with the names that a CSV file has in its header.

    {"customer": "card-7", "date": "2026-01-02", "quantity": 1, "amount": "12.50"}

The customer, the date and the amount are strings, the amount in the form that it has in a CSV file:
a number would be a float to many who read it. The quantity is an integer, and may be left out. A
line that is anything else is a bad row, and the next one is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from api.purchases.rows import REFERENCE_MAX, BadRow, Columns, Purchase, purchase
from api.repeated_names import RepeatedNameError, refuse_repeated_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Nothing in a row is nested; the bracket of its own object is the one there is. So a line of
# brackets is never given to a reader that would go as deep.
_OPENED_MAX = 1


def ndjson_rows(
    lines: Iterable[str], columns: Columns, decimals: int
) -> Iterator[Purchase | BadRow]:
    """Yield each line as a purchase or as what is wrong with it; lines without any text are none.

    ``columns`` are the names of an object's members; a member of another name is refused.
    """
    number = 0
    for line in lines:
        if line.strip(" \t\r\n"):
            number += 1
            yield _row(number, line, columns, decimals)


def _row(row: int, line: str, columns: Columns, decimals: int) -> Purchase | BadRow:
    try:
        # The strict reader first: what the other takes for a name has passed it.
        given: object = orjson.loads(line)
        if line.count("{") + line.count("[") > _OPENED_MAX and _nested(given):
            return BadRow(row, "", "a value is no string or integer")
        refuse_repeated_names(line)
    except RepeatedNameError as error:
        return BadRow(row, "", f"{error.name!a} stands twice in it")
    except (ValueError, RecursionError):
        return BadRow(row, "", "it is not JSON")
    if not isinstance(given, dict):
        return BadRow(row, "", "it is no JSON object")
    found = given.get(columns.customer)
    customer = found if isinstance(found, str) else ""
    reason = _misformed(given, columns)
    if reason:
        shown = customer[:REFERENCE_MAX]
        return BadRow(row, shown if shown.isprintable() else ascii(shown), reason)
    quantity = given.get(columns.quantity, 1)
    return purchase(
        row, customer, given[columns.date], str(quantity), given[columns.amount], decimals
    )


def _nested(given: object) -> bool:
    """Tell whether an object's members hold more than single values."""
    return isinstance(given, dict) and any(isinstance(one, dict | list) for one in given.values())


def _misformed(given: dict[str, object], columns: Columns) -> str:
    """Return what is wrong with an object's names and with the types of its values, "" if nothing.

    What a string or an integer must hold is the same for every form of file.
    """
    for name in given:
        if name not in columns:
            return f"it has no place for {name[:REFERENCE_MAX]!a}"
    for name in (columns.customer, columns.date, columns.amount):
        if name not in given:
            return f"it lacks {name[:REFERENCE_MAX]!a}"
        if not isinstance(given[name], str):
            return f"{name[:REFERENCE_MAX]!a} is no string"
    # A boolean is an integer to Python, and to nobody else.
    if type(given.get(columns.quantity, 1)) is not int:
        return f"{columns.quantity[:REFERENCE_MAX]!a} is no integer"
    return ""
