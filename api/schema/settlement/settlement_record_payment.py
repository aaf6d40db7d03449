"""Keep evidence of a payment."""

from __future__ import annotations

import secrets

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.settlement import PaymentEvidenceType, Settlement
from api.schema.settlement.settlements import settlement_by_id
from settlement.commands import RecordPayment
from settlement.settlements.payments import RECORD_CODES

NOTE_KEY_BYTES = 32  # as many as the HMAC has: nobody can guess the text from it


@strawberry.input(description="A document about a payment.")
class SettlementRecordPaymentInput:
    """Input of settlement_record_payment."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    partner: str = strawberry.field(description="Code of the partner whose net it is about.")
    type: PaymentEvidenceType = strawberry.field(
        default=PaymentEvidenceType.PAYMENT, description="What it says."
    )
    evidence: str = strawberry.field(description="SHA-256 of the document, in lower-case hex.")
    note: str | None = strawberry.field(
        default=None, description="A free text; it is kept outside the log, which binds it."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The evidence is kept; it makes nothing final.")
class SettlementRecordPaymentSuccess(Recorded):
    """Answer of settlement_record_payment."""

    settlement: Settlement = strawberry.field(description="The settlement as it stands now.")


async def settlement_record_payment(info: Info, input: SettlementRecordPaymentInput) -> object:  # noqa: A002 -- the argument's name
    """Keep evidence."""
    settlement = texts.named(input.settlement_id, "Settlement", "settlementId")
    command = RecordPayment(
        **envelope(info, input.idempotency_key),
        settlement=settlement,
        partner=texts.code(input.partner, "partner", reserved=True),
        type=input.type.value,
        evidence=texts.hexadecimal(input.evidence, 64, "evidence"),
        note="" if input.note is None else texts.note(input.note, "note"),
        note_key=secrets.token_bytes(NOTE_KEY_BYTES),
    )
    answer, receipt = await recorded(info, command)
    return SettlementRecordPaymentSuccess(
        settlement=await settlement_by_id(info, settlement),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_record_payment_field = mutation(
    settlement_record_payment,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementRecordPaymentSuccess,
    errors=RECORD_CODES,
    commands=(RecordPayment,),
    description="Keep evidence of a payment or of a rejection; only bank lines pay.",
)
