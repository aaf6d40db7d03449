"""Where the time goes: the slowest lines of a batch of exchanges, and of one request over HTTP."""

import cProfile
import pstats
import random

from rich.console import Console
from rich.table import Table

from tests.benchmarks.networks import BATCH, sqlite_twin

BATCHES = 20
SHOWN = 12

Stats = dict[tuple[str, int, str], tuple[int, int, float, float, object]]


def profile(console: Console) -> None:
    """Print the functions with the most time of their own."""
    _table(console, f"a batch of {BATCH} exchanges on SQLite", _engine())


def _engine() -> cProfile.Profile:
    profiler = cProfile.Profile()
    with sqlite_twin() as (world, _):
        for _ in range(BATCHES):
            owners = [random.choice(world.members) for _ in range(BATCH)]
            commands = [world.exchange(owner, 200) for owner in owners]
            profiler.enable()
            world.run(*commands)
            profiler.disable()
    return profiler


def _table(console: Console, title: str, profiler: cProfile.Profile) -> None:
    stats: Stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]  # typeshed lacks it
    whole = sum(own for _, _, own, _, _ in stats.values())
    table = Table("function", "calls", "own time", "with what it calls", title=title)
    for (path, line, name), (_, calls, own, total, _) in sorted(
        stats.items(), key=lambda item: -item[1][2]
    )[:SHOWN]:
        place = f"{path.rpartition('/dure/')[2]}:{line} {name}" if line else name
        table.add_row(place, f"{calls:,}", f"{own / whole:.1%}", f"{total / whole:.1%}")
    console.print(table)
