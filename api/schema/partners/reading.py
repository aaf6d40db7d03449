"""Partners and units as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.errors import FaultError
from api.schema.partners.partner import Partner, partner_of
from api.schema.partners.point_unit import PointUnit, unit_of
from domain.store.queries import obligations

if TYPE_CHECKING:
    from api.schema.core.context import Info


async def all_partners(info: Info) -> list[Partner]:
    """Return every partner by code; its limits only for itself, the operator and auditors."""
    context = info.context
    tables = await context.services.catalogue.current()
    rows = await context.services.reader.read(obligations.credit_lines)
    lines = {(line.partner, line.currency): line for line in rows}
    caller = context.caller
    return [
        partner_of(
            row,
            tables.names.get(("partner", code)),
            lines.get((code, row.currency)),
            locale=context.locale,
            limits_seen=caller.sees_all or caller.partner == code,
        )
        for code, row in sorted(tables.reference.partners.items())
    ]


async def find_partner(info: Info, code: str) -> Partner | None:
    """Return a partner, None where there is none."""
    return next((one for one in await all_partners(info) if one.code == code), None)


async def partner_named(info: Info, code: str) -> Partner:
    """Return a partner that was just written."""
    found = await find_partner(info, code)
    if found is None:
        raise FaultError("INTERNAL")
    return found


async def all_units(info: Info) -> list[PointUnit]:
    """Return every point unit by code."""
    tables = await info.context.services.catalogue.current()
    owners = {partner.code: partner for partner in await all_partners(info)}
    locale = info.context.locale
    return [
        unit_of(row, owners[row.owner], tables.names.get(("unit", code)), locale)
        for code, row in sorted(tables.reference.units.items())
    ]


async def find_unit(info: Info, code: str) -> PointUnit | None:
    """Return a point unit, None where there is none."""
    return next((one for one in await all_units(info) if one.code == code), None)


async def unit_named(info: Info, code: str) -> PointUnit:
    """Return a unit that was just written."""
    found = await find_unit(info, code)
    if found is None:
        raise FaultError("INTERNAL")
    return found
