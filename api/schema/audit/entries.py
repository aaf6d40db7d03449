"""Entries of the log, checkpoints and proofs, as callers ask for them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

import strawberry

from api.keyring import read_keys
from api.schema.audit.evidence import Proof, prove_consistency, prove_inclusion, served_checkpoint
from api.schema.audit.visibility import may_read
from api.schema.core.connection import Connection as Page
from api.schema.core.connection import bad_cursor, checked_first, page, read_number
from api.schema.core.errors import FaultError
from api.schema.core.ids import global_id
from api.schema.core.leaf import read_leaf
from api.schema.core.node import Node
from api.schema.core.reading import CHUNK, current_share
from api.schema.core.scalars import LeafTime, Sequence
from audit.proof import Receipt as ProofText
from domain.store.queries import log

if TYPE_CHECKING:
    from api.auth.principal import Principal
    from api.schema.core.catalogue import Tables
    from api.schema.core.context import Info
    from api.schema.core.reading import Connection
    from domain.ports import Entry


SEQUENCE_END = 2**53  # above every sequence: what every JSON reader keeps exact


@strawberry.type(description="One entry of the audit log.")
class AuditEntry(Node):
    """An entry."""

    sequence: Sequence = strawberry.field(description="Its number, from 0.")
    kind: str = strawberry.field(description="What it records, such as points.issued.")
    time: LeafTime = strawberry.field(description="When it was recorded.")
    leaf: str = strawberry.field(description="Its bytes: RFC 8785 JSON.")
    hash: str = strawberry.field(description="SHA-256(00 || leaf), in hex.")


@strawberry.type(description="The signed state of the log.")
class AuditCheckpoint:
    """A checkpoint."""

    origin: str = strawberry.field(description="Name of the log.")
    size: Sequence = strawberry.field(description="How many entries it covers.")
    root: str = strawberry.field(description="Root of the tree, in base64.")
    text: str = strawberry.field(description="The signed note (C2SP tlog-checkpoint).")
    cosigned: bool = strawberry.field(
        description="Whether a quorum of the network's witnesses has signed it too."
    )
    verifier_key: str = strawberry.field(
        description="The log's key; compare it with one that you got another way."
    )


@strawberry.type(description="Proof that an entry stands in the tree of a checkpoint.")
class AuditInclusionProof:
    """An inclusion proof (RFC 9162 section 2.1.3)."""

    sequence: Sequence = strawberry.field(description="Number of the entry.")
    size: Sequence = strawberry.field(description="Size of the tree.")
    hashes: list[str] = strawberry.field(description="From leaf to root, each in base64.")
    checkpoint: str = strawberry.field(description="The signed checkpoint of that tree.")
    proof: str = strawberry.field(description="All of it in one text (c2sp.org/tlog-proof@v1).")


@strawberry.type(description="Proof that one tree begins another.")
class AuditConsistencyProof:
    """A consistency proof (RFC 9162 section 2.1.4)."""

    from_size: Sequence = strawberry.field(description="Size of the older tree.")
    to_size: Sequence = strawberry.field(description="Size of the newer tree.")
    hashes: list[str] = strawberry.field(description="The hashes, each in base64.")


def _base64(hashes: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode("ascii") for one in hashes]


def entry_of(row: Entry) -> AuditEntry:
    """Make an entry of its row."""
    leaf = read_leaf(row.leaf)
    return AuditEntry(
        id=global_id("AuditEntry", row.seq),
        sequence=Sequence(row.seq),
        kind=leaf["kind"],
        time=LeafTime(leaf["time"]),
        leaf=row.leaf.decode("ascii"),
        hash=row.hash.hex(),
    )


async def find_entry(info: Info, seq: int) -> AuditEntry | None:
    """Return an entry; None where there is none, or none that the caller may read."""
    services = info.context.services
    row = await services.reader.read(log.entry, seq)
    if row is None:
        return None
    tables = await services.catalogue.current()
    return entry_of(row) if may_read(info.context.caller, tables, read_leaf(row.leaf)) else None


class _Found(NamedTuple):
    """Part of a page: what may be read, the last entry looked at, whether there is more."""

    entries: list[AuditEntry]
    seen: int
    more: bool


def _chunk(
    connection: Connection, caller: Principal, tables: Tables, wanted: int, after: int, size: int
) -> _Found:
    """Look at ``size`` entries after a sequence for ``wanted`` that the caller may read."""
    found: list[AuditEntry] = []
    rows = log.entries(connection, size + 1, after)
    for row in rows[:size]:
        if len(found) == wanted:
            return _Found(found, after, more=True)
        after = row.seq
        if may_read(caller, tables, read_leaf(row.leaf)):
            found.append(entry_of(row))
    return _Found(found, after, more=len(rows) > size)


async def entries_page(info: Info, first: int, after: str | None) -> Page[AuditEntry]:
    """Return a page of the entries that the caller may read, oldest first."""
    checked_first(first)
    services, caller = info.context.services, info.context.caller
    tables = await services.catalogue.current()
    share = current_share()
    number = read_number(after)
    if number is not None and number >= SEQUENCE_END:
        raise bad_cursor()
    seen = -1 if number is None else number
    size = first if caller.sees_all else max(CHUNK, first)
    found: list[AuditEntry] = []
    more = go_on = True
    while more and go_on and len(found) < first:
        go_on = share.look(size)
        wanted = first - len(found)
        part = await services.reader.read(_chunk, caller, tables, wanted, seen, size)
        found += part.entries
        seen, more = part.seen, part.more
    keys = [str(one.sequence) for one in found]
    return page(found, keys, more=more, after=after, resume=str(seen) if seen >= 0 else None)


async def checkpoint(info: Info) -> AuditCheckpoint:
    """Return the checkpoint that is served."""
    services = info.context.services
    served = await services.reader.read(served_checkpoint, witnessed=services.witnessed)
    if served is None:
        raise FaultError("UNAVAILABLE")
    keys = await services.reader.read(read_keys)
    return AuditCheckpoint(
        origin=services.origin,
        size=Sequence(served.size),
        root=served.note.split("\n")[2],
        text=served.note,
        cosigned=served.cosigned,
        verifier_key=keys.leading(served.note).text(),
    )


async def inclusion(info: Info, seq: int) -> AuditInclusionProof | None:
    """Return the proof of an entry; hashes show no content."""
    services = info.context.services
    proof: Proof | None = await services.reader.read(
        prove_inclusion, seq, witnessed=services.witnessed
    )
    if proof is None:
        return None
    return AuditInclusionProof(
        sequence=Sequence(seq),
        size=Sequence(proof.size),
        hashes=_base64(proof.hashes),
        checkpoint=proof.checkpoint,
        proof=ProofText(seq, tuple(proof.hashes), proof.checkpoint).text(),
    )


async def consistency(info: Info, old: int, new: int) -> AuditConsistencyProof | None:
    """Return the proof between two sizes that the log has had."""
    hashes = await info.context.services.reader.read(prove_consistency, old, new)
    if hashes is None:
        return None
    return AuditConsistencyProof(
        from_size=Sequence(old), to_size=Sequence(new), hashes=_base64(hashes)
    )
