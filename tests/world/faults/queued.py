"""A bank line that waits, whatever else is wrong with the world."""

from collections.abc import Callable
from dataclasses import replace

from domain.ledger.waiting import WAITING, WaitingLine
from tests.world.network import World

HASH = "ab" * 32
FIRST = WaitingLine(HASH, 1, "", "KRW", 30, "NO_CANDIDATE", "", WAITING, "", "", 9, 0)


def waits(line: WaitingLine = FIRST, **told: object) -> Callable[[World], None]:
    """Let a line wait as told; what another fault told of it stays."""

    def wait(world: World) -> None:
        found = world.state.waiting.get(line.place, line)
        world.state.waiting[line.place] = replace(found, **told)  # type: ignore[arg-type]  # fields

    return wait
