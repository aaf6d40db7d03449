"""Who the caller is, as the server sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.partners.api_key import KeyRole
from api.schema.partners.partner import Partner

if TYPE_CHECKING:
    from api.auth.principal import Principal as Recognised


@strawberry.type(description="The caller, as its credentials say.")
class Principal:
    """A recognised caller."""

    subject: str = strawberry.field(description="Who it is.")
    partner: Partner | None = strawberry.field(description="Its partner; null: the operator.")
    role: KeyRole = strawberry.field(description="What it is.")
    scopes: list[str] = strawberry.field(description="What it may do.")
    person: bool = strawberry.field(description="Whether it is a person, not a service.")
    key: str = strawberry.field(description="Prefix of the key it used.")


def principal_of(caller: Recognised, partner: Partner | None) -> Principal:
    """Show a caller to itself."""
    return Principal(
        subject=caller.subject,
        partner=partner,
        role=KeyRole(caller.role.value),
        scopes=sorted(scope.value for scope in caller.scopes),
        person=caller.person,
        key=caller.key,
    )
