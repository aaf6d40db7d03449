"""Give points to a member."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import DateTime, MinorUnits
from api.schema.members.naming import owner_of
from api.schema.points.answer import Moved, move
from api.schema.points.dating import backdate_max
from api.schema.points.parts import Funding
from domain.ledger.commands import IssuePoints
from domain.ledger.issue import ISSUE_CODES


@strawberry.input(description="Points to give to a member.")
class PointsIssueInput:
    """Input of points_issue."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    unit: str = strawberry.field(description="Code of the point unit.")
    amount: MinorUnits = strawberry.field(description="How much, in minor units.")
    funding: Funding = strawberry.field(
        default=Funding.FREE, description="Free, or paid for with money."
    )
    effective_at: DateTime | None = strawberry.field(
        default=None, description="When it counts from; the past asks for the scope `backdate`."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Points were given.")
class PointsIssueSuccess(Moved):
    """Answer of points_issue."""


async def points_issue(info: Info, input: PointsIssueInput) -> object:  # noqa: A002 -- the argument's name
    """Issue points."""
    command = IssuePoints(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        unit=texts.code(input.unit, "unit"),
        amount=input.amount,
        funding=input.funding.value,
        effective_at=input.effective_at or 0,
        backdate_max=backdate_max(info.context.caller),
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return PointsIssueSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


points_issue_field = mutation(
    points_issue,
    scope=Scope.POINTS_ISSUE,
    success=PointsIssueSuccess,
    errors=ISSUE_CODES,
    commands=(IssuePoints,),
    description="Give points of a unit to a member; they come in as one lot.",
)
