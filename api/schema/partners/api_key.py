"""An API key as the log knows it: without its secret."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf
from api.schema.core.node import Node


@described(
    "What the holder of a key is.",
    OPERATOR="Runs the network.",
    PARTNER="Acts for one partner.",
    FINANCE="Proposes and decides settlement.",
    AUDITOR="Reads all it may, changes nothing.",
)
class KeyRole(StrEnum):
    """Roles of a key."""

    OPERATOR = "OPERATOR"
    PARTNER = "PARTNER"
    FINANCE = "FINANCE"
    AUDITOR = "AUDITOR"


@strawberry.type(description="A credential, without its secret.")
class ApiKey(Node):
    """An API key."""

    key: str = strawberry.field(description="Its prefix, by which the log names it.")
    partner: str | None = strawberry.field(description="Code of the partner; null: the operator.")
    subject: str = strawberry.field(description="Who holds it.")
    person: bool = strawberry.field(description="Whether a person holds it, not a service.")
    role: KeyRole = strawberry.field(description="What its holder is.")
    scopes: list[str] = strawberry.field(description="What it may do.")


def api_key_of_leaf(leaf: Leaf) -> ApiKey:
    """Make a key as it was granted."""
    return ApiKey(
        id=global_id("ApiKey", leaf["key"]),
        key=leaf["key"],
        partner=leaf["partner"] or None,
        subject=leaf["subject"],
        person=leaf["person"] == "yes",
        role=KeyRole(leaf["role"]),
        scopes=leaf["scopes"].split(";") if leaf["scopes"] else [],
    )
