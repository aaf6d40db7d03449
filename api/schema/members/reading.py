"""Members as the caller may see them: linked to it, or holding one of its units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.core.connection import bad_argument
from api.schema.core.ids import member_key
from api.schema.core.texts import REFERENCE_MAX, composed
from api.schema.members.naming import find_reference
from domain.store.queries import members, wallets

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from api.schema.core.reading import Connection


def _visible(connection: Connection, owner: str, partner: str, own: frozenset[str]) -> bool:
    if members.one(connection, owner) is None:
        return False
    if not partner or partner in members.memberships(connection, owner):
        return True
    return any(row.unit in own for row in wallets.balances(connection, owner, 0))


async def visible_owner(info: Info, member_id: str | None, reference: str | None) -> str | None:
    """Return the 32 hex digits of the member named; None where the caller may see none such.

    Raises GraphQLError ``BAD_REQUEST`` unless exactly one of the two is given.
    """
    if (member_id is None) == (reference is None):
        raise bad_argument(
            "give exactly one of memberId and memberReference",
            "memberId와 memberReference 중 정확히 하나를 주십시오",
        )
    if reference is not None:
        if len(reference) > REFERENCE_MAX:
            return None
        return await find_reference(info, composed(reference))
    owner = member_key(member_id or "")
    if owner is None:
        return None
    services, caller = info.context.services, info.context.caller
    own = (await services.catalogue.current()).units_of(caller.partner)
    seen = await services.reader.read(_visible, owner, caller.partner, own)
    return owner if seen else None
