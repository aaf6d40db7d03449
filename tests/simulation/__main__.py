"""`make simulate`: random commands, faults and restarts against the model, one seed after another.

python -m tests.simulation --minutes 10          seeds counted up from a fresh one
python -m tests.simulation --seed 7 --steps 120  one seed, again
"""

import argparse
import logging
import secrets
import sys
import time

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from tests.simulation.answers import BreachError
from tests.simulation.coverage import missing, unreached_codes
from tests.simulation.figures import Figures
from tests.simulation.simulation import STEPS, in_memory, simulate


def main() -> int:
    """Simulate; 0 where nothing broke, 1 where something did or was never reached."""
    parser = argparse.ArgumentParser("tests.simulation", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=0.0, help="how long; else one seed")
    parser.add_argument("--seed", type=int, default=None, help="the first seed")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches of a seed")
    given = parser.parse_args()
    # The product tells of each fault that we make; that is its duty, and noise here.
    logging.disable(logging.CRITICAL)
    console, figures = Console(), Figures()
    seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    ends = time.monotonic() + given.minutes * 60
    columns = SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)
        while True:
            progress.update(task, description=f"seed {seed}: {figures.line()}")
            try:
                _one(seed, given.steps, figures)
            except BreachError as breach:
                progress.stop()
                return _tell(console, breach, seed, given.steps)
            seed += 1
            if time.monotonic() >= ends:
                break
    for table in figures.tables():
        console.print(table)
    console.print(f"seeds {figures.seeds[0]} to {figures.seeds[-1]}, {given.steps} steps each")
    console.print(f"codes never met: {', '.join(unreached_codes(figures))}")
    unreached = missing(figures) if given.minutes else []
    for one in unreached:
        console.print(f"never reached: {one}", style="red")
    return 1 if unreached else 0


def _one(seed: int, steps: int, figures: Figures, *, watch: bool = False) -> None:
    with in_memory() as folder:
        simulate(seed, steps, folder, figures, watch=watch)


def _tell(console: Console, breach: BreachError, seed: int, steps: int) -> int:
    """Look for the first step at which the breach can be seen, and say how to see it again."""
    found = breach
    try:
        _one(seed, steps, Figures(), watch=True)
    except BreachError as earlier:
        found = earlier
    for note in found.__notes__:
        console.print(note, markup=False, highlight=False)
    console.print(str(found), style="red", markup=False)
    again = f"python -m tests.simulation --seed {seed} --steps {found.step}"
    console.print(f"again: {again}", style="bold", markup=False)
    return 1


if __name__ == "__main__":
    sys.exit(main())
