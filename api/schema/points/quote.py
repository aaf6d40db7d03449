"""A quote: a rate held for one member for a minute, used once."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf
from api.schema.core.node import Node
from api.schema.core.scalars import DateTime, LeafUnits
from api.schema.points.parts import contract_id
from api.schema.points.points import Points
from domain.clock import parse_instant


@strawberry.type(description="A rate held for one member for a minute, to be used once.")
class Quote(Node):
    """A quote."""

    member: ID = strawberry.field(description="Whom it is for.")
    contract: ID | None = strawberry.field(description="The contract version that it holds.")
    source: Points = strawberry.field(description="What would be given.")
    target: Points = strawberry.field(description="What would be got.")
    expires_at: DateTime = strawberry.field(description="Until when it can be used.")


def quote_of_leaf(leaf: Leaf, source_unit: str, target_unit: str) -> Quote:
    """Make a quote as it was given; its units are those of the contract that it cites."""
    return Quote(
        id=global_id("Quote", leaf["member"], leaf["quote"]),
        member=global_id("Member", leaf["member"]),
        contract=contract_id(leaf["contract"]),
        source=Points(amount=LeafUnits(leaf["source"]), unit=source_unit),
        target=Points(amount=LeafUnits(leaf["target"]), unit=target_unit),
        expires_at=DateTime(parse_instant(leaf["expires"])),
    )
