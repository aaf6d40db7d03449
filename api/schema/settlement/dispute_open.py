"""Dispute a line."""

from __future__ import annotations

import secrets

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import Sequence
from api.schema.settlement.dispute import Dispute
from api.schema.settlement.disputes import dispute_by_id
from api.schema.settlement.settlement_record_payment import NOTE_KEY_BYTES
from domain.ids import OPERATOR
from settlement.commands import OpenDispute
from settlement.disputes.opening import OPEN_CODES

N_MAX = 2**31 - 1  # what an Int of GraphQL holds; an entry has far fewer lines


@strawberry.input(description="One line of what is owed, and what is wrong with it.")
class DisputeOpenInput:
    """Input of dispute_open."""

    sequence: Sequence = strawberry.field(description="The entry that the line is of.")
    n: int = strawberry.field(default=0, description="The line's place in its entry, from 0.")
    partner: str | None = strawberry.field(
        default=None,
        description="Code of the partner whose dispute it is, where the operator opens it for one.",
    )
    reason: str = strawberry.field(description="A reason code.")
    note: str | None = strawberry.field(
        default=None, description="A free text; it is kept outside the log, which binds it."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The line is disputed.")
class DisputeOpenSuccess(Recorded):
    """Answer of dispute_open."""

    dispute: Dispute = strawberry.field(description="The dispute.")


async def dispute_open(info: Info, input: DisputeOpenInput) -> object:  # noqa: A002 -- the argument's name
    """Dispute a line."""
    if not 0 <= input.n <= N_MAX:
        raise texts.invalid(str(input.n), "a place from 0", "n")
    party = info.context.caller.partner or OPERATOR
    if input.partner is not None:
        party = texts.code(input.partner, "partner", reserved=True)
    command = OpenDispute(
        **envelope(info, input.idempotency_key),
        sequence=input.sequence,
        n=input.n,
        party=party,
        reason=texts.reason(input.reason),
        note="" if input.note is None else texts.note(input.note, "note"),
        note_key=secrets.token_bytes(NOTE_KEY_BYTES),
    )
    answer, receipt = await recorded(info, command)
    return DisputeOpenSuccess(
        dispute=await dispute_by_id(info, answer.id), receipt=receipt, replayed=answer.replayed
    )


dispute_open_field = mutation(
    dispute_open,
    scope=Scope.DISPUTES_WRITE,
    also=(Scope.SETTLEMENT_PROPOSE,),
    success=DisputeOpenSuccess,
    errors=OPEN_CODES,
    commands=(OpenDispute,),
    description="Dispute a line that you owe or are owed; the operator may for either.",
)
