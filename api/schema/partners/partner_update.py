"""Change a brand."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.partners.partner import Partner, ReversalPolicy
from api.schema.partners.reading import partner_named
from domain.partners.commands import UpdatePartner
from domain.partners.rules import PARTNER_UPDATE_CODES


@strawberry.input(description="Changes of a brand; what is absent stays.")
class PartnerUpdateInput:
    """Input of partner_update."""

    partner: str = strawberry.field(description="Its code.")
    name_en: str | None = strawberry.field(default=None, description="Its name in English.")
    name_ko: str | None = strawberry.field(default=None, description="Its name in Korean.")
    issuer: bool | None = strawberry.field(default=None, description="Whether it issues points.")
    acceptor: bool | None = strawberry.field(default=None, description="Whether it takes points.")
    net_debit_cap: MinorUnits | None = strawberry.field(
        default=None, description="What it may owe beyond its prefund; it can only be lowered here."
    )
    reversal_policy: ReversalPolicy | None = strawberry.field(
        default=None, description="What reversals do where points are spent."
    )
    signing_key: str | None = strawberry.field(
        default=None, description="Its Ed25519 public key for contracts, 64 hex digits."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The brand is changed.")
class PartnerUpdateSuccess(Recorded):
    """Answer of partner_update."""

    partner: Partner = strawberry.field(description="The partner.")


async def partner_update(info: Info, input: PartnerUpdateInput) -> object:  # noqa: A002 -- the argument's name
    """Update a partner."""
    policy, key = input.reversal_policy, input.signing_key
    command = UpdatePartner(
        **envelope(info, input.idempotency_key),
        partner=texts.code(input.partner, "partner"),
        issuer=input.issuer,
        acceptor=input.acceptor,
        cap=input.net_debit_cap,
        reversal=None if policy is None else policy.value,
        signing_key=None if key is None else texts.hexadecimal(key, 64, "signingKey"),
        name_en=None if input.name_en is None else texts.name(input.name_en, "nameEn"),
        name_ko=None if input.name_ko is None else texts.name(input.name_ko, "nameKo"),
    )
    answer, receipt = await recorded(info, command)
    return PartnerUpdateSuccess(
        partner=await partner_named(info, command.partner),
        receipt=receipt,
        replayed=answer.replayed,
    )


partner_update_field = mutation(
    partner_update,
    scope=Scope.NETWORK_ADMIN,
    success=PartnerUpdateSuccess,
    errors=PARTNER_UPDATE_CODES,
    commands=(UpdatePartner,),
    description="Change a brand; its cap can be lowered, not raised.",
)
