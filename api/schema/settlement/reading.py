"""Settlement windows and proposals as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.errors import FaultError, RefusedError
from api.schema.settlement.window import Proposal, SettlementWindow, proposal_of, window_of

if TYPE_CHECKING:
    from api.schema.core.context import Info


async def open_period(info: Info, currency: str) -> int:
    """Return the open window's number; raises RefusedError ``WINDOW_UNKNOWN`` without one."""
    tables = await info.context.services.catalogue.current()
    period = tables.reference.open_periods.get(currency)
    if period is None:
        raise RefusedError("WINDOW_UNKNOWN", "currency", period=0, currency=currency)
    return period


async def all_windows(info: Info) -> list[SettlementWindow]:
    """Return every window, by currency and number."""
    tables = await info.context.services.catalogue.current()
    rows = sorted(tables.reference.windows.values(), key=lambda row: (row.currency, row.period))
    return [window_of(row) for row in rows]


async def all_proposals(info: Info) -> list[Proposal]:
    """Return every proposal, newest first."""
    tables = await info.context.services.catalogue.current()
    rows = sorted(tables.reference.proposals.values(), key=lambda row: -row.seq)
    return [proposal_of(row) for row in rows]


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
