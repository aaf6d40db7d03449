"""The log held against its checkpoint: every leaf, its place in the chain, every tile, the root.

One pass over the entry bundles in order. A leaf that cannot be read breaks nothing that follows:
the chain and the tree go by its bytes, and only its effects are not replayed.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Protocol

from audit.bundle import ENTRIES_BYTES_MAX, TILE_FOLDER, BundleError, BundleReader, TileStream
from audit.checkpoint import Checkpoint
from audit.entry import PREV_NONE, Fields, decode
from audit.errors import LeafError, TileError
from audit.findings import Findings
from audit.kinds import GENESIS
from audit.marks import Marks
from audit.merkle import leaf_hashes
from audit.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, decode_entries


@dataclass(slots=True)
class Passed:
    """What the pass over the leaves saw."""

    entries: int = 0
    time: str = ""
    genesis: Fields | None = None


class Shelf(Protocol):
    """Where a log's files are: a bundle, or an address."""

    @property
    def files(self) -> Container[str]:
        """The paths that are there."""
        ...

    def read(self, path: str, bytes_max: int) -> bytes:
        """A file's bytes; raises BundleError."""
        ...


class LogCheck:
    """The pass over one log.

    Args:
        reader: the bundle, or the log's address.
        checkpoint: what the entries are held against.
        key: the trusted verifier key's text, which the genesis must name.
        marks: what to keep in passing.
        findings: where differences are told.
    """

    def __init__(
        self,
        reader: Shelf,
        checkpoint: Checkpoint,
        key: str,
        marks: Marks,
        findings: Findings,
    ) -> None:
        self._reader = reader
        self._checkpoint = checkpoint
        self._key = key
        self._marks = marks
        self._findings = findings
        self._prev = PREV_NONE
        self._passed = Passed()

    @property
    def size(self) -> int:
        """How many entries the checkpoint covers."""
        return self._checkpoint.size

    def run(self, apply: Callable[[Fields], None], progress: Callable[[int], None]) -> Passed:
        """Check all leaves and tiles; `apply` gets each readable leaf's fields, in order."""
        stream = TileStream()
        size = self._checkpoint.size
        seq = 0
        while seq < size:
            leaves = self._entries(Tile(None, seq // TILE_WIDTH, min(TILE_WIDTH, size - seq)))
            if leaves is None:
                self._findings.add("SIZE_MISMATCH", expected=size, found=seq)
                return self._passed
            hashes = leaf_hashes(leaves)
            for leaf, one in zip(leaves, hashes, strict=True):
                self._leaf(seq, leaf, apply)
                self._prev = one.hex()
                seq += 1
            self._passed.entries = seq
            self._tiles(self._marks.extend(stream, leaves, hashes))
            progress(seq)
        self._tiles(stream.partial())
        if stream.root() != self._checkpoint.root:
            self._findings.add(
                "ROOT_MISMATCH", expected=self._checkpoint.root.hex(), found=stream.root().hex()
            )
        return self._passed

    def _entries(self, tile: Tile) -> list[bytes] | None:
        """An entry bundle's leaves; None, and told, where they cannot be had."""
        path = tile.path()
        if path not in self._reader.files:
            self._findings.add("TILE_MISSING", path=path)
            return None
        try:
            return decode_entries(self._reader.read(path, ENTRIES_BYTES_MAX), tile.width)
        except BundleError as error:
            self._findings.add_error(error)
        except TileError as error:
            self._findings.add_error(error, "ENTRIES_INVALID", path=path)
        return None

    def _tiles(self, tiles: list[tuple[Tile, bytes]]) -> None:
        """Hold hash tiles against those recomputed."""
        for tile, data in tiles:
            path = tile.path()
            if path not in self._reader.files:
                self._findings.add("TILE_MISSING", path=path)
                continue
            try:
                found = self._reader.read(path, len(data))
            except BundleError as error:
                self._findings.add_error(error)
                continue
            if found != data:
                self._findings.add("TILE_CHANGED", path=path)

    def _leaf(self, seq: int, leaf: bytes, apply: Callable[[Fields], None]) -> None:
        try:
            fields = decode(leaf)
        except LeafError as error:
            self._findings.add_error(error, "NOT_CANONICAL", seq=seq)
            return
        if fields["seq"] != seq:
            self._findings.add("SEQ_BROKEN", expected=seq, found=fields["seq"])
        if fields["prev"] != self._prev:
            self._findings.add("CHAIN_BROKEN", seq=seq, expected=self._prev, found=fields["prev"])
        time = str(fields["time"])  # RFC 3339 of one length: texts are ordered as their times
        if time <= self._passed.time:
            self._findings.add("TIME_NOT_INCREASING", seq=seq, last=self._passed.time, found=time)
        self._passed.time = time
        if seq == 0 or fields["kind"] == GENESIS:
            self._genesis(seq, fields)
        apply(fields)

    def _genesis(self, seq: int, fields: Fields) -> None:
        """Entry 0 says whose log this is; no other entry may."""
        if (seq == 0) != (fields["kind"] == GENESIS):
            self._findings.add("GENESIS_INVALID", seq=seq, kind=fields["kind"])
            return
        if seq == 0:
            self._passed.genesis = fields
            origin, key = fields["origin"], fields["key"]
            if origin != self._checkpoint.origin:
                self._findings.add(
                    "ORIGIN_MISMATCH", seq=0, expected=self._checkpoint.origin, found=origin
                )
            if key != self._key:
                self._findings.add("KEY_MISMATCH", seq=0, expected=self._key, found=key)


def check_tile_names(reader: BundleReader, size: int, findings: Findings) -> None:
    """Every file under `tile/` is one that a log of this size has, in its widest form."""
    for path in sorted(reader.files):
        if path.startswith(TILE_FOLDER) and not _has_tile(path, size):
            findings.add("TILE_EXTRA", path=path)


def _has_tile(path: str, size: int) -> bool:
    try:
        tile = Tile.parse(path)
    except TileError:
        return False
    full, rest = divmod(size >> (TILE_HEIGHT * (tile.level or 0)), TILE_WIDTH)
    return (
        tile.index < full if tile.width == TILE_WIDTH else (tile.index, tile.width) == (full, rest)
    )
