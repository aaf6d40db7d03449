"""Propose an API key of whoever may act for the operator."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.partners.api_key import KeyRole, asked_scopes
from api.schema.settlement.reading import proposal_by_id
from api.schema.settlement.window import Proposal
from domain.partners.commands import ProposeKey
from domain.partners.people import Asked
from settlement.controls.keys import KEY_PROPOSE_CODES


@strawberry.input(description="A key of the operator's, to be agreed on by two people.")
class ApiKeyProposeInput:
    """Input of api_key_propose."""

    fingerprint: str = strawberry.field(
        description="As `dure key new` shows it to whoever is to hold the key: the key's prefix,"
        " a dot, SHA-256 of its secret in hex. Nobody else ever has the secret."
    )
    subject: str = strawberry.field(
        description="Who holds it: a random id, never a name, for it stands in the log."
    )
    person: bool = strawberry.field(
        default=True, description="Whether a person holds it; services decide no proposals."
    )
    role: KeyRole = strawberry.field(description="OPERATOR or FINANCE.")
    scopes: list[str] = strawberry.field(
        description="What it may do, within its role; at least one, and none that yours lacks."
    )
    reason: str = strawberry.field(default="REVIEWED", description="A reason code.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="It is proposed; another subject decides.")
class ApiKeyProposeSuccess(Recorded):
    """Answer of api_key_propose."""

    proposal: Proposal = strawberry.field(description="The proposal.")


async def api_key_propose(info: Info, input: ApiKeyProposeInput) -> object:  # noqa: A002 -- the argument's name
    """Propose it."""
    asked = Asked(
        input.fingerprint,
        input.subject,
        input.person,
        input.role.value,
        asked_scopes(input.role, input.scopes, of_partner=False),
    )
    fault = asked.fault()
    if fault is not None:
        field, value, valid = fault
        raise texts.invalid(value, valid, field)
    command = ProposeKey(
        **envelope(info, input.idempotency_key),
        **asked._asdict(),
        reason=texts.reason(input.reason),
    )
    answer, receipt = await recorded(info, command)
    return ApiKeyProposeSuccess(
        proposal=await proposal_by_id(info, answer.id),
        receipt=receipt,
        replayed=answer.replayed,
    )


api_key_propose_field = mutation(
    api_key_propose,
    scope=Scope.NETWORK_ADMIN,
    success=ApiKeyProposeSuccess,
    errors=KEY_PROPOSE_CODES,
    commands=(ProposeKey,),
    description="Propose a key of whoever may act for the operator; another subject decides.",
)
