"""A process killed under load: nothing answered is lost, nothing is half written."""

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audit.bundle import write_bundle
from audit.keys import Ed25519Signer
from audit.log import Appender
from audit.verification import verify_bundle
from domain.store.batch import Answer
from domain.store.doctor import examine
from domain.store.engine import reading
from domain.store.queries import export, log
from tests import postgres as pg
from tests.faults.traffic import BATCH, command_of
from tests.integration.store.world import (
    LOG_SEED,
    ORIGIN,
    World,
    furnished_world,
    open_world,
)

FULL = os.environ.get("DURE_FAULTS") == "full"
KILLS = {"sqlite": 200 if FULL else 20, "postgresql": 50 if FULL else 5}
MEMBERS = 12


def run_until_killed(
    url: str, run: str, now: int, members: list[str], rng: random.Random
) -> dict[int, list[str]]:
    """Start a worker, kill it some time after its first answers, and return what it answered."""
    command = [sys.executable, "-m", "tests.faults.worker", url, run, str(now), *members]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        first = worker.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.3))
        worker.send_signal(signal.SIGKILL)
        said = first + worker.stdout.read()
    assert worker.returncode == -signal.SIGKILL
    # The last line may be cut; a line counts as an answer once its end was written.
    lines = [line.split(" ") for line in said.split("\n")[:-1]]
    return {int(line[0]): line[1:] for line in lines}


def as_line(answer: Answer) -> list[str]:
    """Return an answer in the form in which a worker says it."""
    refused = answer.refusal.code if answer.refusal else "-"
    return [str(answer.seq), hashlib.sha256(answer.leaf).hexdigest(), refused + answer.fault]


def assert_sound(world: World, directory: Path) -> None:
    """Hold the database against its own invariants, and its log against an auditor's replay."""
    key = Appender(ORIGIN, Ed25519Signer(LOG_SEED)).verifier_key
    with reading(world.engine) as connection:
        assert list(examine(connection)) == []
        network = log.network(connection)
        assert network is not None
        write_bundle(
            directory,
            network.head.checkpoint,
            key.text(),
            log.leaves(connection),
            export.tables(connection),
        )
    report = verify_bundle(directory, key)
    assert [finding.line() for finding in report.findings] == []
    assert report.size == network.head.size


def test_a_power_cut_of_the_server_loses_no_answer(
    postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """PostgreSQL killed and started again: a fault meanwhile, every answer afterwards."""
    assert postgres_server.root.is_dir()  # PostgreSQL is here, else this test was skipped
    root = Path(tempfile.mkdtemp(prefix="dure-pg-"))
    try:
        pg.initialise(root)
        server = pg.start(root)
        world = furnished_world(server.url(server.create_database()), MEMBERS)
        commands = [
            command_of("cut", n, world.members, world.clock.now()) for n in range(3 * BATCH)
        ]
        first = world.run(*commands)
        server.kill()
        assert {answer.fault for answer in world.run(*commands)} == {"UNAVAILABLE"}
        pg.start(root)
        again = world.run(*commands)
        assert all(answer.replayed for answer in again)
        assert [as_line(answer) for answer in again] == [as_line(answer) for answer in first]
        world.engine.dispose()  # its readers' connections died with the server
        assert_sound(world, tmp_path / "bundle")
        world.close()
    finally:
        pg.stop(root)
        shutil.rmtree(root)


def test_a_killed_process_loses_no_answer(database_url: str, tmp_path: Path) -> None:
    """After each kill: every answer stands, retries repeat it, the rest is whole, all verifies."""
    world = furnished_world(database_url, MEMBERS)
    members, now = world.members, world.clock.now()
    world.close()
    rng = random.Random(os.environ.get("DURE_FAULTS_SEED", "crash"))
    answered_in_all = 0
    for kill in range(KILLS[database_url.split(":", maxsplit=1)[0].split("+", maxsplit=1)[0]]):
        run = f"run{kill}"
        answered = run_until_killed(database_url, run, now, members, rng)
        answered_in_all += len(answered)
        survivor = open_world(database_url, world.clock)
        try:
            assert_sound(survivor, tmp_path / run)
            # One batch past the last answered one may have been committed without an answer.
            for start in range(0, max(answered) + 1 + BATCH, BATCH):
                commands = [command_of(run, start + i, members, now) for i in range(BATCH)]
                again = survivor.run(*commands)
                for i, answer in enumerate(again):
                    if start + i in answered:
                        assert answer.replayed
                        assert as_line(answer) == answered[start + i]
                # What was committed is a beginning of what was sent: old answers, then new ones.
                repeated = [answer.replayed for answer in again]
                assert repeated == sorted(repeated, reverse=True)
            assert_sound(survivor, tmp_path / f"{run}-retried")
        finally:
            survivor.close()
    assert answered_in_all > BATCH
