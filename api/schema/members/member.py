"""A member: a person, by a random pseudonym that tells nothing."""

from __future__ import annotations

import strawberry

from api.schema.core.ids import global_id
from api.schema.core.node import Node


@strawberry.type(description="A person, known by a random pseudonym.")
class Member(Node):
    """A member."""

    owner: strawberry.Private[str]


def member_of(owner: str) -> Member:
    """Make a member of its 32 hex digits."""
    return Member(id=global_id("Member", owner), owner=owner)
