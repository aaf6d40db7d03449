"""What each library's script says over its pipes, so that it can take turns with the engine.

It says `ready`, is told how many transfers (or leaves) its next turn has, and answers with the
seconds that the turn took. It stops when its input ends.
"""

import sys
import time
from collections.abc import Callable

READY = "ready"


def serve(turn: Callable[[int], None]) -> None:
    """Run turns as they are asked for, a first one of its own to warm up."""
    turn(1)
    print(READY, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        turn(int(line))
        print(time.perf_counter() - start, flush=True)
