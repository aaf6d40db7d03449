"""Count a line of a bank's statement as a payment."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.settlement.settlement import PaymentLeg, Settlement
from api.schema.settlement.settlements import settlement_by_id
from settlement.commands import MatchBankLine
from settlement.settlements.payments import MATCH_CODES


@strawberry.input(description="A line of a bank's statement that pays a net.")
class SettlementMatchInput:
    """Input of settlement_match."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    partner: str = strawberry.field(description="Code of the partner whose net it pays.")
    leg: PaymentLeg = strawberry.field(description="Which way it goes.")
    counterparty: str | None = strawberry.field(
        default=None, description="Whom a direct payment went to; absent through clearing."
    )
    amount: MinorUnits = strawberry.field(description="The line's amount, in minor units.")
    end_to_end_id: str | None = strawberry.field(
        default=None, description="Its EndToEndId, where the bank tells one of ours."
    )
    statement: str = strawberry.field(description="SHA-256 of the statement, in lower-case hex.")
    line: int = strawberry.field(description="Its place in the statement, from 1.")
    reference: str | None = strawberry.field(
        default=None, description="SHA-256 of the account and the bank's own reference."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The line is counted, once for ever.")
class SettlementMatchSuccess(Recorded):
    """Answer of settlement_match."""

    settlement: Settlement = strawberry.field(description="The settlement as it stands now.")


async def settlement_match(info: Info, input: SettlementMatchInput) -> object:  # noqa: A002 -- the argument's name
    """Count a bank line."""
    settlement = texts.named(input.settlement_id, "Settlement", "settlementId")
    to, named, cited = input.counterparty, input.end_to_end_id, input.reference
    command = MatchBankLine(
        **envelope(info, input.idempotency_key),
        settlement=settlement,
        partner=texts.code(input.partner, "partner", reserved=True),
        leg=input.leg.value,
        counterparty="" if to is None else texts.code(to, "counterparty", reserved=True),
        amount=input.amount,
        end_to_end="" if named is None else texts.entity(named, "endToEndId"),
        statement=texts.hexadecimal(input.statement, 64, "statement"),
        line=input.line,
        reference="" if cited is None else texts.hexadecimal(cited, 64, "reference"),
    )
    answer, receipt = await recorded(info, command)
    return SettlementMatchSuccess(
        settlement=await settlement_by_id(info, settlement),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_match_field = mutation(
    settlement_match,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementMatchSuccess,
    errors=MATCH_CODES,
    commands=(MatchBankLine,),
    description="Count one line of a bank statement as a payment; its excess is named.",
)
