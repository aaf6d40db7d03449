"""Settlement windows and proposals as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.connection import made, page_of
from api.schema.core.errors import FaultError, RefusedError
from api.schema.core.ids import global_id
from api.schema.settlement.window import proposal_of, window_id, window_of

if TYPE_CHECKING:
    from api.schema.core.connection import Connection
    from api.schema.core.context import Info
    from api.schema.settlement.window import Proposal, SettlementWindow


async def open_period(info: Info, currency: str) -> int:
    """Return the open window's number; raises RefusedError ``WINDOW_UNKNOWN`` without one."""
    tables = await info.context.services.catalogue.current()
    period = tables.reference.open_periods.get(currency)
    if period is None:
        raise RefusedError("WINDOW_UNKNOWN", "currency", period=0, currency=currency)
    return period


async def windows_page(info: Info, first: int, after: str | None) -> Connection[SettlementWindow]:
    """Return a page of the windows, by currency and number."""
    tables = await info.context.services.catalogue.current()
    rows = sorted(tables.reference.windows.values(), key=lambda row: (row.currency, row.period))
    page = page_of(rows, window_id, first, after)
    return made(page, [window_of(edge.node) for edge in page.edges])


async def find_window(info: Info, window: str) -> SettlementWindow | None:
    """Return a window by its global id, None where there is none."""
    tables = await info.context.services.catalogue.current()
    rows = tables.reference.windows.values()
    return next((window_of(row) for row in rows if window_id(row) == window), None)


async def proposals_page(info: Info, first: int, after: str | None) -> Connection[Proposal]:
    """Return a page of the proposals, newest first."""
    tables = await info.context.services.catalogue.current()
    rows = sorted(tables.reference.proposals.values(), key=lambda row: -row.seq)
    page = page_of(rows, lambda row: global_id("Proposal", row.id), first, after)
    return made(page, [proposal_of(edge.node) for edge in page.edges])


async def find_proposal(info: Info, proposal: str) -> Proposal | None:
    """Return a proposal, None where there is none."""
    tables = await info.context.services.catalogue.current()
    row = tables.reference.proposals.get(proposal)
    return None if row is None else proposal_of(row)


async def proposal_by_id(info: Info, proposal: str) -> Proposal:
    """Return a proposal that was just written."""
    found = await find_proposal(info, proposal)
    if found is None:
        raise FaultError("INTERNAL")
    return found
