"""Correct a wallet."""

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
from domain.ledger.commands import AdjustPoints
from domain.ledger.issue import ADJUST_CODES


@strawberry.input(description="A correction of a wallet.")
class PointsAdjustInput:
    """Input of points_adjust."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    unit: str = strawberry.field(description="Code of the point unit.")
    amount: MinorUnits = strawberry.field(description="Minor units; negative to take away.")
    reason: str = strawberry.field(
        description="CORRECTION, GOODWILL, FRAUD, MIGRATION or COMPLAINT."
    )
    effective_at: DateTime | None = strawberry.field(
        default=None, description="When it counts from; the past asks for the scope `backdate`."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The wallet was corrected.")
class PointsAdjustSuccess(Moved):
    """Answer of points_adjust."""


async def points_adjust(info: Info, input: PointsAdjustInput) -> object:  # noqa: A002 -- the argument's name
    """Adjust a wallet."""
    command = AdjustPoints(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        unit=texts.code(input.unit, "unit"),
        amount=input.amount,
        reason=texts.reason(input.reason),
        effective_at=input.effective_at or 0,
        backdate_max=backdate_max(info.context.caller),
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return PointsAdjustSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


points_adjust_field = mutation(
    points_adjust,
    scope=Scope.POINTS_ADJUST,
    success=PointsAdjustSuccess,
    errors=ADJUST_CODES,
    commands=(AdjustPoints,),
    description="Correct a wallet by an amount, with a reason code.",
)
