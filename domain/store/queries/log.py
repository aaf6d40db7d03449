"""The log as it is kept: its head, its entries, the hashes of its tiles."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.clock import parse_instant
from domain.ports import Entry, Head
from domain.store.queries.reader import Reader, bounded, stream
from domain.store.statements import LEAVES, Read

TILE_WIDTH = 256  # hashes in a full tile (C2SP tlog-tiles)
HASH_BYTES = 32

# pk_log_entry
_LEAF_HASHES: Read[tuple[int, int, bytes]] = Read(
    "number:i",
    "SELECT k.number, e.seq, e.hash FROM {keys} CROSS JOIN log_entry e"
    f" WHERE e.seq >= k.number * {TILE_WIDTH} AND e.seq < (k.number + 1) * {TILE_WIDTH}",
)
# pk_log_tile
_TILES: Read[tuple[int, int, bytes]] = Read(
    "level:i number:i",
    "SELECT t.level, t.number, t.hashes FROM {keys} CROSS JOIN log_tile t"
    " WHERE t.level = k.level AND t.number = k.number",
)
SIZE_MAX = 2**53  # no log is larger: its sequences are integers that JSON keeps exact


class Network(NamedTuple):
    """The log's head and what the network is."""

    head: Head
    origin: str
    sandbox: bool
    simulated: bool
    reference_version: int


def network(connection: Connection) -> Network | None:
    """Return the head, None where no network was founded."""
    # pk_log_head
    row = connection.execute(
        text(
            "SELECT size, last_hash, last_time, frontier, checkpoint, origin, sandbox, simulated,"
            " reference_version FROM log_head WHERE id = 1"
        )
    ).one_or_none()
    if row is None:
        return None
    head = Head(row.size, bytes(row.last_hash), row.last_time, bytes(row.frontier), row.checkpoint)
    return Network(head, row.origin, bool(row.sandbox), bool(row.simulated), row.reference_version)


class Published(NamedTuple):
    """The checkpoint that is served, with its cosignatures, and its size."""

    size: int
    note: str


def published(connection: Connection) -> Published | None:
    """Return the checkpoint that witnesses have cosigned last; None where none ever did."""
    # pk_log_published
    row = connection.execute(
        text("SELECT size, note FROM log_published WHERE id = 1")
    ).one_or_none()
    return None if row is None else Published(row.size, row.note)


class HandoverRow(NamedTuple):
    """A handover checkpoint, and the leaf of its last entry, which names both keys."""

    size: int
    note: str
    leaf: bytes


def handovers(connection: Connection) -> list[HandoverRow]:
    """Return every handover from one key of the log to the next, oldest first."""
    # pk_log_handover, pk_log_entry
    rows = connection.execute(
        text(
            "SELECT h.size, h.note, e.leaf FROM log_handover h JOIN log_entry e"
            " ON e.seq = h.size - 1 ORDER BY h.size"
        )
    )
    return [HandoverRow(row.size, row.note, bytes(row.leaf)) for row in rows]


def entry(connection: Connection, seq: int) -> Entry | None:
    """Return one entry."""
    found = entries(connection, 1, seq - 1)
    return found[0] if found and found[0].seq == seq else None


def leaves_at(connection: Connection, seqs: Iterable[int]) -> dict[int, bytes]:
    """Return the leaves of entries by their sequence; one that the log lacks is left out."""
    rows = Reader(connection).read(LEAVES, [(seq,) for seq in sorted(set(seqs))])
    return {seq: bytes(leaf) for seq, leaf in rows}


def entries(connection: Connection, first: int, after: int = -1) -> list[Entry]:
    """Return the ``first`` entries after the sequence ``after``, oldest first."""
    # pk_log_entry
    rows = connection.execute(
        text("SELECT seq, hash, leaf FROM log_entry WHERE seq > :after ORDER BY seq LIMIT :first"),
        {"after": after, "first": bounded(first)},
    )
    return [Entry(row.seq, bytes(row.hash), bytes(row.leaf)) for row in rows]


def newest_entries(connection: Connection, first: int, before: int) -> list[Entry]:
    """Return the ``first`` entries below the sequence ``before``, newest first."""
    # pk_log_entry
    rows = connection.execute(
        text(
            "SELECT seq, hash, leaf FROM log_entry WHERE seq < :before"
            " ORDER BY seq DESC LIMIT :first"
        ),
        {"before": before, "first": bounded(first)},
    )
    return [Entry(row.seq, bytes(row.hash), bytes(row.leaf)) for row in rows]


def last_by(connection: Connection, instant: int) -> int:
    """Return the sequence of the last entry recorded by ``instant``; -1 where there was none.

    The times of entries increase, so about twenty of them are read, whatever the log's size.
    """
    found = network(connection)
    below, above = -1, 0 if found is None else found.head.size
    while above - below > 1:
        middle = (below + above) // 2
        one = entry(connection, middle)
        assert one is not None, "a log has no gaps"
        fields: dict[str, str] = json.loads(one.leaf)
        if parse_instant(fields["time"]) <= instant:
            below = middle
        else:
            above = middle
    return below


def leaves(connection: Connection, size: int = SIZE_MAX) -> Generator[bytes]:
    """Yield the first ``size`` leaves in order, streaming; by default all.

    Whoever leaves before the last one closes it, and with it the cursor.
    """
    # pk_log_entry
    sql = f"SELECT leaf FROM log_entry WHERE seq < {size:d} ORDER BY seq"
    with closing(stream(connection, Read[tuple[bytes]]("", sql))) as rows:
        for (leaf,) in rows:
            yield bytes(leaf)


def tile(connection: Connection, level: int, number: int) -> bytes:
    """Return the hashes that a tile has by now, 32 bytes each; none where it has not begun."""
    return tiles(connection, [(level, number)])[level, number]


def tiles(
    connection: Connection, places: Iterable[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """Return the hashes of tiles by (level, number), in two statements however many they are.

    Level 0 is put together from the entries, higher levels are rows.
    """
    reader = Reader(connection)
    wanted = sorted(set(places))
    leaves: dict[int, list[tuple[int, bytes]]] = {}
    numbers = [(number,) for level, number in wanted if level == 0]
    for number, seq, hash_ in reader.read(_LEAF_HASHES, numbers):
        leaves.setdefault(number, []).append((seq, hash_))
    rows = reader.read(_TILES, [place for place in wanted if place[0]])
    higher = {(level, number): bytes(hashes) for level, number, hashes in rows}
    return {
        (level, number): higher.get((level, number), b"")
        if level
        else b"".join(bytes(hash_) for _, hash_ in sorted(leaves.get(number, ())))
        for level, number in wanted
    }
