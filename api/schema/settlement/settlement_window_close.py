"""Propose to close a settlement window."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.reading import open_period, proposal_by_id
from api.schema.settlement.window import Proposal
from settlement.commands import ProposeWindowClose
from settlement.windows.closing import CLOSE_CODES


@strawberry.input(description="A window to close.")
class SettlementWindowCloseInput:
    """Input of settlement_window_close."""

    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    period: int | None = strawberry.field(
        default=None, description="Its number; absent: the open one."
    )
    reason: str = strawberry.field(default="PERIOD_END", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The closing is proposed; another subject decides.")
class SettlementWindowCloseSuccess(Recorded):
    """Answer of settlement_window_close."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def settlement_window_close(info: Info, input: SettlementWindowCloseInput) -> object:  # noqa: A002 -- the argument's name
    """Propose a closing."""
    currency = texts.currency(input.currency, "currency")
    period = await open_period(info, currency) if input.period is None else input.period
    command = ProposeWindowClose(
        **envelope(info, input.idempotency_key),
        period=period,
        currency=currency,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return SettlementWindowCloseSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_window_close_field = mutation(
    settlement_window_close,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementWindowCloseSuccess,
    errors=CLOSE_CODES,
    commands=(ProposeWindowClose,),
    description="Propose to close a settlement window; another subject decides.",
)
