"""Redeem reserved points."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.holds.answer import HoldMoved
from api.schema.holds.hold import hold_of_leaf
from api.schema.points.answer import move
from domain.ledger.commands import CaptureHold
from domain.ledger.holds import CAPTURE_CODES


@strawberry.input(description="A hold to capture.")
class HoldCaptureInput:
    """Input of hold_capture."""

    hold_id: ID = strawberry.field(description="The hold.")
    amount: MinorUnits | None = strawberry.field(
        default=None, description="How much, in minor units; all where absent. 0 is a void."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Reserved points were redeemed.")
class HoldCaptureSuccess(HoldMoved):
    """Answer of hold_capture."""


async def hold_capture(info: Info, input: HoldCaptureInput) -> object:  # noqa: A002 -- the argument's name
    """Capture a hold."""
    owner, hold_id = texts.owned(input.hold_id, "Hold", "holdId")
    command = CaptureHold(
        **envelope(info, input.idempotency_key), owner=owner, hold=hold_id, amount=input.amount
    )
    transfer, receipt, replayed, leaf = await move(info, command)
    return HoldCaptureSuccess(
        hold=hold_of_leaf(leaf), transfer=transfer, receipt=receipt, replayed=replayed
    )


hold_capture_field = mutation(
    hold_capture,
    scope=Scope.POINTS_HOLD,
    success=HoldCaptureSuccess,
    errors=CAPTURE_CODES,
    commands=(CaptureHold,),
    description="Redeem reserved points, once: all or part; the rest is released.",
)
