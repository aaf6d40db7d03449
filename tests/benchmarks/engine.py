"""The engine alone: batches of exchanges, commands in, receipts out, beside raw sqlite3.

Raw sqlite3 writes the very same rows into an equal database, in one transaction a batch, with the
same settings and prepared rows: what the engine wrote is read back and played again. The two take
turns in one run, so that a noisy machine is noisy for both.
"""

import argparse
import cProfile
import pstats
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from domain.store.engine import CACHE_KIB, WAL_PAGES, reading
from domain.store.hot_sqlite import insert_sql, update_sql, upsert_sql
from domain.store.queries import log
from tests.integration.store.world import World, furnished_world, open_world

BATCH = 500
ROUNDS = 15
MEMBERS = 2_000
SINGLES = 60
GATE = 0.35  # of raw sqlite3; the target is 0.5
SINGLE_MIN = 3_000  # exchanges a second on a quiet machine; the disk decides, so it is no gate

Rows = list[tuple[str | int | bytes, ...]]
Statement = tuple[str, Rows]

# What a batch wrote from the sequence :s on, and how raw sqlite3 writes it again.
_STREAMED = ("log_entry", "transfer", "leg", "lot_use", "obligation")
_TOUCHED = (
    "SELECT DISTINCT a.* FROM leg g JOIN account a ON a.owner = g.owner AND a.unit = g.unit"
    " AND a.purpose IN (g.debit, g.credit) WHERE g.seq >= :s"
)
_USED = (
    "SELECT DISTINCT l.owner, l.seq, l.n, l.remaining, l.pinned, l.expires_at FROM lot_use u"
    " JOIN lot l ON l.owner = u.owner AND l.seq = u.lot_seq AND l.n = u.lot_n"
    " WHERE u.seq >= :s AND l.seq < :s"
)
_HEAD = "size", "last_hash", "last_time", "frontier", "checkpoint", "reference_version"


def written(engine: Engine, seq: int) -> list[Statement]:
    """Return the statements that write what the entries from ``seq`` on made."""
    with reading(engine) as connection:
        statements = [
            (insert_sql(table), _rows(connection, f"SELECT * FROM {table} WHERE seq >= :s", seq))
            for table in (*_STREAMED, "command", "lot")
        ]
        used = _rows(connection, _USED, seq)
        statements.append((update_sql("lot", ("remaining", "pinned", "expires_at")), used))
        statements.append((upsert_sql("account"), _rows(connection, _TOUCHED, seq)))
        statements.append((upsert_sql("position"), _rows(connection, "SELECT * FROM position", 0)))
        first_tile = seq >> 16
        tiles = _rows(
            connection, "SELECT * FROM log_tile WHERE level = 1 AND number >= :s", first_tile
        )
        statements.append((upsert_sql("log_tile"), tiles))
        head = _rows(connection, f"SELECT 1, {', '.join(_HEAD)} FROM log_head", 0)
        statements.append((update_sql("log_head", _HEAD), head))
    return statements


def _rows(connection: Connection, sql: str, seq: int) -> Rows:
    values = {"s": seq} if ":s" in sql else {}
    return [tuple(row) for row in connection.execute(text(sql), values)]


def raw_connection(path: Path) -> sqlite3.Connection:
    """Open a database as the engine opens its own."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"cache_size=-{CACHE_KIB}",
        f"wal_autocheckpoint={WAL_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def play(raw: sqlite3.Connection, statements: list[Statement]) -> float:
    """Write a batch's rows raw and return the seconds that it took."""
    start = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for sql, rows in statements:
        raw.executemany(sql, rows)
    raw.execute("COMMIT")
    return time.perf_counter() - start


def size(world: World) -> int:
    """Return the log's size, which is the next entry's sequence."""
    with reading(world.engine) as connection:
        network = log.network(connection)
    assert network is not None
    return network.head.size


def batches(
    world: World, raw: sqlite3.Connection, rounds: int, size_of: int, *, cold: bool = False
) -> list[tuple[float, float]]:
    """Run batches of ``size_of``; return seconds of the engine and of raw sqlite3 for each.

    A cold engine begins each batch with nothing in memory and reads every book anew.
    """
    rng = random.Random(size_of)
    found: list[tuple[float, float]] = []
    for _ in range(rounds):
        before = size(world)
        commands = [world.exchange(rng.choice(world.members), 200) for _ in range(size_of)]
        if cold:
            world.restart()
        start = time.perf_counter()
        answers = world.run(*commands)
        taken = time.perf_counter() - start
        assert all(answer.seq >= 0 for answer in answers)
        found.append((taken, play(raw, written(world.engine, before))))
    return found


def _ratio(rounds: list[tuple[float, float]]) -> float:
    return statistics.median(theirs / ours for ours, theirs in rounds)


def main() -> int:
    """Measure, print, and return 1 where a gate is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="say where the engine's time goes")
    profile = parser.parse_args().profile
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as directory:
        path = Path(directory) / "engine.sqlite3"
        furnished = furnished_world(f"sqlite:///{path}", MEMBERS)
        furnished.close()
        shutil.copy(path, path.with_name("raw.sqlite3"))
        world = open_world(f"sqlite:///{path}", furnished.clock)
        world.members = furnished.members
        raw = raw_connection(path.with_name("raw.sqlite3"))
        try:
            if profile:
                with cProfile.Profile() as profiler:
                    batches(world, raw, ROUNDS, BATCH)
                pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
                return 0
            rounds = batches(world, raw, ROUNDS, BATCH)
            cold = batches(world, raw, ROUNDS, BATCH, cold=True)
            singly = batches(world, raw, SINGLES, 1)
        finally:
            world.close()
            raw.close()
    for name, measured, each in (
        (f"batches of {BATCH}", rounds, BATCH),
        (f"batches of {BATCH}, a cold start each", cold, BATCH),
        ("one a commit", singly, 1),
    ):
        ours = each / statistics.median(seconds for seconds, _ in measured)
        theirs = each / statistics.median(seconds for _, seconds in measured)
        print(
            f"{name}: {ours:,.0f} exchanges/s; raw sqlite3, the same rows: {theirs:,.0f}/s;"
            f" ratio {_ratio(measured):.2f}"
        )
    print(f"gate {GATE} for batches, target 0.5; one a commit at least {SINGLE_MIN:,}/s")
    return int(_ratio(rounds) < GATE)


if __name__ == "__main__":
    sys.exit(main())
