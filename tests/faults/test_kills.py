"""A process killed in the midst of a batch: nothing answered is lost, nothing is half written."""

import os
import random
import signal
import time
from pathlib import Path

from api.bootstrap import Network
from tests.faults.launch import ended, kill, launch, until
from tests.faults.points import writer_points
from tests.faults.report import FULL, Row
from tests.faults.stand import Stand, Stands, assert_sound, last_time
from tests.faults.traffic import BATCH, command_of
from tests.faults.work import as_line, traffic

# With those of test_kills_of_verbs and test_kills_of_servers: 200 on SQLite, 50 on PostgreSQL.
KILLS = {"sqlite": 161, "postgresql": 26} if FULL else {"sqlite": 9, "postgresql": 9}
ROUNDS_A_STAND = 9  # a network grows with each; a fresh one keeps the checks short
BATCHES_MAX = 6  # before the one that is killed
ANYWHERE = "anywhere"


def killed(stand: Stand, name: str, now: int, point: str, rng: random.Random) -> dict[int, str]:
    """Start traffic, have it killed, and return what it answered."""
    answers = stand.home.parent / f"{stand.home.name}-{name}"
    answers.touch()
    chosen = writer_points(stand.database).get(point)
    if chosen is not None:
        chosen = chosen._replace(nth=rng.randrange(1, BATCHES_MAX))
    process = launch(
        traffic, stand, name, now, answers,
        environment={}, output=Path(f"{answers}.out"), point=chosen,
    )  # fmt: skip
    if chosen is None:
        until(lambda: answers.stat().st_size > 0, "the first answers")
        time.sleep(rng.uniform(0.0, 0.2))
        kill(process)
    assert ended(process) == -signal.SIGKILL, Path(f"{answers}.out").read_text()
    # The last line may be cut; a line counts as an answer once its end was written.
    lines = answers.read_text().split("\n")[:-1]
    return {int(line.split(" ")[0]): line for line in lines}


def retry(
    network: Network, members: list[str], name: str, now: int, answered: dict[int, str], row: Row
) -> None:
    """Send all again under the same keys, and what may have been on its way."""
    # One batch past the last answered one may have been committed without an answer.
    for start in range(0, max(answered, default=-1) + 1 + BATCH, BATCH):
        commands = [command_of(name, start + i, members, now) for i in range(BATCH)]
        again = network.runner.run(commands)
        for n, answer in enumerate(again, start):
            row.retried += 1
            if n in answered:
                row.lost += not answer.replayed or as_line(n, answer) != answered[n]
        # What was committed is a beginning of what was sent: old answers, then new ones.
        repeated = [answer.replayed for answer in again]
        assert repeated == sorted(repeated, reverse=True)
        assert not any(answer.fault for answer in again)


def test_a_killed_process_loses_no_answer(stands: Stands) -> None:
    """After each kill: every answer stands, retries repeat it, the rest is whole, all verifies."""
    rng = random.Random(os.environ.get("DURE_FAULTS_SEED", "crash"))
    points = [*writer_points(stands.database), ANYWHERE]
    rows = {point: Row(f"kill -9 {point}", stands.database) for point in points}
    for first in range(0, KILLS[stands.database], ROUNDS_A_STAND):
        stand = stands.copy()
        with stand.opened() as network:
            for place in range(first, min(first + ROUNDS_A_STAND, KILLS[stands.database])):
                point = points[place % len(points)]
                row, name, now = rows[point], f"run{place}", last_time(network)
                answered = killed(stand, name, now, point, rng)
                row.rounds += 1
                row.acknowledged += len(answered)
                assert_sound(network)
                retry(network, list(stand.members), name, now, answered, row)
                assert_sound(network)
                network.runner.close()  # as after a restart: nothing is remembered
    assert sum(row.acknowledged for row in rows.values()) > BATCH
    for row in rows.values():
        row.close()
