"""The engine alone: batches of exchanges, commands in, receipts out, beside other writers.

A yardstick writes the very same rows into an equal database, in one transaction a batch: what the
engine wrote is read back and written again. The two take turns in one run, so that a noisy machine
is noisy for both.
"""

import random
import time
from collections.abc import Sequence
from contextlib import closing

from domain.ledger.commands import Command
from domain.store.engine import open_engine
from tests import postgres
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH, postgres_server, postgres_twin, sqlite_twin
from tests.benchmarks.rows_written import size, written
from tests.benchmarks.yardsticks import RawPostgres, RawSqlite, UnitOfWork, Yardstick, seconds
from tests.integration.store.world import World

ROUNDS = 15
UNIT_OF_WORK_ROUNDS = 5  # it is slow, and slow alike in every round
SINGLES = 60
UNIT = "exchanges/s"
COLD = "a cold start each"

SQLITE = Line(f"batches of {BATCH}", "raw sqlite3", "sqlite", UNIT, 0.35, 0.5)
SQLITE_COLD = Line(f"batches of {BATCH}, {COLD}", "raw sqlite3", "sqlite", UNIT, target=0.35)
SQLITE_SINGLY = Line("one a commit", "raw sqlite3", "sqlite", UNIT, target=0.5)
SQLITE_ORM = Line(f"batches of {BATCH}", "SQLModel's unit of work", "sqlite", UNIT, 1.0, 2.0)
POSTGRES = Line(f"batches of {BATCH}", "COPY", "postgresql", UNIT, 0.3, 0.4)

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
        commands = [world.exchange(rng.choice(world.members), 200) for _ in range(size_of)]
        if cold:
            world.restart()
        found.append(one_turn(world, yardstick, commands))
    return found


def one_turn(
    world: World, yardstick: Yardstick, commands: Sequence[Command]
) -> tuple[float, float]:
    """Run a batch, each command of which must be accepted, and write its rows again.

    Return the seconds of both.
    """
    before = size(world.engine)
    start = time.perf_counter()
    answers = world.run(*commands)
    taken = time.perf_counter() - start
    assert all(answer.seq >= 0 for answer in answers), answers[0]
    return taken, seconds(yardstick, written(world.engine, before))


def _on_sqlite() -> list[Measurement]:
    with sqlite_twin() as (world, twin), closing(RawSqlite(twin)) as raw:
        turns(world, raw, 1, BATCH)
        found = [
            SQLITE.speeds(turns(world, raw, ROUNDS, BATCH), BATCH),
            SQLITE_COLD.speeds(turns(world, raw, ROUNDS, BATCH, cold=True), BATCH),
            SQLITE_SINGLY.speeds(turns(world, raw, SINGLES, 1)),
        ]
    with (
        sqlite_twin() as (world, twin),
        closing(UnitOfWork(open_engine(f"sqlite:///{twin}"))) as unit_of_work,
    ):
        by_objects = turns(world, unit_of_work, UNIT_OF_WORK_ROUNDS, BATCH)
        found.append(SQLITE_ORM.speeds(by_objects, BATCH))
    return found


def _on_postgres(server: postgres.PostgresServer) -> list[Measurement]:
    with (
        postgres_twin(server) as (world, twin),
        closing(RawPostgres(server.url(twin))) as raw,
    ):
        turns(world, raw, 1, BATCH)
        return [POSTGRES.speeds(turns(world, raw, ROUNDS, BATCH), BATCH)]


def measure(options: Options, say: Say) -> list[Measurement]:
    """Measure on SQLite, and on PostgreSQL where its server is installed."""
    say("on SQLite")
    found = _on_sqlite()
    try:
        with postgres_server() as server:
            say("on PostgreSQL")
            found += _on_postgres(server)
    except postgres.PostgresMissingError as error:
        say(f"not measured on PostgreSQL: {error}")
    return found


GROUP = Group("engine", (SQLITE, SQLITE_COLD, SQLITE_SINGLY, SQLITE_ORM, POSTGRES), measure)
