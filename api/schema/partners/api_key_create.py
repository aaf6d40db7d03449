"""Give an API key."""

from __future__ import annotations

import strawberry

from api.auth.credentials import mint
from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.leaf import read_leaf
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.partners.api_key import ApiKey, KeyRole, api_key_of_leaf, asked_scopes
from domain.partners.commands import GrantKey
from domain.partners.rules import KEY_GRANT_CODES


@strawberry.input(description="A key to give.")
class ApiKeyCreateInput:
    """Input of api_key_create."""

    partner: str | None = strawberry.field(
        default=None,
        description="Code of the partner it acts for; absent: the operator, for an AUDITOR alone.",
    )
    subject: str = strawberry.field(
        description="Who holds it: a random id, never a name, for it stands in the log."
    )
    person: bool = strawberry.field(
        default=False, description="Whether a person holds it; services decide no proposals."
    )
    role: KeyRole = strawberry.field(description="What its holder is.")
    scopes: list[str] = strawberry.field(
        description="What it may do, within its role; at least one."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The key is live.")
class ApiKeyCreateSuccess(Recorded):
    """Answer of api_key_create."""

    api_key: ApiKey = strawberry.field(description="The key, without its secret.")
    token: str | None = strawberry.field(
        description="The whole key, shown this once; null in a repeated answer."
    )


async def api_key_create(info: Info, input: ApiKeyCreateInput) -> object:  # noqa: A002 -- the argument's name
    """Create an API key."""
    minted = mint()
    command = GrantKey(
        **envelope(info, input.idempotency_key),
        prefix=minted.prefix,
        partner="" if input.partner is None else texts.code(input.partner, "partner"),
        subject=texts.subject(input.subject, "subject"),
        person=input.person,
        role=input.role.value,
        scopes=asked_scopes(input.role, input.scopes, of_partner=input.partner is not None),
        hash=minted.hash,
    )
    answer, receipt = await recorded(info, command)
    info.context.services.directory.forget()
    return ApiKeyCreateSuccess(
        api_key=api_key_of_leaf(read_leaf(answer.leaf)),
        token=None if answer.replayed else minted.token,
        receipt=receipt,
        replayed=answer.replayed,
    )


api_key_create_field = mutation(
    api_key_create,
    scope=Scope.NETWORK_ADMIN,
    success=ApiKeyCreateSuccess,
    errors=KEY_GRANT_CODES,
    commands=(GrantKey,),
    description="Give an API key to a partner or a reader of the log; its secret is shown once.",
)
