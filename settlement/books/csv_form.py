"""Every posting, and the report of liability, as CSV (RFC 4180) in UTF-8 with a byte order mark.

Amounts are plain decimals of their currency, points of their unit. All texts are codes and names of
accounts, which no spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from domain.clock import format_instant, local_day
from settlement.currencies import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from settlement.books.chart import Policy
    from settlement.books.journal import Entry
    from settlement.books.liability import Liability

BOM = "\ufeff"
_POSTING = (
    *("sequence", "time", "day", "event", "reference", "account", "name", "currency"),
    *("debit", "credit"),
)
_LIABILITY = (
    *("partner", "unit", "funding", "expires", "points", "currency", "zero_breakage"),
    *("estimated_breakage", "net", "version", "method"),
)


def heading() -> str:
    """Return the first line of a file of postings."""
    return BOM + _rows([_POSTING])


def postings(entries: Iterable[Entry], policy: Policy, zone: str) -> str:
    """Return the lines of entries; a day is a day of ``zone``."""
    rows: list[Sequence[str | int]] = []
    for entry in entries:
        head = (
            *(entry.seq, format_instant(entry.time), local_day(entry.time, zone)),
            *(entry.event, entry.reference),
        )
        for account, unit, amount in entry.postings:
            sides = (plain(amount, entry.currency), "") if amount > 0 else (
                "", plain(-amount, entry.currency),
            )  # fmt: skip
            name = policy.name(account, unit)
            rows.append((*head, account.value, name, entry.currency, *sides))
    return _rows(rows)


def report(lines: Iterable[Liability], scales: dict[str, int]) -> str:
    """Return the report of liability; ``scales`` are the units' decimals."""
    rows: list[Sequence[str | int]] = [_LIABILITY]
    for one in lines:
        amounts = [plain(amount, one.currency) for amount in (one.carried, one.breakage, one.net)]
        points = _points(one.points, scales[one.unit])
        head = (one.partner, one.unit, one.funding, one.month, points, one.currency)
        rows.append((*head, *amounts, one.version, one.method))
    return BOM + _rows(rows)


def _points(amount: int, scale: int) -> str:
    whole, rest = divmod(amount, 10**scale)
    return f"{whole}.{rest:0{scale}d}" if scale else str(whole)


def _rows(rows: Iterable[Sequence[str | int]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
