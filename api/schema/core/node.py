"""What has a global id."""

from __future__ import annotations

import strawberry


@strawberry.interface(description="A thing that can be found again by its global id.")
class Node:
    """Relay's object identification."""

    id: strawberry.ID = strawberry.field(description="Global id; opaque to callers.")
