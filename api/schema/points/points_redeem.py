"""Take points for goods."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.members.naming import owner_of
from api.schema.points.answer import Moved, move
from domain.ledger.commands import RedeemPoints
from domain.ledger.redeem import REDEEM_CODES


@strawberry.input(description="Points to take for goods at the calling partner.")
class PointsRedeemInput:
    """Input of points_redeem."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    unit: str = strawberry.field(description="Code of the point unit.")
    amount: MinorUnits = strawberry.field(description="How much, in minor units.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Points were redeemed.")
class PointsRedeemSuccess(Moved):
    """Answer of points_redeem."""


async def points_redeem(info: Info, input: PointsRedeemInput) -> object:  # noqa: A002 -- the argument's name
    """Redeem points."""
    command = RedeemPoints(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        unit=texts.code(input.unit, "unit"),
        amount=input.amount,
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return PointsRedeemSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


points_redeem_field = mutation(
    points_redeem,
    scope=Scope.POINTS_REDEEM,
    success=PointsRedeemSuccess,
    errors=REDEEM_CODES,
    commands=(RedeemPoints,),
    description="Take points for goods at the calling partner, its own or under a contract.",
)
