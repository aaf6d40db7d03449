"""A bundle: one folder that holds a whole log and the ledger it claims to explain.

    OUT/checkpoint               the signed checkpoint
    OUT/keys                     the verifier keys that the log ever had, one a line, the last one
                                 signs today
    OUT/handovers/SIZE           the checkpoint at which one of them gave way to the next
    OUT/handovers/SIZE.entry     its last entry, `key.rotated`, which names both
    OUT/handovers/index          those sizes, a line each; absent where there is none
    OUT/policy                   the witness policy as published, where there is one; not trusted
    OUT/tile/L/..., tile/entries the tree's tiles, as C2SP tlog-tiles names them
    OUT/ledger/TABLE.ndjson      every logged table, one row a line, in the table's order
    OUT/stamps/SIZE.checkpoint   a checkpoint of that size; SIZE.tsr: the RFC 3161 response over it
    OUT/stamps/index             those sizes, a line each, the newest STAMPS_LISTED_MAX of them
    OUT/disclosures/entries.ndjson  what entries bind, for auditors who may see it: `disclosures`

Without `ledger` it is the log's public tree, as any file server can show it.
`write_bundle` streams: it holds a tile of leaves, or some rows, at a time. The folder appears whole
or not at all. `BundleReader` believes nothing: no link, regular files only, bounded by the format.
"""

import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from audit.errors import AuditError
from audit.kinds import LEAF_BYTES_MAX
from audit.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, root
from audit.replay.tables import TABLES, Row, Table
from audit.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, encode_entries

CHECKPOINT: Final = "checkpoint"
KEYS: Final = "keys"
HANDOVER_FOLDER: Final = "handovers/"
HANDOVER_INDEX: Final = "handovers/index"
ENTRY_SUFFIX: Final = ".entry"
POLICY: Final = "policy"
TILE_FOLDER: Final = "tile/"
STAMP_FOLDER: Final = "stamps/"
STAMP_INDEX: Final = "stamps/index"
STAMPED_SUFFIX: Final = ".checkpoint"
STAMP_SUFFIX: Final = ".tsr"
ENTRIES_LAID_OPEN: Final = "disclosures/entries.ndjson"

STAMPS_LISTED_MAX: Final = 10_000  # of more than a year, one an hour
_SIZE: Final = re.compile("0|[1-9][0-9]{0,15}")

# A row repeats parts of one leaf and adds its column names, under a thousand bytes.
LINE_BYTES_MAX: Final = LEAF_BYTES_MAX + 4096
# An entry bundle is the longest file read whole: 256 leaves, each behind its length.
ENTRIES_BYTES_MAX: Final = TILE_WIDTH * (LEAF_BYTES_MAX + 2)
# Rows written at once: enough for the cost of looking at them to vanish.
ROWS_AT_ONCE: Final = 1_000
# What tells of persons is for whoever was given the bundle, and for nobody else on a machine.
PRIVATE_FOLDER: Final = 0o700
PRIVATE_FILE: Final = 0o600
ANY_FOLDER: Final = 0o777  # less what the caller's umask takes
# Nested deeper than any tile's path (`tile/entries/x001/x234/067.p/9`, eight at the most).
FOLDER_DEPTH_MAX: Final = 12


class BundleError(AuditError):
    """A bundle cannot be written here, or a file in it cannot be read as its format says."""


def stamp_files(size: int, note: bytes, response: bytes) -> Iterator[tuple[str, bytes]]:
    """Name the two files of a time stamp: the note to the letter, and the TimeStampResp (DER)."""
    yield f"{STAMP_FOLDER}{size}{STAMPED_SUFFIX}", note
    yield f"{STAMP_FOLDER}{size}{STAMP_SUFFIX}", response


