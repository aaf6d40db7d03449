"""What every mutation of a hold answers: the hold, beside the transfer that changed it."""

from __future__ import annotations

import strawberry

from api.schema.holds.hold import Hold
from api.schema.points.answer import Moved


@strawberry.interface(description="What a change of a hold answers.")
class HoldMoved(Moved):
    """A hold, its transfer and its proof."""

    hold: Hold = strawberry.field(description="The hold after the change.")
