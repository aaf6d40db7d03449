"""What a batch wrote, read back, so that a yardstick can write the very same rows again."""

from typing import Literal, NamedTuple

from sqlalchemy import Connection, Engine, text

from audit.merkle import TREE_SIZE_MAX
from domain.store.engine import reading
from domain.store.queries import log
from domain.store.session import columns

Rows = list[tuple[str | int | bytes, ...]]


class Change(NamedTuple):
    """Rows of one table that were put there, whole, or whose ``columns`` were set."""

    how: Literal["insert", "upsert", "update"]
    table: str
    rows: Rows
    columns: tuple[str, ...] = ()


_STREAMED = (
    "log_entry", "transfer", "leg", "lot_use", "obligation", "command", "lot", "hold", "quote",
)  # fmt: skip
_TOUCHED = (
    "SELECT DISTINCT a.* FROM leg g JOIN account a ON a.owner = g.owner AND a.unit = g.unit"
    " AND a.purpose IN (g.debit, g.credit) WHERE g.seq >= :s AND g.seq < :e"
    " ORDER BY 1, 2, 3"
)
_USED = (
    "SELECT DISTINCT l.owner, l.seq, l.n, l.remaining, l.pinned, l.expires_at FROM lot_use u"
    " JOIN lot l ON l.owner = u.owner AND l.seq = u.lot_seq AND l.n = u.lot_n"
    " WHERE u.seq >= :s AND u.seq < :e AND l.seq < :s ORDER BY 1, 2, 3"
)
_ENDED = (
    "SELECT owner, id, state, captured, ended_seq FROM hold"
    " WHERE ended_seq >= :s AND ended_seq < :e AND seq < :s"
)
_TAKEN = "SELECT owner, id, used_seq FROM quote WHERE used_seq >= :s AND used_seq < :e AND seq < :s"
_TILES = "SELECT * FROM log_tile WHERE level = 1 AND number >= :s"
_HEAD = ("size", "last_hash", "last_time", "frontier", "checkpoint", "reference_version")
_LEAVES_A_TILE_ROW = 65_536  # 256 hashes, each of 256 leaves


def written(engine: Engine, seq: int, end: int = TREE_SIZE_MAX) -> list[Change]:
    """Return what the entries from ``seq`` to before ``end`` made, table by table.

    Rows that change again and again are given as they stand now.
    """
    span = {"s": seq, "e": end}
    with reading(engine) as connection:
        changes = [
            Change(
                "insert",
                table,
                _rows(
                    connection,
                    f"SELECT {', '.join(columns(table).names)} FROM {table}"
                    " WHERE seq >= :s AND seq < :e",
                    **span,
                ),
            )
            for table in _STREAMED
        ]
        used = _rows(connection, _USED, **span)
        ended, taken = _rows(connection, _ENDED, **span), _rows(connection, _TAKEN, **span)
        tiles = _rows(connection, _TILES, s=seq // _LEAVES_A_TILE_ROW)
        head = _rows(connection, f"SELECT 1, {', '.join(_HEAD)} FROM log_head")
        changes += [
            Change("update", "lot", used, ("remaining", "pinned", "expires_at")),
            Change("update", "hold", ended, ("state", "captured", "ended_seq")),
            Change("update", "quote", taken, ("used_seq",)),
            Change("upsert", "account", _rows(connection, _TOUCHED, **span)),
            Change("upsert", "position", _rows(connection, "SELECT * FROM position")),
            Change("upsert", "log_tile", tiles),
            Change("update", "log_head", head, _HEAD),
        ]
    return [change for change in changes if change.rows]


def _rows(connection: Connection, sql: str, **values: int) -> Rows:
    return [tuple(row) for row in connection.execute(text(sql), values)]


def size(engine: Engine) -> int:
    """Return the log's size, which is the next entry's sequence."""
    with reading(engine) as connection:
        network = log.network(connection)
    assert network is not None
    return network.head.size
