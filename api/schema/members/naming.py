"""How a caller names a member: by id, or by the partner's own reference of them; exactly one."""

from __future__ import annotations

from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.errors import RefusedError
from domain.store.queries import members


async def owner_of(info: Info, member_id: str | None, reference: str | None) -> str:
    """Return the member's 32 hex digits.

    A reference belongs to the calling partner; an unknown one and another partner's are the same.
    Raises RefusedError ``VALUE_INVALID`` or ``MEMBER_UNKNOWN``.
    """
    if (member_id is None) == (reference is None):
        raise texts.invalid("", "exactly one of memberId and memberReference", "memberId")
    if member_id is not None:
        return texts.member(member_id, "memberId")
    found = await find_reference(info, texts.reference(reference or "", "memberReference"))
    if found is None:
        raise RefusedError("MEMBER_UNKNOWN", "memberReference", member="")
    return found


async def find_reference(info: Info, reference: str) -> str | None:
    """Return the member that the calling partner knows by this reference."""
    partner = info.context.caller.partner
    if not partner:
        return None
    services = info.context.services
    index = services.vault.reference_index(partner, reference)
    return await services.reader.read(members.by_reference, partner, index)


def acting_partner(info: Info, partner: str | None) -> str:
    """Return the partner named, the caller's own where none is.

    Raises RefusedError ``VALUE_INVALID`` where the operator names none.
    """
    named = info.context.caller.partner if partner is None else partner
    return texts.code(named, "partner")
