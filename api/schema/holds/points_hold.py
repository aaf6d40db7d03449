"""Reserve points for the calling partner."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import DateTime, MinorUnits
from api.schema.holds.answer import HoldMoved
from api.schema.holds.hold import hold_of_leaf
from api.schema.members.naming import owner_of
from api.schema.points.answer import move
from domain.clock import SECOND
from domain.ledger.commands import PlaceHold
from domain.ledger.holds import HOLD_CODES, HOLD_MAX

# Counted from the request's arrival, while the ledger asks for a second from its decision on:
# what the queue may take lies between.
SECONDS_MIN = 5
SECONDS_MAX = HOLD_MAX // SECOND


@strawberry.input(description="Points to reserve for the calling partner.")
class PointsHoldInput:
    """Input of points_hold."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    unit: str = strawberry.field(description="Code of the point unit.")
    amount: MinorUnits = strawberry.field(description="How much, in minor units.")
    expires_at: DateTime | None = strawberry.field(
        default=None, description="When it ends by itself; or give expiresInSeconds."
    )
    expires_in_seconds: int | None = strawberry.field(
        default=None, description="How long it lasts from now, 5 to 2,592,000; or give expiresAt."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Points were reserved.")
class PointsHoldSuccess(HoldMoved):
    """Answer of points_hold."""


async def points_hold(info: Info, input: PointsHoldInput) -> object:  # noqa: A002 -- the argument's name
    """Place a hold."""
    command = PlaceHold(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        unit=texts.code(input.unit, "unit"),
        amount=input.amount,
        deadline=_deadline(info, input),
    )
    transfer, receipt, replayed, leaf = await move(info, command)
    return PointsHoldSuccess(
        hold=hold_of_leaf(leaf), transfer=transfer, receipt=receipt, replayed=replayed
    )


def _deadline(info: Info, input: PointsHoldInput) -> int:  # noqa: A002 -- the argument's name
    if (input.expires_at is None) == (input.expires_in_seconds is None):
        raise texts.invalid("", "exactly one of expiresAt and expiresInSeconds", "expiresAt")
    if input.expires_at is not None:
        return input.expires_at
    seconds = input.expires_in_seconds or 0
    if not SECONDS_MIN <= seconds <= SECONDS_MAX:
        raise texts.invalid(
            str(seconds), f"{SECONDS_MIN} to {SECONDS_MAX} seconds", "expiresInSeconds"
        )
    return info.context.received_at + seconds * SECOND


points_hold_field = mutation(
    points_hold,
    scope=Scope.POINTS_HOLD,
    success=PointsHoldSuccess,
    errors=HOLD_CODES,
    commands=(PlaceHold,),
    description="Reserve points for the calling partner until a deadline.",
)
