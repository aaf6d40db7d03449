"""Propose to owe a waiting bank line back."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from domain.ids import OPERATOR
from settlement.commands import ProposeCarry
from settlement.waiting.carrying import CARRY_CODES


@strawberry.input(description="A waiting line, and who is on its two sides.")
class BankLineCarryInput:
    """Input of bank_line_carry."""

    statement: str = strawberry.field(description="SHA-256 of the statement, in lower-case hex.")
    line: int = strawberry.field(description="Its place in the statement, from 1.")
    partner: str = strawberry.field(description="Code of the partner on its other side.")
    holder: str | None = strawberry.field(
        default=None, description="Whose account the statement is of; the operator's by default."
    )
    settlement_id: ID | None = strawberry.field(
        default=None, description="The settlement whose payment came back."
    )
    reason: str = strawberry.field(default="RETURNED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class BankLineCarrySuccess(Recorded):
    """Answer of bank_line_carry."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def bank_line_carry(info: Info, input: BankLineCarryInput) -> object:  # noqa: A002 -- the argument's name
    """Propose it."""
    holder, of = input.holder, input.settlement_id
    command = ProposeCarry(
        **envelope(info, input.idempotency_key),
        statement=texts.hexadecimal(input.statement, 64, "statement"),
        line=input.line,
        partner=texts.code(input.partner, "partner", reserved=True),
        holder=OPERATOR if holder is None else texts.code(holder, "holder", reserved=True),
        settlement="" if of is None else texts.named(of, "Settlement", "settlementId"),
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return BankLineCarrySuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


bank_line_carry_field = mutation(
    bank_line_carry,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=BankLineCarrySuccess,
    errors=CARRY_CODES,
    commands=(ProposeCarry,),
    description="Propose that whoever has a waiting line's money owes it to whoever paid it, in"
    " the open window; another subject decides.",
)
