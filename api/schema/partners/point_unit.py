"""A point unit: one brand's points, with their scale, value and expiry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.core.ids import global_id
from api.schema.core.node import Node
from api.schema.core.words import KOREAN
from api.schema.partners.partner import Partner
from domain.money import Ratio

if TYPE_CHECKING:
    from domain.ledger.records import Unit as Row


@strawberry.type(description="One brand's points.")
class PointUnit(Node):
    """A point unit."""

    code: str = strawberry.field(description="Its code.")
    owner: Partner = strawberry.field(description="The partner whose points they are.")
    name: str = strawberry.field(description="Their name in the caller's language.")
    name_en: str = strawberry.field(description="Their name in English.")
    name_ko: str = strawberry.field(description="Their name in Korean.")
    scale: int = strawberry.field(description="Decimals of a whole point, 0 to 4.")
    nominal: Ratio = strawberry.field(description="Minor units of money per whole point.")
    currency: str = strawberry.field(description="Currency of the nominal value.")
    expiry: str = strawberry.field(
        description="NEVER, DAYS n, CALENDAR MONTH n, CALENDAR YEAR n or INACTIVITY n."
    )
    grace_days: int = strawberry.field(
        description="Days that points live on which a reversal gives back after their end."
    )
    zone: str = strawberry.field(description="Time zone of calendar expiry.")
    prepaid: bool = strawberry.field(description="Whether issuers pay the owner when they issue.")
    earn: Ratio = strawberry.field(description="Whole points per minor unit of money spent.")
    version: int = strawberry.field(description="Version of these terms.")


def unit_of(row: Row, owner: Partner, names: tuple[str, str] | None, locale: str) -> PointUnit:
    """Make a unit of its row and its names in English and Korean."""
    name_en, name_ko = names or ("", "")
    return PointUnit(
        id=global_id("PointUnit", row.code),
        code=row.code,
        owner=owner,
        name=(name_ko if locale == KOREAN else name_en) or row.code,
        name_en=name_en,
        name_ko=name_ko,
        scale=row.scale,
        nominal=row.nominal,
        currency=row.currency,
        expiry=row.expiry,
        grace_days=row.grace,
        zone=row.zone,
        prepaid=row.prepaid,
        earn=row.earn,
        version=row.version,
    )
