"""End a consent."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.ids import global_id
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from domain.ledger.commands import RevokeConsent
from domain.members.rules import CONSENT_REVOKE_CODES


@strawberry.input(description="A consent to end.")
class ConsentRevokeInput:
    """Input of consent_revoke."""

    consent_id: ID = strawberry.field(description="The consent.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The consent has ended.")
class ConsentRevokeSuccess(Recorded):
    """Answer of consent_revoke."""

    consent_id: ID = strawberry.field(description="The consent.")


async def consent_revoke(info: Info, input: ConsentRevokeInput) -> object:  # noqa: A002 -- the argument's name
    """Revoke a consent."""
    owner, consent = texts.owned(input.consent_id, "Consent", "consentId")
    command = RevokeConsent(**envelope(info, input.idempotency_key), owner=owner, consent=consent)
    answer, receipt = await recorded(info, command)
    return ConsentRevokeSuccess(
        consent_id=global_id("Consent", owner, consent), receipt=receipt, replayed=answer.replayed
    )


consent_revoke_field = mutation(
    consent_revoke,
    scope=Scope.MEMBERS_WRITE,
    success=ConsentRevokeSuccess,
    errors=CONSENT_REVOKE_CODES,
    commands=(RevokeConsent,),
    description="End a consent; what it allowed so far stays.",
)
