"""Propose to approve a settlement's nets."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.settlement.accounts import bring
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from settlement.commands import ProposeSettlement
from settlement.settlements.moves import APPROVE
from settlement.settlements.steps import PROPOSE_CODES


@strawberry.input(description="A settlement to approve.")
class SettlementApproveInput:
    """Input of settlement_approve."""

    settlement_id: ID = strawberry.field(description="The settlement.")
    reason: str = strawberry.field(default="CHECKED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class SettlementApproveSuccess(Recorded):
    """Answer of settlement_approve."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def settlement_approve(info: Info, input: SettlementApproveInput) -> object:  # noqa: A002 -- the argument's name
    """Propose the step, with the accounts that the home keeps."""
    sent = envelope(info, input.idempotency_key)
    settlement = texts.named(input.settlement_id, "Settlement", "settlementId")
    accounts = await bring(info, settlement)
    command = ProposeSettlement(
        **sent,
        settlement=settlement,
        step=APPROVE,
        reason=texts.reason(input.reason),
        accounts=accounts.text,
        accounts_key=accounts.key,
    )
    answer, receipt = await recorded(info, command)
    return SettlementApproveSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


settlement_approve_field = mutation(
    settlement_approve,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=SettlementApproveSuccess,
    errors=PROPOSE_CODES,
    commands=(ProposeSettlement,),
    description="Propose to approve a settlement, and the bank accounts that it is paid by where"
    " the server keeps them; again, other accounts of an approved one. Another subject decides.",
)
