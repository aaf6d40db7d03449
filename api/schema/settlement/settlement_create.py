"""Net closed windows into a new settlement."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import DateTime
from api.schema.settlement.settlement import Settlement, SettlementMethod
from api.schema.settlement.settlements import settlement_by_id
from settlement.commands import CreateSettlement
from settlement.settlements.create import CREATE_CODES


@strawberry.input(description="Windows to settle.")
class SettlementCreateInput:
    """Input of settlement_create."""

    currency: str = strawberry.field(description="Their currency, ISO 4217.")
    windows: list[int] | None = strawberry.field(
        default=None, description="Their numbers, rising, none skipped; absent: all closed ones."
    )
    method: SettlementMethod = strawberry.field(
        default=SettlementMethod.CLEARING, description="How nets are paid."
    )
    pay_by: DateTime = strawberry.field(description="After this, what is unpaid is a default.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The settlement is drafted.")
class SettlementCreateSuccess(Recorded):
    """Answer of settlement_create."""

    settlement: Settlement = strawberry.field(description="The settlement.")


async def settlement_create(info: Info, input: SettlementCreateInput) -> object:  # noqa: A002 -- the argument's name
    """Net windows."""
    command = CreateSettlement(
        **envelope(info, input.idempotency_key),
        currency=texts.currency(input.currency, "currency"),
        windows=tuple(input.windows or ()),
        method=input.method.value,
        pay_by=input.pay_by,
    )
    answer, receipt = await recorded(info, command)
    return SettlementCreateSuccess(
        settlement=await settlement_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_create_field = mutation(
    settlement_create,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementCreateSuccess,
    errors=CREATE_CODES,
    commands=(CreateSettlement,),
    description="Net closed windows of a currency, oldest first, into a draft.",
)
