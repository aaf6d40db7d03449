"""`make bench`: every measurement in turn; the exit status is 1 where a gate is missed.

The whole takes about ten minutes. `ARGS="--only engine"` runs one group, `--growth 10000000` and
`--memory 1000000` go as far as the gates were meant for and take their time; `--profile` says where
the time goes instead.
"""

import argparse
import sys
import time

from rich.console import Console

from tests.benchmarks.groups import GROUPS, run
from tests.benchmarks.measurement import Options, tell
from tests.benchmarks.profiles import profile

GROWTH = 100_000  # transfers; a million take about ten minutes
MEMORY = 30_000  # exchanges after the warm-up; a million show leaks of tens of bytes


def main() -> int:
    """Measure what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog='make bench ARGS="..."',
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", choices=[group.name for group in GROUPS], action="append")
    parser.add_argument("--growth", type=int, default=GROWTH, metavar="TRANSFERS")
    parser.add_argument("--memory", type=int, default=MEMORY, metavar="EXCHANGES")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    console = Console(stderr=True)
    if given.profile:
        profile(console)
        return 0
    options = Options(growth=given.growth, memory=given.memory)
    start = time.monotonic()
    with console.status("measuring") as status:

        def say(what: str) -> None:
            told = f"{time.monotonic() - start:5.0f} s  {what}"
            status.update(told)
            if not console.is_terminal:
                console.print(told)

        chosen = [group for group in GROUPS if not given.only or group.name in given.only]
        found = run(chosen, options, say)
    return tell(found)


if __name__ == "__main__":
    sys.exit(main())