def handover_files(handovers: Sequence[tuple[int, bytes, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Name the files of handovers, each its size, its checkpoint and its entry, smallest first."""
    for size, note, entry in handovers:
        yield f"{HANDOVER_FOLDER}{size}", note
        yield f"{HANDOVER_FOLDER}{size}{ENTRY_SUFFIX}", entry
    if handovers:
        yield HANDOVER_INDEX, index_text(size for size, _, _ in handovers).encode()


def index_text(sizes: Iterable[int]) -> str:
    """Write a list of sizes, a line each."""
    return "".join(f"{size}\n" for size in sizes)


def parse_index(data: bytes) -> tuple[int, ...]:
    """Read a list of sizes, smallest first.

    Raises:
        BundleError: `INDEX_FORM` for any other spelling.
    """
    lines = data.decode("ascii", "replace").splitlines()
    if any(_SIZE.fullmatch(line) is None for line in lines):
        raise BundleError("INDEX_FORM")
    sizes = tuple(map(int, lines))
    if list(sizes) != sorted(set(sizes)) or index_text(sizes).encode() != data:
        raise BundleError("INDEX_FORM")
    return sizes


def ledger_path(table: str) -> str:
    """The path of a table's rows within a bundle."""
    return f"ledger/{table}.ndjson"


class TileStream:
    """The hash tiles of a tree whose leaves come in order, each handed out when it is full."""

    def __init__(self) -> None:
        self._rows: list[list[bytes]] = [[]]  # per tile level, the nodes of its unfinished tile
        self._full: list[int] = [0]  # per tile level, how many tiles are full

    @classmethod
    def resume(cls, size: int, rows: Sequence[bytes]) -> "TileStream":
        """Go on where a tree of `size` leaves, a multiple of 256, has these unfinished tiles.

        Args:
            size: number of leaves so far.
            rows: the bytes of the unfinished tile of each level from 0 on, b"" where none is begun.
        """
        stream = cls()
        stream._rows = [
            [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)] for data in rows
        ]
        stream._full = [size >> TILE_HEIGHT * (level + 1) for level in range(len(rows))]
        return stream

    def extend(self, leaf_hashes: Iterable[bytes]) -> list[tuple[Tile, bytes]]:
        """Add leaves; returns the tiles that they filled, with their bytes."""
        filled: list[tuple[Tile, bytes]] = []
        added = iter(leaf_hashes)
        while more := list(islice(added, TILE_WIDTH - len(self._rows[0]))):
            self._rows[0] += more
            level = 0
            while len(self._rows[level]) == TILE_WIDTH:
                row = self._rows[level]
                filled.append((Tile(level, self._full[level]), b"".join(row)))
                self._full[level] += 1
                self._rows[level] = []
                level += 1
                if level == len(self._rows):
                    self._rows.append([])
                    self._full.append(0)
                self._rows[level].append(root(row))
        return filled

    def partial(self) -> list[tuple[Tile, bytes]]:
        """The tiles that are not full, one a level at most, with their bytes."""
        return [
            (Tile(level, self._full[level], len(row)), b"".join(row))
            for level, row in enumerate(self._rows)
            if row
        ]

    def root(self) -> bytes:
        """The tree's root. A level's full nodes and the rest below them split as RFC 6962 does."""
        folded: list[bytes] = []
        for row in self._rows:
            nodes = row + folded
            folded = [root(nodes)] if nodes else []
        return folded[0] if folded else EMPTY_ROOT


def write_bundle(
    out: Path,
    checkpoint: str,
    verifier_key: str,
    leaves: Iterable[bytes],
    tables: Mapping[str, Iterable[Row]] | None,
    published: Iterable[tuple[str, bytes]] = (),
    laid_open: Iterable[bytes] | None = None,
) -> None:
    """Write a bundle. It is not checked here: what is wrong in it, a verifier is to see.

    Args:
        out: a folder that does not exist yet, or is empty.
        checkpoint: the signed note.
        verifier_key: `NAME+HEX8+BASE64`; of a log that had several, a line each, in their order.
        leaves: all leaves that the checkpoint covers, in order.
        tables: rows of every table in `TABLES`, in its columns' and its rows' order; None for the
            tree alone.
        published: further files by their path within the bundle, such as `POLICY` and handovers.
        laid_open: the lines of `ENTRIES_LAID_OPEN`; the bundle is then its owner's alone.

    Raises:
        BundleError: `BUNDLE_EXISTS`, `BUNDLE_TABLES`, `BUNDLE_ROW` or `BUNDLE_WRITE`.
        TileError: `BUNDLE_LEAF_TOO_LONG`.
    """
    if tables is not None and tables.keys() != TABLES.keys():
        odd = ",".join(sorted(tables.keys() ^ TABLES.keys()))
        raise BundleError("BUNDLE_TABLES", tables=odd)
    try:
        if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
            raise BundleError("BUNDLE_EXISTS", path=str(out))
        # A name of its own: a process killed here leaves it, and a later one may have its number.
        beside = out.with_name(f".{out.name}.{secrets.token_hex(8)}.partial")
        try:
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.mkdir(mode=PRIVATE_FOLDER if laid_open is not None else ANY_FOLDER)
            (beside / CHECKPOINT).write_text(checkpoint, encoding="utf-8")
            (beside / KEYS).write_text(f"{verifier_key}\n", encoding="utf-8")
            _write_tiles(beside, iter(leaves))
            if tables is not None:
                _write_ledger(beside, tables)
            for path, data in published:
                (beside / path).parent.mkdir(parents=True, exist_ok=True)
                (beside / path).write_bytes(data)
            if laid_open is not None:
                _write_laid_open(beside, laid_open)
            beside.rename(out)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise BundleError("BUNDLE_WRITE", path=str(out), reason=error.strerror or "") from error


def _write_laid_open(folder: Path, lines: Iterable[bytes]) -> None:
    path = folder / ENTRIES_LAID_OPEN
    path.parent.mkdir(mode=PRIVATE_FOLDER)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.writelines(lines)


def _write_tiles(folder: Path, leaves: Iterator[bytes]) -> None:
    stream = TileStream()
    index = 0
    while chunk := list(islice(leaves, TILE_WIDTH)):
        _write_tile(folder, Tile(None, index, len(chunk)), encode_entries(chunk))
        for tile, data in stream.extend(map(leaf_hash, chunk)):
            _write_tile(folder, tile, data)
        index += 1
    for tile, data in stream.partial():
        _write_tile(folder, tile, data)


def _write_tile(folder: Path, tile: Tile, data: bytes) -> None:
    path = folder / tile.path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write_ledger(folder: Path, tables: Mapping[str, Iterable[Row]]) -> None:
    (folder / "ledger").mkdir()
    for name, table in TABLES.items():
        with (folder / ledger_path(name)).open("wb") as file:
            rows = iter(tables[name])
            while chunk := list(islice(rows, ROWS_AT_ONCE)):
                file.write(_lines(table, chunk))


def _lines(table: Table, rows: list[Row]) -> bytes:
    """The lines of many rows, looked at one by one only where some row is out of the ordinary."""
    try:
        lines = table.lines(rows)
    except (UnicodeEncodeError, TypeError):
        lines = b""
    if table.is_plain(lines, len(rows)):
        return lines
    return b"".join([_line(table, row) for row in rows])


def _line(table: Table, row: Row) -> bytes:
    """A row's line. One that no leaf could have made is written all the same, as plain JSON."""
    try:
        line = table.line(row)
    except UnicodeEncodeError:
        line = b""
    except TypeError:
        raise BundleError("BUNDLE_ROW", table=table.name, row=repr(row)) from None
    if table.is_plain(line):
        return line
    return json.dumps(dict(zip(table.columns, row, strict=True))).encode() + b"\n"


class BundleReader:
    """A bundle as found on disk.

    Attributes:
        folder: where it is.
        files: regular files by their path within the bundle.
        irregular: paths of links, devices, pipes, and of folders nested too deep.
    """

    def __init__(self, folder: Path) -> None:
        """Look through the folder once.

        Raises:
            BundleError: `FILE_UNREADABLE` where a folder cannot be listed.
        """
        self.folder = folder
        self.files: set[str] = set()
        self.irregular: list[str] = []
        waiting = [("", 0)]
        while waiting:
            inside, depth = waiting.pop()
            try:
                with os.scandir(folder / inside) as entries:
                    found = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                raise _unreadable(inside, error) from error
            for entry in found:
                path = inside + entry.name
                if entry.is_file(follow_symlinks=False):
                    self.files.add(path)
                elif entry.is_dir(follow_symlinks=False) and depth < FOLDER_DEPTH_MAX:
                    waiting.append((f"{path}/", depth + 1))
                else:
                    self.irregular.append(path)

    def read(self, path: str, bytes_max: int) -> bytes:
        """A file's bytes.

        Raises:
            BundleError: `FILE_MISSING`, `FILE_UNREADABLE`, `FILE_NOT_REGULAR`, `FILE_TOO_LONG`.
        """
        with self._open(path) as file:
            try:
                data = file.read(bytes_max + 1)
            except OSError as error:
                raise _unreadable(path, error) from error
        if len(data) > bytes_max:
            raise BundleError("FILE_TOO_LONG", path=path, bytes_max=bytes_max)
        return data

    def open_rows(self, path: str, line_bytes_max: int = LINE_BYTES_MAX) -> "RowFile":
        """Open a file of lines, none of them longer than that.

        Raises:
            BundleError: `FILE_MISSING`, `FILE_UNREADABLE`, `FILE_NOT_REGULAR`.
        """
        return RowFile(path, self._open(path), line_bytes_max)

    def _open(self, path: str) -> BinaryIO:
        if path not in self.files:
            raise BundleError("FILE_MISSING", path=path)
        try:
            # A file that became a link or a pipe since the look-through is not followed or awaited.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.fdopen(os.open(self.folder / path, flags), "rb")
        except OSError as error:
            raise _unreadable(path, error) from error
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise BundleError("FILE_NOT_REGULAR", path=path)
        return file


class RowFile:
    """A ledger file, read line by line, or passed over where it is as expected."""

    def __init__(self, path: str, file: BinaryIO, line_bytes_max: int) -> None:
        self._path = path
        self._file = file
        self._line_bytes_max = line_bytes_max

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def skip(self, expected: bytes) -> bool:
        """Whether the next bytes are these; if they are not, nothing has been read.

        Raises:
            BundleError: `FILE_UNREADABLE`.
        """
        try:
            start = self._file.tell()
            if self._file.read(len(expected)) == expected:
                return True
            self._file.seek(start)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        return False

    def line(self) -> bytes | None:
        """The next line with its line feed, which the last may lack; None at the end.

        Raises:
            BundleError: `FILE_UNREADABLE`, `FILE_TOO_LONG`.
        """
        try:
            line = self._file.readline(self._line_bytes_max + 1)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if len(line) > self._line_bytes_max:
            limit = self._line_bytes_max
            raise BundleError("FILE_TOO_LONG", path=self._path, line_bytes_max=limit)
        return line or None


def _unreadable(path: str, error: OSError) -> BundleError:
    return BundleError("FILE_UNREADABLE", path=path, reason=error.strerror or "")
