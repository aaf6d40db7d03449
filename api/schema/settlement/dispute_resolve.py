"""Uphold or reject a dispute."""

from __future__ import annotations

from enum import StrEnum

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.enums import described
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.settlement.dispute import Dispute
from api.schema.settlement.disputes import dispute_by_id
from api.schema.settlement.reading import find_proposal
from api.schema.settlement.window import Proposal
from settlement.commands import ResolveDispute
from settlement.disputes.resolving import RESOLVE_CODES


@described(
    "What the operator makes of a dispute.",
    UPHELD="The line is to come to another amount; another subject decides.",
    REJECTED="The line stays as it is, at once.",
)
class DisputeOutcome(StrEnum):
    """Outcomes of a dispute."""

    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


@strawberry.input(description="A dispute and its outcome.")
class DisputeResolveInput:
    """Input of dispute_resolve."""

    dispute_id: ID = strawberry.field(description="The dispute.")
    outcome: DisputeOutcome = strawberry.field(description="What becomes of it.")
    amount: MinorUnits | None = strawberry.field(
        default=None,
        description="What an upheld line is to come to: 0 to twice its amount, in minor units.",
    )
    reason: str = strawberry.field(default="REVIEWED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The dispute is rejected, or to uphold it is proposed.")
class DisputeResolveSuccess(Recorded):
    """Answer of dispute_resolve."""

    dispute: Dispute = strawberry.field(description="The dispute as it stands now.")
    proposal: Proposal | None = strawberry.field(
        description="What another subject decides, where it is to be upheld."
    )


async def dispute_resolve(info: Info, input: DisputeResolveInput) -> object:  # noqa: A002 -- the argument's name
    """Resolve a dispute."""
    dispute = texts.named(input.dispute_id, "Dispute", "disputeId")
    command = ResolveDispute(
        **envelope(info, input.idempotency_key),
        dispute=dispute,
        outcome=input.outcome.value,
        amount=input.amount,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return DisputeResolveSuccess(
        dispute=await dispute_by_id(info, dispute),
        proposal=await find_proposal(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


dispute_resolve_field = mutation(
    dispute_resolve,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=DisputeResolveSuccess,
    errors=RESOLVE_CODES,
    commands=(ResolveDispute,),
    description="Reject a dispute, or propose to uphold it; another subject decides.",
)
