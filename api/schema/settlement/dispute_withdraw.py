"""Give a dispute up."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.dispute import Dispute
from api.schema.settlement.disputes import dispute_by_id
from settlement.commands import WithdrawDispute
from settlement.disputes.resolving import WITHDRAW_CODES


@strawberry.input(description="A dispute of yours.")
class DisputeWithdrawInput:
    """Input of dispute_withdraw."""

    dispute_id: ID = strawberry.field(description="The dispute.")
    reason: str = strawberry.field(default="WITHDRAWN", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The dispute is withdrawn; the line stays as it was.")
class DisputeWithdrawSuccess(Recorded):
    """Answer of dispute_withdraw."""

    dispute: Dispute = strawberry.field(description="The dispute as it stands now.")


async def dispute_withdraw(info: Info, input: DisputeWithdrawInput) -> object:  # noqa: A002 -- the argument's name
    """Withdraw a dispute."""
    dispute = texts.named(input.dispute_id, "Dispute", "disputeId")
    command = WithdrawDispute(
        **envelope(info, input.idempotency_key),
        dispute=dispute,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return DisputeWithdrawSuccess(
        dispute=await dispute_by_id(info, dispute), receipt=receipt, replayed=answer.replayed
    )


dispute_withdraw_field = mutation(
    dispute_withdraw,
    scope=Scope.DISPUTES_WRITE,
    also=(Scope.SETTLEMENT_PROPOSE,),
    success=DisputeWithdrawSuccess,
    errors=WITHDRAW_CODES,
    commands=(WithdrawDispute,),
    description="Withdraw a dispute of yours; the operator may for whose it is.",
)
