"""Propose a cap, or to move collateral."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.enums import described
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from settlement.commands import ProposeFunds
from settlement.controls.funds import FUNDS_CODES


@described(
    "What is proposed of a partner's limits.",
    CAP="A net debit cap, in the place of today's.",
    PREFUND_IN="Collateral that came in.",
    PREFUND_OUT="Collateral that goes back.",
)
class FundsType(StrEnum):
    """Types of proposals of funds."""

    CAP = "CAP"
    PREFUND_IN = "PREFUND_IN"
    PREFUND_OUT = "PREFUND_OUT"


@strawberry.input(description="What a partner may owe, or its collateral.")
class FundsProposeInput:
    """Input of funds_propose."""

    partner: str = strawberry.field(description="Code of the partner.")
    currency: str = strawberry.field(description="The currency, ISO 4217.")
    type: FundsType = strawberry.field(description="What is proposed.")
    amount: MinorUnits = strawberry.field(
        description="The new cap, or what is moved, in minor units."
    )
    reason: str = strawberry.field(default="REVIEWED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class FundsProposeSuccess(Recorded):
    """Answer of funds_propose."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def funds_propose(info: Info, input: FundsProposeInput) -> object:  # noqa: A002 -- the argument's name
    """Propose it."""
    command = ProposeFunds(
        **envelope(info, input.idempotency_key),
        partner=texts.code(input.partner, "partner"),
        currency=texts.currency(input.currency, "currency"),
        type=input.type.value,
        amount=input.amount,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return FundsProposeSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


funds_propose_field = mutation(
    funds_propose,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=FundsProposeSuccess,
    errors=FUNDS_CODES,
    commands=(ProposeFunds,),
    description="Propose a net debit cap or a move of collateral; another subject decides.",
)
