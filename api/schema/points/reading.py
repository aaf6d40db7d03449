"""Wallets, transfers and quotes as the caller may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.schema.audit.visibility import may_read
from api.schema.core.connection import Connection as Page
from api.schema.core.connection import bad_argument, bad_cursor, checked_first, page, read_number
from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf, read_leaf
from api.schema.core.reading import CHUNK, current_share
from api.schema.core.scalars import DateTime, LeafUnits
from api.schema.members.reading import visible_owner
from api.schema.points.parts import contract_id
from api.schema.points.points import Points
from api.schema.points.quote import Quote
from api.schema.points.transfer import Transfer, transfer_of
from api.schema.points.wallet import Wallet, wallet_of
from domain.ids import split_cite
from domain.store.queries import log, members, transfers, wallets

if TYPE_CHECKING:
    from api.auth.principal import Principal
    from api.schema.core.catalogue import Tables
    from api.schema.core.context import Info
    from api.schema.core.reading import Connection


async def known_unit(info: Info, unit: str | None) -> None:
    """Raise GraphQLError ``BAD_REQUEST`` for a unit that is named and does not exist."""
    if unit is None:
        return
    tables = await info.context.services.catalogue.current()
    if unit not in tables.reference.units:
        raise bad_argument(
            "unit is no point unit of the network", "unit은 이 네트워크의 포인트 단위가 아닙니다"
        )


async def wallet(
    info: Info, member_id: str | None, reference: str | None, unit: str | None
) -> Wallet | None:
    """Return a member's wallet; a partner sees its own units in it.

    Raises GraphQLError ``BAD_REQUEST`` for a unit that the network does not have.
    """
    await known_unit(info, unit)
    owner = await visible_owner(info, member_id, reference)
    if owner is None:
        return None
    services, caller = info.context.services, info.context.caller
    rows = await services.reader.read(wallets.balances, owner, services.clock.now())
    if not caller.sees_all:
        own = (await services.catalogue.current()).units_of(caller.partner)
        rows = [row for row in rows if row.unit in own]
    return wallet_of(owner, [row for row in rows if unit in (None, row.unit)])


def _leaf(connection: Connection, seq: int) -> Leaf:
    entry = log.entry(connection, seq)
    assert entry is not None, "a transfer's row has its entry"
    return read_leaf(entry.leaf)


def _one(
    connection: Connection, caller: Principal, tables: Tables, owner: str, id_: str
) -> Leaf | None:
    row = transfers.one(connection, owner, id_)
    leaf = None if row is None else _leaf(connection, row.seq)
    return leaf if leaf is not None and may_read(caller, tables, leaf) else None


async def find_transfer(info: Info, owner: str, id_: str) -> Transfer | None:
    """Return a transfer; None where there is none, or none that the caller may see."""
    services = info.context.services
    tables = await services.catalogue.current()
    leaf = await services.reader.read(_one, info.context.caller, tables, owner, id_)
    return None if leaf is None else transfer_of(leaf, book=owner)


class _Found(NamedTuple):
    """Part of a page: leaves, each with a book of its transfer's.

    ``resume`` is the sequence to go on from, None at the end.
    """

    leaves: list[tuple[Leaf, str]]
    resume: int | None


def _chunk(
    connection: Connection,
    caller: Principal,
    tables: Tables,
    owner: str | None,
    wanted: int,
    before: int,
    size: int,
) -> _Found:
    """Look at ``size`` transfers below a sequence for ``wanted`` that the caller may see.

    A gift, with a row in each of its two books, is one transfer.
    """
    if owner is None:
        rows = transfers.of_network(connection, size, (before, ""))
    else:
        rows = transfers.of_book(connection, owner, size, before)
    places = {row.seq: row.owner for row in rows if row.seq != before}
    leaves = log.leaves_at(connection, list(places))
    found: list[tuple[Leaf, str]] = []
    seen = before
    for seq, book in places.items():
        if len(found) == wanted:
            return _Found(found, seen)
        seen = seq
        leaf = read_leaf(leaves[seq])
        if may_read(caller, tables, leaf):
            found.append((leaf, book))
    return _Found(found, seen if len(rows) == size else None)


async def _search(info: Info, owner: str | None, first: int, before: int) -> _Found:
    """Look for a page, chunk by chunk, until it is full or the request has looked enough."""
    services, caller = info.context.services, info.context.caller
    tables = await services.catalogue.current()
    share = current_share()
    # One more than the page tells whether there is more; a gift takes two rows.
    size = 2 * first + 2 if caller.sees_all else max(CHUNK, 2 * first + 2)
    found = _Found([], before)
    while True:
        go_on = share.look(size)
        part = await services.reader.read(
            _chunk, caller, tables, owner, first - len(found.leaves), found.resume or 0, size
        )
        found = _Found(found.leaves + part.leaves, part.resume)
        if found.resume is None or len(found.leaves) == first or not go_on:
            return found


async def transfers_page(
    info: Info, member_id: str | None, reference: str | None, first: int, after: str | None
) -> Page[Transfer]:
    """Return a page of transfers, newest first: a member's, or all that the caller may see."""
    checked_first(first)
    owner = None
    if member_id is not None or reference is not None:
        owner = await visible_owner(info, member_id, reference)
        if owner is None:
            return page([], [], more=False, after=after)
    before = read_number(after)
    if before is not None and before > transfers.NEWEST:
        raise bad_cursor()
    start = transfers.NEWEST if before is None else before
    found = await _search(info, owner, first, start)
    nodes = [transfer_of(leaf, book=book) for leaf, book in found.leaves]
    keys = [str(node.sequence) for node in nodes]
    resume = None if found.resume is None else str(found.resume)
    return page(nodes, keys, more=found.resume is not None, after=after, resume=resume)


async def find_quote(info: Info, owner: str, id_: str) -> Quote | None:
    """Return a quote; None where there is none, or none that the caller may see."""
    services, caller = info.context.services, info.context.caller
    row = await services.reader.read(members.quote, owner, id_)
    if row is None:
        return None
    tables = await services.catalogue.current()
    contract = tables.reference.contracts[split_cite(row.contract)]
    own = tables.units_of(caller.partner)
    if not caller.sees_all and row.partner != caller.partner and contract.source not in own:
        return None
    return Quote(
        id=global_id("Quote", row.owner, row.id),
        member=global_id("Member", row.owner),
        contract=contract_id(row.contract),
        source=Points(amount=LeafUnits(str(row.source)), unit=contract.source),
        target=Points(amount=LeafUnits(str(row.target)), unit=contract.target),
        expires_at=DateTime(row.expires_at),
    )
