"""Our exchanges beside what libraries of other people do that is nearest to one.

What is equal and what is not stands in each script of `tests/benchmarks/libraries`. Theirs is one
durable commit a transfer, for they know no other way. Ours is measured twice: one a commit, as
theirs is, and in the batches that a server's writer makes of whoever is waiting.
"""

import random
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.benchmarks.library import Library, LibraryMissingError, started
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH, postgres_server, postgres_twin, sqlite_twin
from tests.integration.store.world import World

ROUNDS = 7
TURN = 40
SLOW_TURN = 4  # of what does some tens a second
UNIT = "exchanges/s"

EVENTS = "an event of eventsourcing"
ACCOUNTING = "python-accounting"
HORDAK = "django-hordak"

SINGLY = "one a commit"
BATCHED = f"batches of {BATCH}"
LINES = {
    (library, database): (
        Line(SINGLY, library, database, UNIT),
        Line(BATCHED, library, database, UNIT, 1.0, target),
    )
    for library, database, target in (
        (EVENTS, "sqlite", 2.0),
        (ACCOUNTING, "sqlite", 100.0),
        (HORDAK, "postgresql", 5.0),
        (EVENTS, "postgresql", 2.0),
    )
}


def singly(world: World, count: int) -> float:
    """Run so many exchanges, each its own commit; return the seconds."""
    commands = [world.exchange(random.choice(world.members), 200) for _ in range(count)]
    start = time.perf_counter()
    for command in commands:
        assert world.run(command)[0].seq >= 0
    return time.perf_counter() - start


def batched(world: World) -> float:
    """Run a batch; return the seconds."""
    commands = [world.exchange(random.choice(world.members), 200) for _ in range(BATCH)]
    start = time.perf_counter()
    answers = world.run(*commands)
    taken = time.perf_counter() - start
    assert all(answer.seq >= 0 for answer in answers)
    return taken


def _beside(
    world: World, library: Library, lines: tuple[Line, Line], turn: int
) -> list[Measurement]:
    """Measure both ways of ours and the one of theirs, turn by turn."""
    alone: list[tuple[float, float]] = []
    together: list[tuple[float, float]] = []
    batched(world)
    for _ in range(ROUNDS):
        ours = singly(world, TURN) / TURN
        theirs = library.seconds(turn) / turn
        alone.append((ours, theirs))
        together.append((batched(world) / BATCH, theirs))
    return [lines[0].speeds(alone), lines[1].speeds(together)]


def _on_sqlite(folder: Path, say: Say) -> list[Measurement]:
    found: list[Measurement] = []
    with sqlite_twin() as (world, _):
        for name, script, arguments, turn in (
            (EVENTS, "event_sourced", ("sqlite", folder / "events"), TURN),
            (ACCOUNTING, "accounting_entries", (folder / "accounting",), SLOW_TURN),
        ):
            say(f"beside {name} on SQLite")
            with started(script, *arguments) as library:
                found += _beside(world, library, LINES[name, "sqlite"], turn)
    return found


def _on_postgres(server: postgres.PostgresServer, say: Say) -> list[Measurement]:
    found: list[Measurement] = []
    with postgres_twin(server) as (world, _):
        for name, script, arguments in (
            (HORDAK, "hordak_transfers", ()),
            (EVENTS, "event_sourced", ("postgres",)),
        ):
            say(f"beside {name} on PostgreSQL")
            with started(script, *arguments, server.root, server.create_database()) as library:
                found += _beside(world, library, LINES[name, "postgresql"], TURN)
    return found


def measure(options: Options, say: Say) -> list[Measurement]:
    """Measure beside each library whose environment and database are there."""
    found: list[Measurement] = []
    try:
        with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
            found += _on_sqlite(Path(folder), say)
        with postgres_server() as server:
            found += _on_postgres(server, say)
    except (LibraryMissingError, postgres.PostgresMissingError) as error:
        say(f"not measured: {error}")
    return found


GROUP = Group("libraries", tuple(line for pair in LINES.values() for line in pair), measure)
