"""An amount of one unit."""

from __future__ import annotations

import strawberry

from api.schema.core.scalars import LeafUnits


@strawberry.type(description="An amount of points of one unit.")
class Points:
    """An amount and its unit."""

    amount: LeafUnits = strawberry.field(description="How much, in minor units.")
    unit: str = strawberry.field(description="Code of the point unit.")


@strawberry.type(description="An amount of money of one currency.")
class Money:
    """An amount and its currency."""

    amount: LeafUnits = strawberry.field(description="How much, in minor units.")
    currency: str = strawberry.field(description="Currency, ISO 4217.")
