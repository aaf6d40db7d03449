"""Propose to declare what is unpaid a default."""

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
from settlement.commands import ProposeSettlement
from settlement.settlements.moves import DEFAULT
from settlement.settlements.steps import PROPOSE_CODES


@strawberry.input(description="A settlement to declare in default.")
class SettlementDefaultInput:
    """Input of settlement_default."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    reason: str = strawberry.field(default="UNPAID", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class SettlementDefaultSuccess(Recorded):
    """Answer of settlement_default."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def settlement_default(info: Info, input: SettlementDefaultInput) -> object:  # noqa: A002 -- the argument's name
    """Propose the step."""
    command = ProposeSettlement(
        **envelope(info, input.idempotency_key),
        settlement=texts.named(input.settlement_id, "Settlement", "settlementId"),
        step=DEFAULT,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return SettlementDefaultSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_default_field = mutation(
    settlement_default,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementDefaultSuccess,
    errors=PROPOSE_CODES,
    commands=(ProposeSettlement,),
    description="Propose a default: prefund is drawn, creditors share the rest.",
)
