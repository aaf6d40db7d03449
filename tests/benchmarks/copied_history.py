"""A ledger made ten times as long by copying what it did under later sequences.

Filling ten million transfers through the engine takes an hour. What the next transfer costs depends
on how many rows the trees hold and how these are spread over members, not on what the rows say; so
the rows are copied, each time under sequences and ids of their own, and all log tiles are made.
Such a ledger proves nothing, for its leaves tell of the first copy. Whether it measures as one that
was filled is measured by the group that uses it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from audit.growth import Growth
from audit.merkle import Frontier

CACHE_KIB = 1 << 20  # 1 GiB, while rows go in; the engine's own is smaller
HASHES = 1 << 16  # leaves hashed in one go

# Table, columns but the sequence and what else differs. Rows that nothing will change.
_COPIED = {
    "leg": "owner n transfer unit debit credit phase amount",
    "lot_use": "owner n transfer lot_seq lot_n action amount",
    "obligation": "owner n debtor creditor currency period amount contract kind",
    "log_entry": "hash leaf",
}
_TRANSFER = (
    "owner kind actor original part hold contract quote consent acceptor reason effective_at"
    " received_at recorded_at"
)
_LOT = "owner n unit obligor issuer funding expires_at currency cost amount remaining pinned"
_COMMAND = "partner request_hash code path facts"


def lengthen(path: Path, first: int, times: int) -> None:
    """Make the history from the entry ``first`` on ``times`` as long, in the database at ``path``.

    No process may have it open. ``times`` is 2 to 16: copies' ids begin with their number and stay
    below those of this century, which begin with a zero and a higher digit.
    """
    assert 2 <= times <= 16, times
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        (size,) = connection.execute("SELECT size FROM log_head").fetchone()
        place = {"first": first, "step": size - first}
        copies = ", ".join(f"({number})" for number in range(1, times))
        beside = f"(SELECT column1 AS k FROM (VALUES {copies}))"
        for table, columns in _COPIED.items():
            _copy(connection, table, columns.split(), beside, place)
        _copy(
            connection, "transfer", ["id", *_TRANSFER.split()], beside, place,
            {"id": "printf('00%x', k) || substr(id, 4)"},
        )  # fmt: skip
        # Their trees lie by owner and by key: in that order each page is written once.
        _copy(connection, "lot", _LOT.split(), beside, place, which="remaining = 0", by="owner, 1")
        _copy(
            connection, "command", ["key", *_COMMAND.split()], beside, place,
            {"key": "lower(hex(randomblob(16)))"}, by="partner, key",
        )  # fmt: skip
        _grow_tree(connection, size)
        connection.execute("PRAGMA journal_mode=WAL")


def _copy(
    connection: sqlite3.Connection, table: str, columns: list[str], copies: str,
    place: dict[str, int], instead: dict[str, str] | None = None, *,
    which: str = "TRUE", by: str = "1, owner",
) -> None:  # fmt: skip
    names = ", ".join(("seq", *columns))
    values = ", ".join(f"{(instead or {}).get(name, name)} AS {name}" for name in columns)
    by = "1" if "owner" not in columns and by.endswith("owner") else by
    connection.execute(
        f"INSERT INTO {table} ({names}) SELECT seq + k * :step AS at, {values} FROM {table}"
        f" CROSS JOIN {copies} WHERE seq >= :first AND {which} ORDER BY {by}",
        place,
    )


def _grow_tree(connection: sqlite3.Connection, size: int) -> None:
    """Hash the copied leaves into the tiles and the head."""
    (held,) = connection.execute("SELECT frontier FROM log_head").fetchone()
    frontier = Frontier.from_bytes(bytes(held))
    for hashes in batched_hashes(connection, size):
        growth = Growth(frontier, hashes)
        for tile in growth.tiles():
            connection.execute(
                "INSERT INTO log_tile VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET hashes = CAST(hashes || excluded.hashes AS BLOB)",
                (tile.level, tile.index, tile.hashes),
            )
        frontier = growth.frontier()
    connection.execute(
        "UPDATE log_head SET size = ?, frontier = ?", (frontier.size, frontier.to_bytes())
    )


def batched_hashes(connection: sqlite3.Connection, start: int) -> Iterator[list[bytes]]:
    """Yield the hashes of all leaves from ``start`` on, many at a time (RFC 6962 section 2.1)."""
    leaves = connection.execute("SELECT leaf FROM log_entry WHERE seq >= ? ORDER BY seq", (start,))
    while rows := leaves.fetchmany(HASHES):
        yield [sha256(b"\x00" + bytes(leaf)).digest() for (leaf,) in rows]
