"""Exports: the log and every logged table, as of one snapshot, in a folder for auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.keyring import read_keys
from api.witnessing.policy import read_policy
from audit.bundle import HANDOVER_FOLDER, POLICY, write_bundle
from audit.replay import TABLES
from domain.store.engine import scanning
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from api.bootstrap import Network
    from audit.policy import Policy

PROGRESS_EVERY = 2_000  # entries; some tens of milliseconds


def export_bundle(network: Network, out: Path, advance: Callable[[int], None]) -> int:
    """Write the bundle and return how many entries it holds.

    Its checkpoint has the witnesses' lines where they have cosigned the newest one. ``advance`` is
    told now and then how many entries are written. Raises BundleError where the folder cannot be
    written or is not empty, NetworkError where there is a witness policy that cannot be read.
    """
    policy = read_policy(network)
    with scanning(network.engine) as connection:
        head = log_queries.network(connection)
        assert head is not None  # an opened network has a head
        cosigned = log_queries.published(connection)
        write_bundle(
            out,
            cosigned.note if cosigned and cosigned.size == head.head.size else head.head.checkpoint,
            read_keys(connection).text.removesuffix("\n"),
            _counted(log_queries.leaves(connection), advance),
            {name: export.rows(connection, name, table.columns) for name, table in TABLES.items()},
            {**_handovers(log_queries.handovers(connection)), **_policy(policy)},
        )
    return head.head.size


def _policy(policy: Policy | None) -> dict[str, bytes]:
    return {} if policy is None else {POLICY: policy.text.encode("utf-8", "surrogateescape")}


def _handovers(rows: Iterable[log_queries.HandoverRow]) -> dict[str, bytes]:
    return {f"{HANDOVER_FOLDER}{row.size}": row.note.encode() for row in rows}


def _counted(leaves: Iterator[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for written, leaf in enumerate(leaves):
        if written % PROGRESS_EVERY == 0:
            advance(written)
        yield leaf
