"""Propose what the network declares of its settlement."""

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
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from settlement.commands import ProposePolicy
from settlement.controls.policies import POLICY_CODES


@described(
    "What the network can declare.",
    LOSS_SHARING="Who bears what a defaulter lacks: BY_NET its creditors, OPERATOR the operator.",
    DISPUTES_BLOCK="YES where open disputes block approvals of their windows, else NO.",
    PERIODIC_FEE="A partner's fee at each closing: FIXED NUM/DEN, of its gross debits.",
    TAX="Rates of tax on a creditor's invoices: KIND,CODE,NUM/DEN parted by semicolons.",
    WINDOW_SCHEDULE="When windows of a currency close, such as MONTHLY LAST 18:00 Asia/Seoul KR"
    " FOLLOWING: DAILY, WEEKLY and a weekday or MONTHLY and a day (1 to 31, LAST); the time on the"
    " wall of an IANA zone; whose holidays count (ISO 3166 or ISO 10383, or NONE); what becomes of"
    " a day that is no business day (FOLLOWING, PRECEDING, MODIFIED_FOLLOWING, NONE). Or NONE.",
    EXPOSURE_ALERT="Minor units from which a partner's exposure in a currency is told; 0: never.",
)
class PolicyName(StrEnum):
    """Names of policies."""

    LOSS_SHARING = "LOSS_SHARING"
    DISPUTES_BLOCK = "DISPUTES_BLOCK"
    PERIODIC_FEE = "PERIODIC_FEE"
    TAX = "TAX"
    EXPOSURE_ALERT = "EXPOSURE_ALERT"
    WINDOW_SCHEDULE = "WINDOW_SCHEDULE"


@strawberry.input(description="A policy of the network's settlement.")
class PolicyProposeInput:
    """Input of policy_propose."""

    name: PolicyName = strawberry.field(description="Which policy.")
    partner: str | None = strawberry.field(
        default=None, description="Code of the partner that it is of, where it is of one."
    )
    currency: str | None = strawberry.field(
        default=None, description="The currency that it is of, where it is of one."
    )
    value: str = strawberry.field(description="Its value.")
    reason: str = strawberry.field(default="REVIEWED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class PolicyProposeSuccess(Recorded):
    """Answer of policy_propose."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def policy_propose(info: Info, input: PolicyProposeInput) -> object:  # noqa: A002 -- the argument's name
    """Propose it."""
    command = ProposePolicy(
        **envelope(info, input.idempotency_key),
        name=input.name.value,
        partner=""
        if input.partner is None
        else texts.code(input.partner, "partner", reserved=True),
        currency="" if input.currency is None else texts.currency(input.currency, "currency"),
        value=input.value,
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return PolicyProposeSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


policy_propose_field = mutation(
    policy_propose,
    scope=Scope.SETTLEMENT_PROPOSE,
    success=PolicyProposeSuccess,
    errors=POLICY_CODES,
    commands=(ProposePolicy,),
    description="Propose a policy of the network's settlement; another subject decides.",
)
