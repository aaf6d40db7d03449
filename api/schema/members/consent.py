"""A consent: a member lets a partner spend a unit of another brand."""

from __future__ import annotations

from enum import StrEnum

import strawberry
from strawberry import ID

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf
from api.schema.core.node import Node
from api.schema.core.scalars import LeafTime, LeafUnits


@described(
    "What a consent allows.",
    REDEEM="Redeem the member's points, also by holds.",
    EXCHANGE="Exchange the member's points.",
)
class ConsentAction(StrEnum):
    """Actions that need consent."""

    REDEEM = "REDEEM"
    EXCHANGE = "EXCHANGE"


@strawberry.type(description="A member lets a partner spend a unit of another brand.")
class Consent(Node):
    """A consent."""

    member: ID = strawberry.field(description="Who gave it.")
    partner: str = strawberry.field(description="Code of the partner that may spend.")
    unit: str = strawberry.field(description="Code of the unit that it may spend.")
    action: ConsentAction = strawberry.field(description="What it may do.")
    limit: LeafUnits | None = strawberry.field(description="Minor units in all; null: no limit.")
    vouched: str = strawberry.field(description="Code of the partner that vouches for it.")
    evidence: str = strawberry.field(description="SHA-256 of the evidence, in hex.")
    expires_at: LeafTime | None = strawberry.field(description="When it ends; null for never.")


def consent_of_leaf(leaf: Leaf) -> Consent:
    """Make a consent as it was granted."""
    return Consent(
        id=global_id("Consent", leaf["member"], leaf["consent"]),
        member=global_id("Member", leaf["member"]),
        partner=leaf["partner"],
        unit=leaf["unit"],
        action=ConsentAction(leaf["action"]),
        limit=LeafUnits(leaf["limit"]) if leaf["limit"] else None,
        vouched=leaf["vouched"],
        evidence=leaf["evidence"],
        expires_at=LeafTime(leaf["expires"]) if leaf["expires"] else None,
    )
