"""Say that the operator's pay-out file was written."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.accounts import seen_of
from api.schema.settlement.settlement import Settlement
from api.schema.settlement.settlements import settlement_by_id
from settlement.commands import ReleasePayouts
from settlement.settlements.payments import RELEASE_CODES


@strawberry.input(description="The pay-out file of a settlement.")
class SettlementReleaseInput:
    """Input of settlement_release."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    message_id: str = strawberry.field(description="Its MsgId, 32 lower-case hex digits.")
    hash: str = strawberry.field(description="SHA-256 of its bytes, 64 lower-case hex digits.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The pay-out file is in the log; the bank may have it.")
class SettlementReleaseSuccess(Recorded):
    """Answer of settlement_release."""

    settlement: Settlement = strawberry.field(description="The settlement as it stands now.")


async def settlement_release(info: Info, input: SettlementReleaseInput) -> object:  # noqa: A002 -- the argument's name
    """Log the pay-out file."""
    settlement = texts.named(input.settlement_id, "Settlement", "settlementId")
    command = ReleasePayouts(
        **envelope(info, input.idempotency_key),
        settlement=settlement,
        message=texts.entity(input.message_id, "messageId"),
        hash=texts.hexadecimal(input.hash, 64, "hash"),
        accounts=await seen_of(info, settlement),
    )
    answer, receipt = await recorded(info, command)
    return SettlementReleaseSuccess(
        settlement=await settlement_by_id(info, settlement),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_release_field = mutation(
    settlement_release,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementReleaseSuccess,
    errors=RELEASE_CODES,
    commands=(ReleasePayouts,),
    description="Log the operator's pay-out file, once what came in or was drawn covers it.",
)
