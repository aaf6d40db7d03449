"""Holds as the caller may see them: its own, and those on its units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.connection import Connection, bad_cursor, checked_first, page, read_cursor
from api.schema.holds.hold import Hold, hold_of_row
from api.schema.members.reading import visible_owner
from domain.ids import is_id
from domain.store.queries import holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.schema.core.context import Info

ABOVE_ALL = "g"  # above every hex digit: a page that begins at the newest


async def _visible(info: Info, rows: Sequence[holds.Hold]) -> list[holds.Hold]:
    caller = info.context.caller
    if caller.sees_all:
        return list(rows)
    own = (await info.context.services.catalogue.current()).units_of(caller.partner)
    return [row for row in rows if row.acceptor == caller.partner or row.unit in own]


async def find_hold(info: Info, owner: str, id_: str) -> Hold | None:
    """Return a hold; None where there is none, or none that the caller may see."""
    services = info.context.services
    row = await services.reader.read(holds.one, owner, id_)
    if row is None or not await _visible(info, [row]):
        return None
    return hold_of_row(row, services.clock.now())


async def holds_page(
    info: Info, member_id: str | None, reference: str | None, first: int, after: str | None
) -> Connection[Hold]:
    """Return a page of a member's holds, newest first; the caller may see fewer than there are."""
    checked_first(first)
    owner = await visible_owner(info, member_id, reference)
    if owner is None:
        return page([], [], more=False, after=after)
    services = info.context.services
    before = read_cursor(after)
    if before is not None and not is_id(before):
        raise bad_cursor()
    rows = await services.reader.read(holds.of_book, owner, first + 1, before or ABOVE_ALL)
    shown = await _visible(info, rows[:first])
    now = services.clock.now()
    return page(
        [hold_of_row(row, now) for row in shown],
        [row.id for row in shown],
        more=len(rows) > first,
        after=after,
        resume=rows[first - 1].id if first and len(rows) > first else None,
    )
