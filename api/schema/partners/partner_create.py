"""Admit a brand."""

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
from domain.partners.commands import CreatePartner
from domain.partners.rules import PARTNER_CREATE_CODES


@strawberry.input(description="A brand to admit.")
class PartnerCreateInput:
    """Input of partner_create."""

    code: str = strawberry.field(description="Its code: 2 to 16 of A-Z, 0-9 and _.")
    name_en: str = strawberry.field(description="Its name in English.")
    name_ko: str = strawberry.field(description="Its name in Korean.")
    currency: str = strawberry.field(description="Its settlement currency, ISO 4217.")
    issuer: bool = strawberry.field(default=True, description="Whether it issues points.")
    acceptor: bool = strawberry.field(default=True, description="Whether it takes points.")
    prefund: MinorUnits | None = strawberry.field(
        default=None, description="Collateral, in minor units of its currency."
    )
    net_debit_cap: MinorUnits | None = strawberry.field(
        default=None, description="What it may owe beyond it, in minor units."
    )
    reversal_policy: ReversalPolicy = strawberry.field(
        default=ReversalPolicy.REFUSE, description="What reversals do where points are spent."
    )
    signing_key: str | None = strawberry.field(
        default=None, description="Its Ed25519 public key for contracts, 64 hex digits."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The brand is a partner.")
class PartnerCreateSuccess(Recorded):
    """Answer of partner_create."""

    partner: Partner = strawberry.field(description="The partner.")


async def partner_create(info: Info, input: PartnerCreateInput) -> object:  # noqa: A002 -- the argument's name
    """Create a partner."""
    key = input.signing_key
    command = CreatePartner(
        **envelope(info, input.idempotency_key),
        partner=texts.code(input.code, "code"),
        currency=texts.currency(input.currency, "currency"),
        issuer=input.issuer,
        acceptor=input.acceptor,
        prefund=input.prefund or 0,
        cap=input.net_debit_cap or 0,
        reversal=input.reversal_policy.value,
        signing_key="" if key is None else texts.hexadecimal(key, 64, "signingKey"),
        name_en=texts.name(input.name_en, "nameEn"),
        name_ko=texts.name(input.name_ko, "nameKo"),
    )
    answer, receipt = await recorded(info, command)
    return PartnerCreateSuccess(
        partner=await partner_named(info, command.partner),
        receipt=receipt,
        replayed=answer.replayed,
    )


partner_create_field = mutation(
    partner_create,
    scope=Scope.NETWORK_ADMIN,
    success=PartnerCreateSuccess,
    errors=PARTNER_CREATE_CODES,
    commands=(CreatePartner,),
    description="Admit a brand to the network.",
)
