"""Proofs read from the log as it is kept: for replays, queries and auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from strawberry.dataloader import DataLoader

from api.schema.audit.receipt import Receipt
from api.schema.core.errors import FaultError
from api.schema.core.scalars import Sequence as EntryNumber
from audit.merkle import HASH_BYTES, consistency_proof, inclusion_proof, range_hash
from audit.tiles import TileNodes, place_of
from domain.store.queries import log

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.schema.core.context import Info, Quorum
    from api.schema.core.reading import Connection
    from audit.merkle import Nodes


class Proof(NamedTuple):
    """Hashes of a proof and the checkpoint of the tree that it leads to."""

    hashes: list[bytes]
    checkpoint: str
    size: int
    cosigned: bool


class Served(NamedTuple):
    """A checkpoint as it is shown; ``cosigned`` where a quorum of witnesses has signed it too."""

    size: int
    note: str
    cosigned: bool


def served_checkpoint(connection: Connection, *, witnessed: Quorum | None) -> Served | None:
    """Return the checkpoint that is served; None where no network was founded.

    Where witnesses are asked it is the one that was published last: a quorum cosigned it, so that
    whoever checks the policy is never shown one that fails it; until a first quorum did, it is bare
    and stands still. Without witnesses it is the newest. What was published under another policy
    is held against ``witnessed``, today's.
    """
    published = log.published(connection) if witnessed else None
    if published is not None and witnessed is not None:
        return Served(published.size, published.note, cosigned=witnessed(published.note))
    network = log.network(connection)
    if network is None:
        return None
    return Served(network.head.size, network.head.checkpoint, cosigned=False)


def _nodes(connection: Connection, prove: Callable[[Nodes], object]) -> TileNodes:
    """Read the tiles that a proof, or many, will ask for: all at once, however many they are."""
    places: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        places.add(place_of(level, index))
        return bytes(HASH_BYTES)

    prove(note)
    tiles = log.tiles(connection, places)
    return TileNodes(lambda level, number: tiles[level, number])


def prove_inclusion(connection: Connection, seq: int, *, witnessed: Quorum | None) -> Proof | None:
    """Prove an entry; None where there is no such entry.

    The proof leads to the checkpoint that is served, or the newest where that is too small.
    """
    return _prove_all(connection, [seq], witnessed=witnessed).get(seq)


def _prove_all(
    connection: Connection, seqs: Sequence[int], *, witnessed: Quorum | None
) -> dict[int, Proof]:
    """Prove entries, as ``prove_inclusion`` does; what the log lacks is left out."""
    newest = served_checkpoint(connection, witnessed=None)
    if newest is None:
        return {}
    served = served_checkpoint(connection, witnessed=witnessed) or newest
    known = sorted({seq for seq in seqs if 0 <= seq < newest.size})
    trees = {seq: served if seq < served.size else newest for seq in known}
    nodes = _nodes(
        connection,
        lambda noted: [inclusion_proof(seq, tree.size, noted) for seq, tree in trees.items()],
    )
    return {
        seq: Proof(inclusion_proof(seq, tree.size, nodes), tree.note, tree.size, tree.cosigned)
        for seq, tree in trees.items()
    }


def prove_consistency(connection: Connection, size_old: int, size_new: int) -> list[bytes] | None:
    """Prove that one tree begins another; None where the log never had those sizes."""
    network = log.network(connection)
    if network is None or not 0 <= size_old <= size_new <= network.head.size:
        return None
    nodes = _nodes(connection, lambda noted: consistency_proof(size_old, size_new, noted))
    return consistency_proof(size_old, size_new, nodes)


def root_of(connection: Connection, size: int) -> bytes:
    """Return the root of the log's first ``size`` entries, at least one and no more than it has."""
    nodes = _nodes(connection, lambda noted: range_hash(noted, 0, size))
    return range_hash(nodes, 0, size)


def _receipts(
    connection: Connection, seqs: Sequence[int], *, witnessed: Quorum | None
) -> list[Receipt | None]:
    proofs = _prove_all(connection, seqs, witnessed=witnessed)
    leaves = log.leaves_at(connection, proofs)
    return [_receipt(seq, proofs[seq], leaves[seq]) if seq in proofs else None for seq in seqs]


def _receipt(seq: int, proof: Proof, leaf: bytes) -> Receipt:
    return Receipt(
        sequence=EntryNumber(seq),
        leaf=leaf.decode("ascii"),
        checkpoint=proof.checkpoint,
        cosigned=proof.cosigned,
        hashes=lambda: proof.hashes,
    )


async def receipt_of(info: Info, seq: int) -> Receipt:
    """Read an entry and make its proof; raises FaultError where the log does not hold it.

    All receipts that a page asks for are read together, in one snapshot.
    """
    context = info.context
    if context.receipts is None:
        services = context.services
        # Without its cache: a request with several changes gets for each the newest checkpoint.
        context.receipts = DataLoader(
            lambda seqs: services.reader.read(_receipts, seqs, witnessed=services.witnessed),
            cache=False,
        )
    receipt = await context.receipts.load(seq)
    if receipt is None:
        raise FaultError("INTERNAL")
    return receipt
