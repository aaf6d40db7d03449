"""Decide what another subject proposed."""

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
from api.schema.settlement.accounts import seen
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from settlement.commands import DecideProposal
from settlement.windows.proposals import DECIDE_CODES


@described("What a second subject decides.", APPROVE="Let it happen.", REJECT="Let it not happen.")
class Decision(StrEnum):
    """Decisions on a proposal."""

    APPROVE = "APPROVE"
    REJECT = "REJECT"


@strawberry.input(description="A proposal to decide.")
class ProposalDecideInput:
    """Input of proposal_decide."""

    proposal_id: ID = strawberry.field(description="The proposal.")
    decision: Decision = strawberry.field(description="Approve or reject.")
    reason: str = strawberry.field(default="REVIEWED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The proposal is decided.")
class ProposalDecideSuccess(Recorded):
    """Answer of proposal_decide."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def proposal_decide(info: Info, input: ProposalDecideInput) -> object:  # noqa: A002 -- the argument's name
    """Decide a proposal."""
    proposal = texts.named(input.proposal_id, "Proposal", "proposalId")
    command = DecideProposal(
        **envelope(info, input.idempotency_key),
        proposal=proposal,
        approve=input.decision is Decision.APPROVE,
        reason=texts.reason(input.reason),
        accounts=await seen(info, proposal),
    )
    answer, receipt = await recorded(info, command)
    info.context.services.directory.forget()  # it may have been a key's
    return ProposalDecideSuccess(
        proposal=await proposal_by_id(info, proposal),
        receipt=receipt,
        replayed=answer.replayed,
    )


proposal_decide_field = mutation(
    proposal_decide,
    scope=Scope.SETTLEMENT_DECIDE,
    success=ProposalDecideSuccess,
    errors=DECIDE_CODES,
    commands=(DecideProposal,),
    description="Approve or reject what another subject proposed.",
)
