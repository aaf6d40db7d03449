"""What a pass over the log keeps for later: the roots it had at some sizes, and some leaves.

An older checkpoint, a receipt or a cosignature speaks of one size or one entry. Their numbers are
known before the pass, so that nothing else of the log has to stay in memory.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from audit.bundle import TileStream
from audit.merkle import EMPTY_ROOT
from audit.tiles import Tile


class Marks:
    """Sizes whose root is wanted, and numbers of entries whose leaf is.

    Attributes:
        roots: the root at each wanted size that was passed.
        leaves: the leaf at each wanted number that was passed.
    """

    def __init__(self, sizes: Iterable[int] = (), seqs: Iterable[int] = ()) -> None:
        self._sizes = sorted(set(sizes))
        self._seqs = sorted(set(seqs))
        self._passed = 0
        self.roots: dict[int, bytes] = {0: EMPTY_ROOT}
        self.leaves: dict[int, bytes] = {}

    def extend(
        self, stream: TileStream, leaves: Sequence[bytes], hashes: Sequence[bytes]
    ) -> list[tuple[Tile, bytes]]:
        """Add the next leaves to the tree, and keep what is wanted of it; returns full tiles."""
        start, self._passed = self._passed, self._passed + len(leaves)
        for seq in self._within(self._seqs, start, self._passed - 1):
            self.leaves[seq] = leaves[seq - start]
        filled: list[tuple[Tile, bytes]] = []
        at = 0
        for size in self._within(self._sizes, start + 1, self._passed):
            filled += stream.extend(hashes[at : size - start])
            at = size - start
            self.roots[size] = stream.root()
        return filled + stream.extend(hashes[at:])

    @staticmethod
    def _within(wanted: list[int], first: int, last: int) -> list[int]:
        return wanted[bisect_left(wanted, first) : bisect_left(wanted, last + 1)]
