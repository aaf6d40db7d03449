"""A statement as CSV (RFC 4180): a row for what is brought forward, each line, and the end.

UTF-8 with a byte order mark, without which Excel takes Korean for Latin. Amounts are plain
decimals of the currency. Codes, which programs read, stand before the amounts and are the same in
each language; after them words say the same to people. A text that a spreadsheet would read as a
formula is put behind an apostrophe (OWASP, CSV injection).
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from domain.clock import format_instant
from settlement.currencies import plain
from settlement.statements.words import code_words, say

if TYPE_CHECKING:
    from settlement.statements.model import Statement

_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_COLUMNS = (
    *("row_code", "window", "sequence", "place", "time", "transfer", "event_code"),
    *("counterparty", "kind_code", "contract", "payable", "receivable", "net", "currency"),
    *("row", "event", "kind"),
)


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(statement: Statement, language: str) -> bytes:
    """Return the statement as CSV in ``language``."""
    scope = statement.scope
    currency = scope.currency
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([say(column, language) for column in _COLUMNS])

    def words(row: str, event: str = "", kind: str = "") -> list[str]:
        return [inert(code_words(code, language)) for code in (row, event, kind)]

    for one in scope.carried:
        sides = (one.payable, one.receivable, one.payable - one.receivable)
        amounts = [plain(amount, currency) for amount in sides]
        rows.writerow(["CARRIED", one.period, *[""] * 8, *amounts, currency, *words("CARRIED")])
    for line in statement.lines:
        payable, receivable = statement.sides(line)
        texts = (
            *(line.transfer, line.event, statement.counterparty(line), line.kind, line.contract),
        )
        amounts = [
            plain(amount, currency) for amount in (payable, receivable, payable - receivable)
        ]
        place = [line.period, line.seq, line.n, format_instant(line.time)]
        said = words("LINE", line.event, line.kind)
        rows.writerow(["LINE", *place, *map(inert, texts), *amounts, currency, *said])
    for name, amount in (
        ("OPENING", statement.opening),
        ("SUPPLIES", statement.supplies),
        ("FEES", statement.fees),
        ("TAX", statement.tax),
        ("CLOSING", statement.closing),
    ):
        said = words("TAXES" if name == "TAX" else name)
        rows.writerow([name, *[""] * 11, plain(amount, currency), currency, *said])
    return f"{_BOM}{out.getvalue()}".encode()
