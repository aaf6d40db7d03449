"""Open a brand's point unit."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.partners.point_unit import PointUnit
from api.schema.partners.reading import unit_named
from domain.money import ZERO, Ratio
from domain.partners.commands import CreateUnit
from domain.partners.rules import UNIT_CODES


@strawberry.input(description="A point unit to open.")
class PointUnitCreateInput:
    """Input of point_unit_create."""

    code: str = strawberry.field(description="Its code: 2 to 16 of A-Z, 0-9 and _.")
    owner: str = strawberry.field(description="Code of the partner whose points they are.")
    name_en: str = strawberry.field(description="Their name in English.")
    name_ko: str = strawberry.field(description="Their name in Korean.")
    scale: int = strawberry.field(description="Decimals of a whole point, 0 to 4.")
    nominal: Ratio = strawberry.field(description="Minor units of money per whole point.")
    currency: str = strawberry.field(description="Currency of the nominal value, ISO 4217.")
    expiry: str = strawberry.field(
        default="NEVER",
        description="NEVER, DAYS n, CALENDAR MONTH n, CALENDAR YEAR n, or INACTIVITY n: n days, 31"
        " or more, after the member's last issue or redeem.",
    )
    grace_days: int = strawberry.field(
        default=0,
        description="Days that points live on which a reversal gives back after their end:"
        " 0 to 365.",
    )
    zone: str = strawberry.field(default="UTC", description="Time zone of calendar expiry.")
    prepaid: bool = strawberry.field(
        default=False, description="Whether issuers pay the owner when they issue."
    )
    earn: Ratio | None = strawberry.field(
        default=None, description="Whole points per minor unit of money spent, for imports."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The unit is open.")
class PointUnitCreateSuccess(Recorded):
    """Answer of point_unit_create."""

    point_unit: PointUnit = strawberry.field(description="The unit.")


async def point_unit_create(info: Info, input: PointUnitCreateInput) -> object:  # noqa: A002 -- the argument's name
    """Create a point unit."""
    command = CreateUnit(
        **envelope(info, input.idempotency_key),
        unit=texts.code(input.code, "code"),
        owner=texts.code(input.owner, "owner"),
        scale=input.scale,
        nominal=input.nominal,
        currency=texts.currency(input.currency, "currency"),
        expiry=texts.rule(input.expiry, "expiry"),
        grace=input.grace_days,
        zone=texts.zone(input.zone, "zone"),
        prepaid=input.prepaid,
        earn=ZERO if input.earn is None else input.earn,
        name_en=texts.name(input.name_en, "nameEn"),
        name_ko=texts.name(input.name_ko, "nameKo"),
    )
    answer, receipt = await recorded(info, command)
    return PointUnitCreateSuccess(
        point_unit=await unit_named(info, command.unit),
        receipt=receipt,
        replayed=answer.replayed,
    )


point_unit_create_field = mutation(
    point_unit_create,
    scope=Scope.NETWORK_ADMIN,
    success=PointUnitCreateSuccess,
    errors=UNIT_CODES,
    commands=(CreateUnit,),
    description="Open a brand's point unit.",
)
