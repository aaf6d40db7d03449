"""Disputes as the caller may see them: a partner those of its own lines, the operator all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.auth.scopes import Scope
from api.schema.core.connection import Connection, bad_cursor, checked_first, page, read_cursor
from api.schema.core.errors import FaultError
from api.schema.settlement.dispute import Dispute, dispute_of
from domain.store.queries import disputes as queries

if TYPE_CHECKING:
    from api.schema.core.context import Info

# Who may look at disputes; who may write them may see what came of them.
DISPUTE_SCOPES = (
    Scope.DISPUTES_WRITE,
    Scope.SETTLEMENT_PROPOSE,
    Scope.SETTLEMENT_DECIDE,
    Scope.AUDIT_READ,
)
SEQUENCE_DIGITS = 16  # entries are numbered below 2^53
ABOVE_ALL = 2**53  # a page that begins at the newest


async def disputes_page(info: Info, first: int, after: str | None) -> Connection[Dispute]:
    """Return a page, newest first."""
    checked_first(first)
    caller, cursor = info.context.caller, read_cursor(after)
    before = ABOVE_ALL if cursor is None else _sequence(cursor)
    own = "" if caller.sees_all else caller.partner
    rows = await info.context.services.reader.read(queries.page, own, first + 1, before)
    shown = rows[:first]
    return page(
        [dispute_of(row) for row in shown],
        [str(row.dispute.seq) for row in shown],
        more=len(rows) > first,
        after=after,
    )


def _sequence(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= SEQUENCE_DIGITS):
        raise bad_cursor()
    return int(cursor)


async def find_dispute(info: Info, dispute: str) -> Dispute | None:
    """Return a dispute; None where there is none, or none that the caller may see."""
    caller = info.context.caller
    told = await info.context.services.reader.read(queries.one, dispute)
    if told is None:
        return None
    seen = caller.sees_all or caller.partner in (told.dispute.debtor, told.dispute.creditor)
    return dispute_of(told) if seen else None


async def dispute_by_id(info: Info, dispute: str) -> Dispute:
    """Return a dispute that was just written."""
    found = await find_dispute(info, dispute)
    if found is None:
        raise FaultError("INTERNAL")
    return found
