"""Things by their global id; one that the caller may not see is as good as none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from api.auth.scopes import Scope
from api.schema.audit.entries import find_entry
from api.schema.contracts.reading import find_contract, read_version_id
from api.schema.core.ids import GlobalId, entity_key, read_global_id
from api.schema.holds.reading import find_hold
from api.schema.members.member import member_of
from api.schema.members.reading import visible_owner
from api.schema.partners.reading import find_partner, find_unit
from api.schema.points.reading import find_quote, find_transfer
from api.schema.settlement.disputes import DISPUTE_SCOPES, find_dispute
from api.schema.settlement.reading import find_proposal, find_window
from api.schema.settlement.settlements import find_settlement

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from api.schema.core.node import Node

SEQUENCE_DIGITS = 15  # entries are numbered below 2^53


async def _member(info: Info, text: str, _: GlobalId) -> Node | None:
    owner = await visible_owner(info, text, None)
    return None if owner is None else member_of(owner)


async def _transfer(info: Info, text: str, _: GlobalId) -> Node | None:
    key = entity_key(text, "Transfer")
    return None if key is None else await find_transfer(info, *key)


async def _hold(info: Info, text: str, _: GlobalId) -> Node | None:
    key = entity_key(text, "Hold")
    return None if key is None else await find_hold(info, *key)


async def _quote(info: Info, text: str, _: GlobalId) -> Node | None:
    key = entity_key(text, "Quote")
    return None if key is None else await find_quote(info, *key)


async def _partner(info: Info, _: str, named: GlobalId) -> Node | None:
    return await find_partner(info, named.key[0])


async def _unit(info: Info, _: str, named: GlobalId) -> Node | None:
    return await find_unit(info, named.key[0])


async def _contract(info: Info, text: str, _: GlobalId) -> Node | None:
    found = read_version_id(text)
    return None if found is None else await find_contract(info, *found)


async def _entry(info: Info, _: str, named: GlobalId) -> Node | None:
    number = named.key[0]
    if not number.isascii() or not number.isdigit() or len(number) > SEQUENCE_DIGITS:
        return None
    return await find_entry(info, int(number))


async def _window(info: Info, text: str, _: GlobalId) -> Node | None:
    return await find_window(info, text)


async def _proposal(info: Info, _: str, named: GlobalId) -> Node | None:
    return await find_proposal(info, named.key[0])


async def _settlement(info: Info, _: str, named: GlobalId) -> Node | None:
    return await find_settlement(info, named.key[0])


async def _dispute(info: Info, _: str, named: GlobalId) -> Node | None:
    return await find_dispute(info, named.key[0])


_Find = Callable[["Info", str, GlobalId], Awaitable["Node | None"]]

# The type in a global id, what finds it, and the scopes of which one is enough; none: anybody.
_FINDERS: dict[str, tuple[_Find, frozenset[Scope]]] = {
    "Member": (_member, frozenset({Scope.MEMBERS_READ})),
    "Transfer": (_transfer, frozenset({Scope.MEMBERS_READ})),
    "Hold": (_hold, frozenset({Scope.MEMBERS_READ})),
    "Quote": (_quote, frozenset({Scope.MEMBERS_READ})),
    "Partner": (_partner, frozenset()),
    "PointUnit": (_unit, frozenset()),
    "Contract": (_contract, frozenset()),
    "AuditEntry": (_entry, frozenset({Scope.AUDIT_READ})),
    "SettlementWindow": (
        _window,
        frozenset({Scope.SETTLEMENT_PROPOSE, Scope.SETTLEMENT_DECIDE, Scope.AUDIT_READ}),
    ),
    "Settlement": (
        _settlement,
        frozenset({Scope.SETTLEMENT_PROPOSE, Scope.SETTLEMENT_DECIDE, Scope.AUDIT_READ}),
    ),
    "Dispute": (_dispute, frozenset(DISPUTE_SCOPES)),
    "Proposal": (_proposal, frozenset({Scope.SETTLEMENT_PROPOSE, Scope.SETTLEMENT_DECIDE})),
}


async def find_node(info: Info, text: str) -> Node | None:
    """Return the thing with this global id; None where there is none that the caller may see."""
    named = read_global_id(text)
    if named is None or named.type not in _FINDERS:
        return None
    find, scopes = _FINDERS[named.type]
    if scopes and not scopes & info.context.caller.scopes:
        return None
    return await find(info, text, named)
