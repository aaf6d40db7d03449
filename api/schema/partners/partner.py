"""A partner: a brand that issues points, takes them for goods, or both."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.node import Node
from api.schema.core.scalars import MinorUnits
from api.schema.core.words import KOREAN

if TYPE_CHECKING:
    from domain.ledger.records import CreditLine
    from domain.ledger.records import Partner as Row


@described(
    "What a reversal does where the points it would take back are spent.",
    REFUSE="It is refused.",
    WITHIN_BALANCE="It is cut to what is still there.",
    ALLOW_DEBT="It takes what is there; the rest is a debt that later issues repay.",
)
class ReversalPolicy(StrEnum):
    """Policies of reversal."""

    REFUSE = "REFUSE"
    WITHIN_BALANCE = "WITHIN_BALANCE"
    ALLOW_DEBT = "ALLOW_DEBT"


@strawberry.type(description="What a partner may owe in one currency before it is stopped.")
class CreditLimits:
    """Limits in minor units of the partner's currency."""

    prefund: MinorUnits = strawberry.field(description="Collateral, in minor units.")
    net_debit_cap: MinorUnits = strawberry.field(description="Allowed beyond it, in minor units.")
    reserved: MinorUnits = strawberry.field(description="What open holds would cost.")


@strawberry.type(description="A brand: issuer of points, acceptor of points, or both.")
class Partner(Node):
    """A partner."""

    code: str = strawberry.field(description="Its code.")
    name: str = strawberry.field(description="Its name in the caller's language.")
    name_en: str = strawberry.field(description="Its name in English.")
    name_ko: str = strawberry.field(description="Its name in Korean.")
    currency: str = strawberry.field(description="Its settlement currency, ISO 4217.")
    issuer: bool = strawberry.field(description="Whether it issues points.")
    acceptor: bool = strawberry.field(description="Whether it takes points for goods.")
    reversal_policy: ReversalPolicy = strawberry.field(description="Its policy of reversal.")
    signing_key: str | None = strawberry.field(
        description="Its Ed25519 public key for contracts, 64 hex digits."
    )
    limits: CreditLimits | None = strawberry.field(
        description="What it may owe; null where you may not see it."
    )


def partner_of(
    row: Row,
    names: tuple[str, str] | None,
    line: CreditLine | None,
    *,
    locale: str,
    limits_seen: bool,
) -> Partner:
    """Make a partner of its row, its names in English and Korean, and its credit line."""
    name_en, name_ko = names or ("", "")
    limits = None
    if limits_seen:
        limits = CreditLimits(
            prefund=MinorUnits(line.prefund if line else 0),
            net_debit_cap=MinorUnits(line.cap if line else 0),
            reserved=MinorUnits(line.reserved if line else 0),
        )
    return Partner(
        id=global_id("Partner", row.code),
        code=row.code,
        name=(name_ko if locale == KOREAN else name_en) or row.code,
        name_en=name_en,
        name_ko=name_ko,
        currency=row.currency,
        issuer=row.issuer,
        acceptor=row.acceptor,
        reversal_policy=ReversalPolicy(row.reversal),
        signing_key=row.signing_key or None,
        limits=limits,
    )
