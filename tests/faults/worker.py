"""A process that runs batches until it is killed, and says what it has answered.

python -m tests.faults.worker URL RUN NOW MEMBER...
"""

import hashlib
import itertools
import sys

from domain.clock import SimulatedClock
from tests.faults.traffic import BATCH, command_of
from tests.integration.store.world import open_world


def main(url: str, run: str, now: str, *members: str) -> None:
    """Answer each command on a line of its own: number, sequence, leaf's digest, refusal."""
    world = open_world(url, SimulatedClock(int(now)))
    everyone = list(members)
    for start in itertools.count(0, BATCH):
        commands = [command_of(run, start + i, everyone, int(now)) for i in range(BATCH)]
        lines = [
            f"{start + i} {answer.seq} {hashlib.sha256(answer.leaf).hexdigest()}"
            f" {answer.refusal.code if answer.refusal else '-'}{answer.fault}\n"
            for i, answer in enumerate(world.run(*commands))
        ]
        sys.stdout.write("".join(lines))
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
