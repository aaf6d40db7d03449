"""The tree cut into tiles: files that never change once they are full.

C2SP tlog-tiles. Tile `index` of tile level L holds the nodes of tree level 8L from `256 * index`
on, at most 256; the entry bundles do the same for the leaves themselves. The last tile of a level
may be partial, `.p/W` with W hashes, 1 to 255. Numbers are written in groups of three digits, all
groups but the last behind an `x`: 1234067 is `x001/x234/067`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from audit.errors import ProofError, TileError
from audit.kinds import LEAF_BYTES_MAX
from audit.merkle import HASH_BYTES, TREE_SIZE_MAX, Nodes, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT

# Tile level 6 covers 2^48 leaves a hash; the largest tree, 2^53, needs no seventh.
LEVEL_MAX = 6

_LENGTH_BYTES = 2
_PATH = re.compile(
    rf"tile/(?P<level>[0-{LEVEL_MAX}]|entries)/(?P<number>(?:x[0-9]{{3}}/){{0,5}}[0-9]{{3}})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's place.

    Attributes:
        level: tile level 0 to `LEVEL_MAX`; None for a bundle of entries.
        index: number on its level, from 0.
        width: hashes or entries in it, 1 to `TILE_WIDTH`; less than that is a partial tile.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Write the tile's path under the log's address, `tile/0/x001/234.p/5`."""
        level = "entries" if self.level is None else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number}{partial}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Read a path that `path` could have written.

        Raises:
            TileError: `TILE_PATH`.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise TileError("TILE_PATH", path=path)
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["number"].replace("x", "").replace("/", ""))
        width = int(match["width"] or TILE_WIDTH)
        tile = cls(level, index, width)
        # Leading groups of zeros, or a width of 256 and more, would be a second spelling.
        if tile.path() != path or width > TILE_WIDTH:
            raise TileError("TILE_PATH", path=path)
        return tile

    def fits(self, size: int) -> bool:
        """Tell whether a tree of this size has all of this tile's hashes or entries."""
        nodes = size >> (TILE_HEIGHT * (self.level or 0))
        return self.index * TILE_WIDTH + self.width <= nodes


def _level_tiles(level: int | None, nodes: int) -> Iterator[Tile]:
    full, rest = divmod(nodes, TILE_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if rest:
        yield Tile(level, full, rest)


def hash_tiles(size: int) -> Iterator[Tile]:
    """Name every hash tile of a tree, level by level, each in its widest form."""
    level, nodes = 0, size
    while nodes:
        yield from _level_tiles(level, nodes)
        level, nodes = level + 1, nodes >> TILE_HEIGHT


def entry_tiles(size: int) -> Iterator[Tile]:
    """Name every entry bundle of a log, in order, each in its widest form."""
    return _level_tiles(None, size)


def hash_tile(tile: Tile, nodes: Nodes) -> bytes:
    """Put a hash tile together from its nodes.

    Raises:
        TileError: `TILE_PATH` for a bundle of entries.
    """
    if tile.level is None:
        raise TileError("TILE_PATH", path=tile.path())
    level, start = tile.level * TILE_HEIGHT, tile.index * TILE_WIDTH
    return b"".join(nodes(level, at) for at in range(start, start + tile.width))


def encode_entries(leaves: Iterable[bytes]) -> bytes:
    """Write an entry bundle: each leaf behind its length in two bytes.

    Raises:
        TileError: `BUNDLE_LEAF_TOO_LONG`.
    """
    parts: list[bytes] = []
    for leaf in leaves:
        if len(leaf) > LEAF_BYTES_MAX:
            raise TileError("BUNDLE_LEAF_TOO_LONG", length=len(leaf))
        parts += (len(leaf).to_bytes(_LENGTH_BYTES, "big"), leaf)
    return b"".join(parts)


def decode_entries(data: bytes, width: int) -> list[bytes]:
    """Read an entry bundle of exactly `width` leaves.

    Raises:
        TileError: `BUNDLE_SHORT` if leaves are missing or cut, `BUNDLE_LONG` if bytes are left.
    """
    leaves: list[bytes] = []
    at, end = 0, len(data)
    for _ in range(width):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(data[at:start], "big")
        if start > end or at > end:
            raise TileError("BUNDLE_SHORT", entries=len(leaves), expected=width)
        leaves.append(data[start:at])
    if at != end:
        raise TileError("BUNDLE_LONG", length=end, expected=at)
    return leaves


def place_of(level: int, index: int) -> tuple[int, int]:
    """Return the tile, by level and number, that holds a subtree of 2^level leaves.

    Raises:
        ProofError: `NODE_UNKNOWN` for a place that no tree has.
    """
    if level < 0 or index < 0 or (index + 1) << level > TREE_SIZE_MAX:
        raise ProofError("NODE_UNKNOWN", level=level, index=index)
    tile_level, height = divmod(level, TILE_HEIGHT)
    return tile_level, (index << height) // TILE_WIDTH


class TileNodes:
    """Answers for any complete subtree of a tree from its tiles, reading each tile once.

    It remembers what it read, so it lives as long as one request or one proof. A tree grows by
    appending only: tiles of a larger tree serve the proofs of a smaller one.
    """

    __slots__ = ("_read", "_tiles")

    def __init__(self, read_tile: Callable[[int, int], bytes]) -> None:
        """Take the tiles from `read_tile(level, index)`.

        Args:
            read_tile: returns the hashes that the tile has by now, 32 bytes each; of none, b"".
        """
        self._read = read_tile
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree of 2^level leaves.

        Raises:
            TileError: `TILE_SHORT` if its tile does not hold it.
            ProofError: `NODE_UNKNOWN` for a place that no tree has.
        """
        tile_level, tile = place_of(level, index)
        height = level % TILE_HEIGHT
        offset = (index << height) % TILE_WIDTH
        data = self._tiles.get((tile_level, tile))
        if data is None:
            data = self._tiles[tile_level, tile] = self._read(tile_level, tile)
        row = [
            data[at : at + HASH_BYTES]
            for at in range(offset * HASH_BYTES, (offset + (1 << height)) * HASH_BYTES, HASH_BYTES)
        ]
        if len(row[-1]) != HASH_BYTES:
            raise TileError("TILE_SHORT", level=tile_level, index=tile, length=len(data))
        while len(row) > 1:
            row = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=True)]
        return row[0]
