"""The terms of a contract as an input."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.contracts.contract import ContractType, ExpiryPolicy
from api.schema.core import texts
from api.schema.core.scalars import DateTime, MinorUnits
from domain.clock import NEVER
from domain.contracts.terms import Terms
from domain.money import ZERO, Ratio

if TYPE_CHECKING:
    from api.schema.core.context import Info


@strawberry.input(description="Terms of a contract version, as both parties sign them.")
class ContractTermsInput:
    """Terms; the proposer is the caller."""

    contract_id: str = strawberry.field(
        description="32 hex digits chosen by the proposer; a new version keeps them."
    )
    version: int = strawberry.field(default=1, description="1, or one more than the last.")
    type: ContractType = strawberry.field(description="What it is about.")
    counterparty: str = strawberry.field(description="Code of the partner that is to accept.")
    source: str = strawberry.field(description="Code of the unit given, redeemed or issued.")
    target: str | None = strawberry.field(
        default=None, description="Code of the unit got; conversions only."
    )
    partner: str | None = strawberry.field(
        default=None, description="Code of the acceptor or issuer; not in conversions."
    )
    rate: Ratio | None = strawberry.field(
        default=None, description="Whole target points per whole source point."
    )
    price: Ratio = strawberry.field(
        description="Minor units of money per whole point: target, redeemed or issued."
    )
    currency: str = strawberry.field(description="Currency of the price, ISO 4217.")
    fee_points: Ratio | None = strawberry.field(
        default=None, description="Part of the target points kept as a fee, below 1."
    )
    fee_money: Ratio | None = strawberry.field(
        default=None,
        description="Minor units of money per whole source point, owed to the operator.",
    )
    expiry: ExpiryPolicy | None = strawberry.field(
        default=None, description="When points got expire; conversions: MIN_OF_BOTH where absent."
    )
    member_daily_cap: MinorUnits | None = strawberry.field(
        default=None, description="Source minor units a member and day."
    )
    pair_daily_cap: MinorUnits | None = strawberry.field(
        default=None, description="Source minor units a day in all."
    )
    zone: str = strawberry.field(default="UTC", description="Time zone of the caps' days.")
    valid_from: DateTime = strawberry.field(
        description="When it begins, at least a minute after acceptance."
    )
    valid_to: DateTime | None = strawberry.field(
        default=None, description="When it is over; absent: open."
    )


def terms_from(info: Info, given: ContractTermsInput) -> Terms:
    """Return the terms that the signatures cover."""
    conversion = given.type is ContractType.CONVERSION
    expiry = given.expiry.value if given.expiry else ExpiryPolicy.MIN_OF_BOTH.value
    return Terms(
        origin=info.context.services.origin,
        contract=texts.entity(given.contract_id, "terms", "contractId"),
        version=given.version,
        type=given.type.value,
        proposer=info.context.caller.actor.partner,
        counterparty=texts.code(given.counterparty, "terms", "counterparty"),
        source=texts.code(given.source, "terms", "source"),
        target="" if given.target is None else texts.code(given.target, "terms", "target"),
        partner="" if given.partner is None else texts.code(given.partner, "terms", "partner"),
        rate=given.rate or ZERO,
        price=given.price,
        currency=texts.currency(given.currency, "terms", "currency"),
        fee_points=given.fee_points or ZERO,
        fee_money=given.fee_money or ZERO,
        expiry=expiry if conversion or given.expiry else "",
        member_cap=texts.limit(given.member_daily_cap, "terms", "memberDailyCap"),
        pair_cap=texts.limit(given.pair_daily_cap, "terms", "pairDailyCap"),
        zone=texts.zone(given.zone, "terms", "zone"),
        valid_from=given.valid_from,
        valid_to=NEVER if given.valid_to is None else given.valid_to,
    )
