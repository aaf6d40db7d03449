"""An API key as the log knows it: without its secret."""

from __future__ import annotations

from enum import StrEnum

import strawberry

from api.auth.scopes import OPERATOR_ONLY, ROLE_SCOPES, Role
from api.schema.core import texts
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


def asked_scopes(asked: KeyRole, scopes: list[str], *, of_partner: bool) -> tuple[str, ...]:
    """Check the scopes of a key to give; raises as ``texts.invalid``."""
    role = Role(asked.value)
    if (role is Role.OPERATOR) == of_partner and role in (Role.OPERATOR, Role.PARTNER):
        raise texts.invalid(role.value, "PARTNER acts for a partner, OPERATOR for none", "role")
    if not scopes:
        raise texts.invalid("", "at least one scope: a key without any does nothing", "scopes")
    allowed = ROLE_SCOPES[role] - (OPERATOR_ONLY if of_partner else frozenset())
    known = {scope.value for scope in allowed}
    for text in scopes:
        if text not in known:
            raise texts.invalid(text, f"a scope of the role: {' '.join(sorted(known))}", "scopes")
    return tuple(dict.fromkeys(scopes))
