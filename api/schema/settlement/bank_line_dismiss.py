"""Dismiss a bank line that waits."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from settlement.commands import DismissBankLine
from settlement.waiting.queueing import DISMISS_CODES


@strawberry.input(description="A waiting line that concerns no partner.")
class BankLineDismissInput:
    """Input of bank_line_dismiss."""

    statement: str = strawberry.field(description="SHA-256 of the statement, in lower-case hex.")
    line: int = strawberry.field(description="Its place in the statement, from 1.")
    reason: str = strawberry.field(description="A reason code, such as BANK_FEE.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The line waits no more.")
class BankLineDismissSuccess(Recorded):
    """Answer of bank_line_dismiss."""


async def bank_line_dismiss(info: Info, input: BankLineDismissInput) -> object:  # noqa: A002 -- the argument's name
    """Dismiss a line."""
    command = DismissBankLine(
        **envelope(info, input.idempotency_key),
        statement=texts.hexadecimal(input.statement, 64, "statement"),
        line=input.line,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return BankLineDismissSuccess(receipt=receipt, replayed=answer.replayed)


bank_line_dismiss_field = mutation(
    bank_line_dismiss,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=BankLineDismissSuccess,
    errors=DISMISS_CODES,
    commands=(DismissBankLine,),
    description="Say that a waiting bank line concerns no partner.",
)
