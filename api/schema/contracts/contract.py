"""A contract: directed, versioned, signed by both parties."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.node import Node
from api.schema.core.scalars import DateTime, MinorUnits, time_or_none
from domain.clock import NEVER
from domain.contracts.rules import terms_of
from domain.ledger import records
from domain.money import Ratio

if TYPE_CHECKING:
    from domain.ledger.records import Contract as Row


@described(
    "What a contract is about.",
    CONVERSION="Points of one unit become points of another.",
    ACCEPTANCE="A partner takes another's points for goods.",
    FUNDING="A partner issues another's points.",
)
class ContractType(StrEnum):
    """Types of contracts, as their terms spell them."""

    CONVERSION = records.CONVERSION
    ACCEPTANCE = records.ACCEPTANCE
    FUNDING = records.FUNDING


@described(
    "When points got by exchange expire.",
    MIN_OF_BOTH="At the earlier of the source lot's and the target unit's own expiry.",
    TARGET_RULE="By the target unit's rule alone.",
    SOURCE_KEPT="When the source lot would have.",
)
class ExpiryPolicy(StrEnum):
    """Expiry policies of a conversion."""

    MIN_OF_BOTH = records.MIN_OF_BOTH
    TARGET_RULE = records.TARGET_RULE
    SOURCE_KEPT = records.SOURCE_KEPT


@described(
    "Where a contract version stands.",
    PROPOSED="Signed by its proposer alone.",
    ACCEPTED="Signed by both.",
    ENDED="Ended, or its end is fixed.",
)
class ContractStatus(StrEnum):
    """States of a contract version."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    ENDED = "ENDED"


@strawberry.type(description="One version of a contract between two partners.")
class Contract(Node):
    """A contract version."""

    contract_id: str = strawberry.field(description="32 hex digits, the same for all versions.")
    version: int = strawberry.field(description="Its version, from 1.")
    type: ContractType = strawberry.field(description="What it is about.")
    state: ContractStatus = strawberry.field(description="Where it stands.")
    proposer: str = strawberry.field(description="Code of the partner that proposed it.")
    counterparty: str = strawberry.field(description="Code of the partner that accepts it.")
    source: str = strawberry.field(description="Code of the unit given, redeemed or issued.")
    target: str | None = strawberry.field(description="Code of the unit got; conversions only.")
    partner: str | None = strawberry.field(description="Code of the acceptor or issuer.")
    rate: Ratio | None = strawberry.field(description="Whole target points per source point.")
    price: Ratio = strawberry.field(description="Minor units of money per whole point.")
    currency: str = strawberry.field(description="Currency of the price, ISO 4217.")
    fee_points: Ratio | None = strawberry.field(description="Part of the points kept as a fee.")
    fee_money: Ratio | None = strawberry.field(
        description="Minor units of money per whole source point, owed to the operator."
    )
    expiry: ExpiryPolicy | None = strawberry.field(description="When points got expire.")
    member_daily_cap: MinorUnits | None = strawberry.field(
        description="Source minor units a member and day; null for none."
    )
    pair_daily_cap: MinorUnits | None = strawberry.field(
        description="Source minor units a day in all; null for none."
    )
    zone: str = strawberry.field(description="Time zone of the caps' days.")
    valid_from: DateTime = strawberry.field(description="When it begins.")
    valid_to: DateTime | None = strawberry.field(description="When it is over; null: open.")
    ended_at: DateTime | None = strawberry.field(description="When a party ended it.")
    terms_canonical: str = strawberry.field(
        description="The terms, RFC 8785. Both parties sign `dure-contract/v1`, a line feed, this."
    )
    proposer_signature: str = strawberry.field(description="Ed25519, 128 hex digits.")
    counterparty_signature: str | None = strawberry.field(description="Ed25519, once accepted.")


def _state(row: Row) -> ContractStatus:
    if row.ended_at < NEVER:
        return ContractStatus.ENDED
    return ContractStatus.ACCEPTED if row.accepted_seq else ContractStatus.PROPOSED


def contract_of(row: Row, origin: str) -> Contract:
    """Make a contract version of its row; ``origin`` is part of what the parties signed."""
    conversion = row.type == records.CONVERSION
    return Contract(
        id=global_id("Contract", row.id, row.version),
        contract_id=row.id,
        version=row.version,
        type=ContractType(row.type),
        state=_state(row),
        proposer=row.proposer,
        counterparty=row.counterparty,
        source=row.source,
        target=row.target or None,
        partner=row.partner or None,
        rate=row.rate if conversion else None,
        price=row.price,
        currency=row.currency,
        fee_points=row.fee_points if conversion else None,
        fee_money=row.fee_money if conversion else None,
        expiry=ExpiryPolicy(row.expiry) if row.expiry else None,
        member_daily_cap=MinorUnits(row.member_cap) if row.member_cap else None,
        pair_daily_cap=MinorUnits(row.pair_cap) if row.pair_cap else None,
        zone=row.zone,
        valid_from=DateTime(row.valid_from),
        valid_to=time_or_none(row.valid_to),
        ended_at=time_or_none(row.ended_at),
        terms_canonical=terms_of(row, origin).canonical().decode("ascii"),
        proposer_signature=row.proposer_signature,
        counterparty_signature=row.counterparty_signature or None,
    )
