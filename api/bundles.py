"""Exports: the log and every logged table, as of one snapshot, in a folder for auditors."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from api.disclosing import LaidOpen, Opening
from api.keyring import read_keys
from api.schema.audit.evidence import served_checkpoint
from api.witnessing.policy import quorum_of, read_policy
from audit.bundle import (
    POLICY,
    STAMP_INDEX,
    STAMPS_LISTED_MAX,
    handover_files,
    index_text,
    stamp_files,
    write_bundle,
)
from audit.replay import TABLES
from domain.store import stamps
from domain.store.engine import scanning
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api.bootstrap import Network
    from api.schema.core.reading import Connection
    from audit.policy import Policy

PROGRESS_EVERY = 2_000  # entries; some tens of milliseconds


class Exported(NamedTuple):
    """How many entries a bundle holds, and what of them was laid open, where that was asked for."""

    size: int
    laid_open: LaidOpen | None = None


def export_bundle(
    network: Network,
    out: Path,
    advance: Callable[[int], None],
    *,
    tree_only: bool = False,
    payloads: bool = False,
) -> Exported:
    """Write the bundle and return what it holds.

    With ``tree_only`` it is the tree that the log serves, up to the checkpoint that it serves; else
    all there is, with the witnesses' lines where they have cosigned the newest checkpoint. With
    ``payloads`` there lies in it, opened, what the entries bind: for who may know the members.

    ``advance`` is told now and then how many entries are written, and then how many laid open.
    Raises BundleError where the folder cannot be written or is not empty, NetworkError where there
    is a witness policy that cannot be read.
    """
    policy = read_policy(network)
    with scanning(network.engine) as connection:
        head = log_queries.network(connection)
        assert head is not None  # an opened network has a head
        size, note = head.head.size, head.head.checkpoint
        quorum = None if policy is None else quorum_of(policy)
        served = served_checkpoint(connection, witnessed=quorum)
        if served is not None and (tree_only or served.size == size):
            size, note = served.size, served.note
        tables = {n: export.rows(connection, n, table.columns) for n, table in TABLES.items()}
        opening = Opening(network, connection, advance) if payloads else None
        write_bundle(
            out,
            note,
            read_keys(connection).up_to(size).text.removesuffix("\n"),
            _counted(islice(log_queries.leaves(connection), size), advance),
            None if tree_only else tables,
            _published(connection, None if tree_only else policy, size),
            opening.lines() if opening else None,
        )
    return Exported(size, opening.counted if opening else None)


def _published(
    connection: Connection, policy: Policy | None, size: int
) -> Iterator[tuple[str, bytes]]:
    if policy is not None:
        yield POLICY, policy.text.encode("utf-8", "surrogateescape")
    rows = [row for row in log_queries.handovers(connection) if row.size <= size]
    yield from handover_files([(row.size, row.note.encode(), row.leaf) for row in rows])
    sizes: list[int] = []
    for one in stamps.up_to(connection, size):
        sizes.append(one.size)
        yield from stamp_files(one.size, one.note.encode(), one.response)
    if sizes:
        yield STAMP_INDEX, index_text(sizes[-STAMPS_LISTED_MAX:]).encode()


def _counted(leaves: Iterator[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for written, leaf in enumerate(leaves):
        if written % PROGRESS_EVERY == 0:
            advance(written)
        yield leaf
