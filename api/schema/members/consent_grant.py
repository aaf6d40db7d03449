"""Record that a member lets a partner spend a unit."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.leaf import read_leaf
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import DateTime, MinorUnits
from api.schema.members.consent import Consent, ConsentAction, consent_of_leaf
from domain.clock import NEVER
from domain.ledger.commands import GrantConsent
from domain.members.rules import CONSENT_GRANT_CODES


@strawberry.input(description="A consent, vouched for by the calling owner of the unit.")
class ConsentGrantInput:
    """Input of consent_grant."""

    member_id: ID = strawberry.field(description="The member who consents.")
    partner: str = strawberry.field(description="Code of the partner that may spend.")
    unit: str = strawberry.field(description="Code of the unit, one of your own.")
    action: ConsentAction = strawberry.field(description="What it may do.")
    limit: MinorUnits | None = strawberry.field(
        default=None, description="How much in all, in minor units; absent: no limit."
    )
    evidence: str = strawberry.field(
        description="SHA-256 of the evidence that you keep, 64 hex digits."
    )
    expires_at: DateTime | None = strawberry.field(
        default=None, description="When it ends; absent: never."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The consent is recorded.")
class ConsentGrantSuccess(Recorded):
    """Answer of consent_grant."""

    consent: Consent = strawberry.field(description="The consent as granted.")


async def consent_grant(info: Info, input: ConsentGrantInput) -> object:  # noqa: A002 -- the argument's name
    """Grant a consent."""
    command = GrantConsent(
        **envelope(info, input.idempotency_key),
        owner=texts.member(input.member_id, "memberId"),
        partner=texts.code(input.partner, "partner"),
        unit=texts.code(input.unit, "unit"),
        action=input.action.value,
        max=texts.limit(input.limit, "limit"),
        evidence=texts.hexadecimal(input.evidence, 64, "evidence"),
        expires_at=NEVER if input.expires_at is None else input.expires_at,
    )
    answer, receipt = await recorded(info, command)
    consent = consent_of_leaf(read_leaf(answer.leaf))
    return ConsentGrantSuccess(consent=consent, receipt=receipt, replayed=answer.replayed)


consent_grant_field = mutation(
    consent_grant,
    scope=Scope.MEMBERS_WRITE,
    success=ConsentGrantSuccess,
    errors=CONSENT_GRANT_CODES,
    commands=(GrantConsent,),
    description="Record that a member lets a partner spend a unit of yours.",
)
