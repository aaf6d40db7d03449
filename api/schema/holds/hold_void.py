"""Release reserved points."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.holds.answer import HoldMoved
from api.schema.holds.hold import hold_of_leaf
from api.schema.points.answer import move
from domain.ledger.commands import VoidHold
from domain.ledger.holds import VOID_CODES


@strawberry.input(description="A hold to release.")
class HoldVoidInput:
    """Input of hold_void."""

    hold_id: ID = strawberry.field(description="The hold.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Reserved points were released.")
class HoldVoidSuccess(HoldMoved):
    """Answer of hold_void."""


async def hold_void(info: Info, input: HoldVoidInput) -> object:  # noqa: A002 -- the argument's name
    """Void a hold."""
    owner, hold_id = texts.owned(input.hold_id, "Hold", "holdId")
    command = VoidHold(**envelope(info, input.idempotency_key), owner=owner, hold=hold_id)
    transfer, receipt, replayed, leaf = await move(info, command)
    return HoldVoidSuccess(
        hold=hold_of_leaf(leaf), transfer=transfer, receipt=receipt, replayed=replayed
    )


hold_void_field = mutation(
    hold_void,
    scope=Scope.POINTS_HOLD,
    success=HoldVoidSuccess,
    errors=VOID_CODES,
    commands=(VoidHold,),
    description="Release reserved points, all of them.",
)
