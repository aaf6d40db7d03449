"""Say which payment files were written."""

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
from settlement.commands import SubmitSettlement, WrittenFile
from settlement.settlements.payments import SUBMIT_CODES


@strawberry.input(description="A payment file: an ISO 20022 pain.001 of one net debtor.")
class PaymentFileInput:
    """A payment file."""

    partner: str = strawberry.field(description="Code of the partner whose account it moves.")
    message_id: str = strawberry.field(description="Its MsgId, 32 lower-case hex digits.")
    hash: str = strawberry.field(description="SHA-256 of its bytes, 64 lower-case hex digits.")


@strawberry.input(description="A settlement whose payment files were written.")
class SettlementSubmitInput:
    """Input of settlement_submit."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    files: list[PaymentFileInput] = strawberry.field(description="One for each net debtor.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The files are in the log; the banks may have them.")
class SettlementSubmitSuccess(Recorded):
    """Answer of settlement_submit."""

    settlement: Settlement = strawberry.field(description="The settlement as it stands now.")


async def settlement_submit(info: Info, input: SettlementSubmitInput) -> object:  # noqa: A002 -- the argument's name
    """Log payment files."""
    settlement = texts.named(input.settlement_id, "Settlement", "settlementId")
    files = tuple(
        WrittenFile(
            texts.code(file.partner, "files", "partner", reserved=True),
            texts.entity(file.message_id, "files", "messageId"),
            texts.hexadecimal(file.hash, 64, "files", "hash"),
        )
        for file in input.files
    )
    command = SubmitSettlement(
        **envelope(info, input.idempotency_key),
        settlement=settlement,
        files=files,
        accounts=await seen_of(info, settlement),
    )
    answer, receipt = await recorded(info, command)
    return SettlementSubmitSuccess(
        settlement=await settlement_by_id(info, settlement),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_submit_field = mutation(
    settlement_submit,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementSubmitSuccess,
    errors=SUBMIT_CODES,
    commands=(SubmitSettlement,),
    description="Log the payment files of an approved settlement: the hash and MsgId of each.",
)
