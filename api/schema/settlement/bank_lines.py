"""The queue of bank lines, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.connection import Connection, bad_cursor, checked_first, page, read_cursor
from api.schema.settlement.bank_line import WaitingBankLine, waiting_line_of
from api.unmatched import unmatched

if TYPE_CHECKING:
    from api.schema.core.context import Info

SEQUENCE_DIGITS = 16  # entries are numbered below 2^53


async def waiting_lines_page(
    info: Info, first: int, after: str | None
) -> Connection[WaitingBankLine]:
    """Return a page, oldest first; nothing to whoever acts for a partner."""
    checked_first(first)
    cursor = read_cursor(after)
    since = -1 if cursor is None else _sequence(cursor)
    services = info.context.services
    rows = []
    if info.context.caller.sees_all:
        rows = await services.reader.read(unmatched, services.origin, first + 1, since)
    shown = rows[:first]
    return page(
        [waiting_line_of(row) for row in shown],
        [str(row.line.seq) for row in shown],
        more=len(rows) > first,
        after=after,
    )


def _sequence(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= SEQUENCE_DIGITS):
        raise bad_cursor()
    return int(cursor)
