"""A remote log's tree, held against its checkpoint and against what was kept of it before.

Hashes are enough for that: that the log only grew is proved from a few tiles, and that every tile
is what the level below gives, from all of them, or from those that are new.
"""

from collections.abc import Callable, Iterable, Sequence

from audit.bundle import BundleError, TileStream
from audit.checkpoint import Checkpoint
from audit.errors import ProofError
from audit.evidence import Anchor
from audit.findings import Findings
from audit.memory import Memory
from audit.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Frontier,
    consistency_proof,
    range_hash,
    verify_consistency,
)
from audit.remote import RemoteLog, hashes_of, tile_of
from audit.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, TileNodes

Progress = Callable[[int], None]


class RemoteTree:
    """The tree of one checkpoint, as the log's tiles show it.

    Attributes:
        checkpoint: what the tiles are held against.
    """

    def __init__(self, log: RemoteLog, checkpoint: Checkpoint, findings: Findings) -> None:
        self._log = log
        self.checkpoint = checkpoint
        self._findings = findings
        self._nodes = TileNodes(self._tile)

    def _tile(self, level: int, index: int) -> bytes:
        return hashes_of(self._log, tile_of(level, index, self.checkpoint.size))

    def stands(self) -> bool:
        """Tell whether the tiles lead to the signed root; where they do not, it is told."""
        size, signed = self.checkpoint.size, self.checkpoint.root
        try:
            root = range_hash(self._nodes, 0, size) if size else EMPTY_ROOT
        except (BundleError, ProofError) as error:
            self._tell(error)
            return False
        if root != signed:
            self._findings.add("ROOT_MISMATCH", expected=signed.hex(), found=root.hex())
        return root == signed

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """Return the roots that the tree had at earlier sizes; what cannot be read is told."""
        try:
            return {
                size: range_hash(self._nodes, 0, size)
                for size in sizes
                if 0 < size <= self.checkpoint.size
            }
        except (BundleError, ProofError) as error:
            self._tell(error)
            return {}

    def leaf(self, seq: int) -> bytes | None:
        """Return the hash of an entry; None, and told, where its tile cannot be read."""
        try:
            return self._nodes(0, seq)
        except (BundleError, ProofError) as error:
            self._tell(error)
            return None

    def continues(self, anchor: Anchor) -> bool:
        """Tell whether the log begins with what was kept of it; where it does not, it is told."""
        old, new = anchor.checkpoint, self.checkpoint
        if old.size > new.size:
            self._findings.add("REWOUND", saved=anchor.name, size=new.size, saved_size=old.size)
            return False
        try:
            proof = consistency_proof(old.size, new.size, self._nodes)
            verify_consistency(old.size, old.root, new.size, new.root, proof)
        except BundleError as error:
            self._tell(error)
        except ProofError as error:
            if error.code == "PROOF_ROOT_OLD" or old.size == new.size:
                self._findings.add(
                    "FORKED",
                    saved=anchor.name,
                    saved_size=old.size,
                    size=new.size,
                    expected=old.root.hex(),
                )
            else:
                self._findings.add_error(error, "ROOT_MISMATCH")
        else:
            return True
        return False

    def _tell(self, error: BundleError | ProofError) -> None:
        known = isinstance(error, BundleError)
        self._findings.add_error(error, "" if known else "TILE_CHANGED")

    def frontier(self) -> Frontier:
        """Return the tree's complete subtrees; call it on a tree that stands."""
        size = self.checkpoint.size
        bits = [level for level in reversed(range(size.bit_length())) if size >> level & 1]
        return Frontier(size, [self._nodes(level, (size >> level) - 1) for level in bits])

    def check_tiles(self, memory: Memory | None, progress: Progress) -> bool:
        """Recompute every tile from the hashes of the leaves; tell whether all are what they say.

        With a memory whose tree this one begins with, tiles that were full then are not fetched.
        """
        start = 0 if memory is None else memory.checkpoint.size & -TILE_WIDTH
        before = self._findings.total
        try:
            stream = TileStream() if memory is None else self._resume(memory)
            if stream is None:
                start, stream = 0, TileStream()
            for index in range(start >> TILE_HEIGHT, -(-self.checkpoint.size // TILE_WIDTH)):
                data = self._tile(0, index)
                row = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
                self._compare(stream.extend(row))
                progress(index * TILE_WIDTH + len(row))
            self._compare(stream.partial())
        except (BundleError, ProofError) as error:
            self._tell(error)
            return False
        root = stream.root()
        if root != self.checkpoint.root:
            expected = self.checkpoint.root.hex()
            self._findings.add("ROOT_MISMATCH", expected=expected, found=root.hex())
        return self._findings.total == before

    def _resume(self, memory: Memory) -> TileStream | None:
        """Go on from the last look; None where the log's tiles are not those of then."""
        size = memory.checkpoint.size & -TILE_WIDTH
        rows: list[bytes] = [b""]
        nodes = size >> TILE_HEIGHT
        while nodes:
            index, width = divmod(nodes, TILE_WIDTH)
            data = self._tile(len(rows), index) if width else b""
            rows.append(data[: width * HASH_BYTES])
            nodes >>= TILE_HEIGHT
        stream = TileStream.resume(size, rows)
        known = memory.frontier.hashes[: (size >> TILE_HEIGHT).bit_count()]
        return stream if stream.root() == Frontier(size, known).root() else None

    def _compare(self, tiles: Sequence[tuple[Tile, bytes]]) -> None:
        for tile, data in tiles:
            # What level 0 holds is where the recomputed tiles came from.
            if tile.level and hashes_of(self._log, tile) != data:
                self._findings.add("TILE_CHANGED", path=tile.path())
