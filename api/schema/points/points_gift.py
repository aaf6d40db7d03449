"""Move points from one member to another."""

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
from domain.ledger.commands import GiftPoints
from domain.ledger.gift import GIFT_CODES


@strawberry.input(description="Points to move between two members.")
class PointsGiftInput:
    """Input of points_gift."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    recipient_id: ID = strawberry.field(description="The member who gets them.")
    unit: str = strawberry.field(description="Code of the point unit.")
    amount: MinorUnits = strawberry.field(description="How much, in minor units.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Points were given on.")
class PointsGiftSuccess(Moved):
    """Answer of points_gift."""


async def points_gift(info: Info, input: PointsGiftInput) -> object:  # noqa: A002 -- the argument's name
    """Gift points."""
    command = GiftPoints(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        recipient=texts.member(input.recipient_id, "recipientId"),
        unit=texts.code(input.unit, "unit"),
        amount=input.amount,
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return PointsGiftSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


points_gift_field = mutation(
    points_gift,
    scope=Scope.POINTS_GIFT,
    success=PointsGiftSuccess,
    errors=GIFT_CODES,
    commands=(GiftPoints,),
    description="Move points between two members, by the unit's owner; lots keep their terms.",
)
