"""The engine alone: batches of exchanges, commands in, receipts out, beside other writers.

A yardstick writes the very same rows into an equal database, in one transaction a batch: what the
engine wrote is read back and written again. The two take turns in one run, so that a noisy machine
is noisy for both.
"""

import argparse
import cProfile
import pstats
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from domain.store.engine import open_engine
from tests import postgres
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.rows_written import size, written
from tests.benchmarks.yardsticks import RawPostgres, RawSqlite, UnitOfWork, Yardstick, seconds
from tests.integration.store.world import World, furnished_world, open_world

BATCH = 500
ROUNDS = 15
UNIT_OF_WORK_ROUNDS = 5  # it is slow, and slow alike in every round
MEMBERS = 2_000
SINGLES = 60
UNIT = "exchanges/s"
NO_GATE = 0.0  # told, and not held against anything

Rounds = list[tuple[float, float]]


def turns(
    world: World, yardstick: Yardstick, rounds: int, size_of: int, *, cold: bool = False
) -> Rounds:
    """Run batches of ``size_of``; return seconds of the engine and of the yardstick for each.

    A cold engine begins each batch with nothing in memory and reads every book anew.
    """
    rng = random.Random(size_of)
    found: Rounds = []
    for _ in range(rounds):
        before = size(world.engine)
        commands = [world.exchange(rng.choice(world.members), 200) for _ in range(size_of)]
        if cold:
            world.restart()
        start = time.perf_counter()
        answers = world.run(*commands)
        taken = time.perf_counter() - start
        assert all(answer.seq >= 0 for answer in answers)
        found.append((taken, seconds(yardstick, written(world.engine, before))))
    return found


def measurement(
    name: str, yardstick: Yardstick, rounds: Rounds, each: int, limits: tuple[float, float]
) -> Measurement:
    """Sum rounds up: medians of both, and the median of their ratios."""
    return Measurement(
        name=f"{name}, beside {yardstick.name}",
        database="postgresql" if isinstance(yardstick, RawPostgres) else "sqlite",
        ours=each / statistics.median(ours for ours, _ in rounds),
        yardstick=each / statistics.median(theirs for _, theirs in rounds),
        ratio=statistics.median(theirs / ours for ours, theirs in rounds),
        gate=limits[0],
        target=limits[1],
        unit=UNIT,
    )


@contextmanager
def _sqlite_twin(folder: Path, name: str) -> Iterator[tuple[World, Path]]:
    """Lend a furnished network on SQLite, and the path of a database equal to it."""
    path, twin = folder / f"{name}.sqlite3", folder / f"{name}-twin.sqlite3"
    furnished = furnished_world(f"sqlite:///{path}", MEMBERS)
    furnished.close()
    shutil.copy(path, twin)
    world = open_world(f"sqlite:///{path}", furnished.clock)
    world.members = furnished.members
    with closing(world):
        yield world, twin


def _on_sqlite(folder: Path) -> list[Measurement]:
    with _sqlite_twin(folder, "raw") as (world, twin), closing(RawSqlite(twin)) as raw:
        warm = turns(world, raw, ROUNDS, BATCH)
        cold = turns(world, raw, ROUNDS, BATCH, cold=True)
        singly = turns(world, raw, SINGLES, 1)
    with (
        _sqlite_twin(folder, "orm") as (world, twin),
        closing(UnitOfWork(open_engine(f"sqlite:///{twin}"))) as unit_of_work,
    ):
        by_objects = turns(world, unit_of_work, UNIT_OF_WORK_ROUNDS, BATCH)
    return [
        measurement(f"batches of {BATCH}", raw, warm, BATCH, (0.35, 0.5)),
        measurement(f"batches of {BATCH}, a cold start each", raw, cold, BATCH, (NO_GATE, 0.35)),
        measurement("one a commit", raw, singly, 1, (NO_GATE, 0.5)),
        measurement(f"batches of {BATCH}", unit_of_work, by_objects, BATCH, (1.0, 2.0)),
    ]


def _on_postgres(root: Path) -> list[Measurement]:
    postgres.initialise(root)
    server = postgres.start(root)
    try:
        furnished = furnished_world(server.url(server.create_database()), MEMBERS)
        url = furnished.engine.url.render_as_string(hide_password=False)
        furnished.close()
        twin = server.copy_database(str(make_url(url).database))
        world = open_world(url, furnished.clock)
        world.members = furnished.members
        with closing(world), closing(RawPostgres(server.url(twin))) as raw:
            warm = turns(world, raw, ROUNDS, BATCH)
    finally:
        postgres.stop(root)
    return [measurement(f"batches of {BATCH}", raw, warm, BATCH, (0.3, 0.4))]


def measure() -> list[Measurement]:
    """Measure on SQLite, and on PostgreSQL where its server is installed."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        found = _on_sqlite(Path(folder))
    try:
        postgres.binaries()
    except postgres.PostgresMissingError as error:
        print(f"not measured on PostgreSQL: {error}")
        return found
    with tempfile.TemporaryDirectory(prefix="dure-pg-") as root:
        return found + _on_postgres(Path(root))


def profile() -> None:
    """Say where the engine's time goes on SQLite."""
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        _sqlite_twin(Path(folder), "raw") as (world, twin),
        closing(RawSqlite(twin)) as raw,
    ):
        with cProfile.Profile() as profiler:
            turns(world, raw, ROUNDS, BATCH)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    argparse.ArgumentParser(description=profile.__doc__).parse_args()
    profile()
