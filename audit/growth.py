"""What one batch of leaves adds to the tree, level by level.

A batch is hashed once: every complete subtree that the batch finishes is kept by level until the
batch's proofs have been asked for. With the frontier before the batch this is all that the new
leaves' proofs, the new frontier and the upper tiles are made of; nothing is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from audit.errors import ProofError
from audit.merkle import Frontier, node_hash
from audit.tiles import TILE_HEIGHT, TILE_WIDTH


@dataclass(frozen=True, slots=True)
class TileGrowth:
    """Hashes to write at the end of one upper tile's row.

    Attributes:
        level: the tile's level, from 1.
        index: the tile's number on that level.
        offset: how many hashes the row holds before; 0 says that there is no row yet.
        hashes: the new ones, 32 bytes each.
    """

    level: int
    index: int
    offset: int
    hashes: bytes


class Growth:
    """The subtrees that a batch finishes, over the frontier before it."""

    __slots__ = ("_before", "_edges", "_levels", "size", "size_before")

    def __init__(self, before: Frontier, leaf_hashes: Sequence[bytes]) -> None:
        self._before = before.copy()
        self.size_before = before.size
        self.size = before.size + len(leaf_hashes)
        # Per level, the finished subtrees from index `size_before >> level` on.
        self._levels: list[list[bytes]] = []
        row = list(leaf_hashes)
        while row:
            level = len(self._levels)
            self._levels.append(row)
            paired = row
            if (self.size_before >> level) & 1:
                # The first of this row is a right child; its left one was finished before.
                paired = [before.node(level, (self.size_before >> level) - 1), *row]
            row = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(paired[::2], paired[1::2], strict=False)
            ]
        self._edges: dict[int, bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """Return a complete subtree that the batch finished, or one of the frontier before it.

        Raises:
            ProofError: `NODE_UNKNOWN` for any other.
        """
        place = index - (self.size_before >> level)
        if level >= len(self._levels) or place < 0:
            return self._before.node(level, index)
        if place >= len(self._levels[level]):
            raise ProofError("NODE_UNKNOWN", level=level, index=index)
        return self._levels[level][place]

    def frontier(self) -> Frontier:
        """Return the frontier after the batch."""
        levels = reversed(range(self.size.bit_length()))
        bits = [level for level in levels if self.size >> level & 1]
        return Frontier(self.size, [self.node(b, (self.size >> b) - 1) for b in bits])

    def tiles(self) -> list[TileGrowth]:
        """Return what upper tiles gain, by level and number (C2SP tlog-tiles)."""
        grown: list[TileGrowth] = []
        for level in range(TILE_HEIGHT, len(self._levels), TILE_HEIGHT):
            row, at = self._levels[level], self.size_before >> level
            while row:
                index, offset = divmod(at, TILE_WIDTH)
                room = TILE_WIDTH - offset
                grown.append(TileGrowth(level // TILE_HEIGHT, index, offset, b"".join(row[:room])))
                row, at = row[room:], at + room
        return grown

    def inclusion(self, index: int) -> list[bytes]:
        """Make the proof of one of the batch's leaves in the tree after it, leaf first.

        Raises:
            ProofError: `PROOF_INDEX` if the leaf is not of this batch.
        """
        if not self.size_before <= index < self.size:
            raise ProofError("PROOF_INDEX", index=index, size=self.size)
        proof: list[bytes] = []
        place, last, level = index, self.size - 1, 0
        while last:
            if place & 1:
                proof.append(self.node(level, place - 1))
            elif place < last:
                beside = place + 1
                proof.append(self._edge(level) if beside == last else self.node(level, beside))
            place >>= 1
            last >>= 1
            level += 1
        return proof

    def _edge(self, level: int) -> bytes:
        """Return the root over the last leaves, those under the rightmost place of a level."""
        edge = self._edges.get(level)
        if edge is None:
            last = (self.size - 1) >> level
            if (last + 1) << level == self.size:
                edge = self.node(level, last)
            else:
                edge = b""
                # What hangs under an unfinished place: the frontier's lower subtrees, folded.
                for lower in range(level):
                    if self.size >> lower & 1:
                        one = self.node(lower, (self.size >> lower) - 1)
                        edge = node_hash(one, edge) if edge else one
            self._edges[level] = edge
        return edge
