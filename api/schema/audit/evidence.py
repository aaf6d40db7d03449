"""Proofs read from the log as it is kept: for replays, queries and auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.schema.audit.receipt import Receipt
from api.schema.core.errors import FaultError
from api.schema.core.scalars import Sequence
from audit.merkle import consistency_proof, inclusion_proof
from audit.tiles import TileNodes
from domain.store.queries import log

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from api.schema.core.reading import Connection


class Proof(NamedTuple):
    """Hashes of a proof and the checkpoint of the tree that it leads to."""

    hashes: list[bytes]
    checkpoint: str
    size: int


def _nodes(connection: Connection) -> TileNodes:
    return TileNodes(lambda level, index: log.tile(connection, level, index))


def prove_inclusion(connection: Connection, seq: int) -> Proof | None:
    """Prove an entry in the tree of the newest checkpoint; None where there is no such entry."""
    network = log.network(connection)
    if network is None or not 0 <= seq < network.head.size:
        return None
    hashes = inclusion_proof(seq, network.head.size, _nodes(connection))
    return Proof(hashes, network.head.checkpoint, network.head.size)


def prove_consistency(connection: Connection, size_old: int, size_new: int) -> list[bytes] | None:
    """Prove that one tree begins another; None where the log never had those sizes."""
    network = log.network(connection)
    if network is None or not 0 <= size_old <= size_new <= network.head.size:
        return None
    return consistency_proof(size_old, size_new, _nodes(connection))


def _receipt(connection: Connection, seq: int) -> Receipt | None:
    proof = prove_inclusion(connection, seq)
    entry = log.entry(connection, seq)
    if proof is None or entry is None:
        return None
    return Receipt(
        sequence=Sequence(seq),
        leaf=entry.leaf.decode("ascii"),
        checkpoint=proof.checkpoint,
        cosigned=False,
        hashes=lambda: proof.hashes,
    )


async def receipt_of(info: Info, seq: int) -> Receipt:
    """Read an entry and make its proof; raises FaultError where the log does not hold it."""
    receipt = await info.context.services.reader.read(_receipt, seq)
    if receipt is None:
        raise FaultError("INTERNAL")
    return receipt
