"""Turn round an earlier transfer, all or part."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.points.answer import Moved, move
from domain.ledger.commands import ReverseTransfer
from domain.ledger.reversal import REVERSE_CODES


@strawberry.input(description="A transfer to turn round.")
class TransferReverseInput:
    """Input of transfer_reverse."""

    transfer_id: ID = strawberry.field(description="The transfer.")
    amount: MinorUnits | None = strawberry.field(
        default=None,
        description="How much of it, in minor units of its source; all that is left where absent.",
    )
    reason: str = strawberry.field(
        default="REQUESTED",
        description="REQUESTED, RETURNED_GOODS, MISTAKE, FRAUD or COMPLAINT.",
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The transfer was reversed.")
class TransferReverseSuccess(Moved):
    """Answer of transfer_reverse."""


async def transfer_reverse(info: Info, input: TransferReverseInput) -> object:  # noqa: A002 -- the argument's name
    """Reverse a transfer."""
    owner, transfer_id = texts.owned(input.transfer_id, "Transfer", "transferId")
    command = ReverseTransfer(
        **envelope(info, input.idempotency_key),
        owner=owner,
        transfer=transfer_id,
        amount=input.amount,
        reason=texts.reason(input.reason),
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return TransferReverseSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


transfer_reverse_field = mutation(
    transfer_reverse,
    scope=Scope.POINTS_REVERSE,
    success=TransferReverseSuccess,
    errors=REVERSE_CODES,
    commands=(ReverseTransfer,),
    description="Turn round a transfer, all or part: points, lots and money follow what remains.",
)
