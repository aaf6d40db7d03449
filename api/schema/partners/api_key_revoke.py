"""End an API key."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from domain.partners.commands import RevokeKey
from domain.partners.rules import KEY_REVOKE_CODES


@strawberry.input(description="A key to end.")
class ApiKeyRevokeInput:
    """Input of api_key_revoke."""

    key: str = strawberry.field(description="Its prefix.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The key has ended.")
class ApiKeyRevokeSuccess(Recorded):
    """Answer of api_key_revoke."""

    key: str = strawberry.field(description="Its prefix.")


async def api_key_revoke(info: Info, input: ApiKeyRevokeInput) -> object:  # noqa: A002 -- the argument's name
    """Revoke an API key."""
    command = RevokeKey(
        **envelope(info, input.idempotency_key), prefix=texts.key_prefix(input.key, "key")
    )
    answer, receipt = await recorded(info, command)
    info.context.services.directory.forget()
    return ApiKeyRevokeSuccess(key=command.prefix, receipt=receipt, replayed=answer.replayed)


api_key_revoke_field = mutation(
    api_key_revoke,
    scope=Scope.NETWORK_ADMIN,
    success=ApiKeyRevokeSuccess,
    errors=KEY_REVOKE_CODES,
    commands=(RevokeKey,),
    description="End an API key, here at once and everywhere within a second.",
)
