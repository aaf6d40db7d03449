"""PostgreSQL stopped, killed, cut off and brought back under load, while the server stays up."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests import postgres as pg
from tests.faults.client import Load, Reply, ready, resend
from tests.faults.launch import until
from tests.faults.proxy import Proxy
from tests.faults.report import FULL, Row
from tests.faults.server import served
from tests.faults.stand import Stand, found_stand

CUTS = 20 if FULL else 4


@contextmanager
def under_load(stand: Stand, fault: str, rounds: int) -> Iterator[tuple[Load, int]]:
    """Serve a stand under load; after the block everything must be answered, and be there."""
    row = Row(fault, stand.database, rounds)
    with served(stand) as server:
        load = Load(stand, server.port)
        try:
            until(lambda: load.acknowledged > 20, "the first answers")
            yield load, server.port
            until(lambda: ready(server.port) == (200, "ready\n"), "the server is ready again")
            before = load.acknowledged
            until(lambda: load.acknowledged > before, "new commands are taken")
        finally:
            replies = load.stop()
        refused = [reply for reply in replies.values() if not reply.facts[0]]
        assert not [reply for reply in refused if not named(reply)]
        row.acknowledged = len(replies) - len(refused)
        row.retried = len(replies)
        row.lost = resend(stand, server.port, replies)
        assert "Traceback" not in server.output.read_text()
    stand.assert_sound()
    row.close()


def named(reply: Reply) -> bool:
    """Tell whether a failure has a code, a status and a time to come back."""
    return (reply.status, reply.code) == (503, "UNAVAILABLE") and "retry-after" in reply.headers


def stop(root: Path, mode: str) -> None:
    """Stop a PostgreSQL as its administrator would."""
    owner = ["runuser", "-u", pg.OWNER, "--"]
    control = [str(pg.binaries() / "pg_ctl"), "-D", str(root / "data"), "-m", mode, "stop"]
    subprocess.run([*owner, *control], check=True, capture_output=True, cwd=root)


def freeze(root: Path) -> None:
    """Stop every process of a server's as SIGSTOP does: it takes connections, and says nothing."""
    postmaster = int((root / "data" / "postmaster.pid").read_text().split()[0])
    for pid in (postmaster, *children(postmaster)):
        os.kill(pid, signal.SIGSTOP)


def thaw(root: Path) -> None:
    """Let it speak again."""
    postmaster = int((root / "data" / "postmaster.pid").read_text().split()[0])
    for pid in (postmaster, *children(postmaster)):
        os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_server_outlives_its_postgresql(own_postgres: pg.PostgresServer, tmp_path: Path) -> None:
    """Stopped, killed, or (at full length) silent: 503 meanwhile, then all goes on by itself."""
    root = own_postgres.root
    ways: list[Callable[[], None]] = [
        lambda: stop(root, "fast"),
        lambda: stop(root, "immediate"),
        own_postgres.kill,
        *([lambda: freeze(root)] if FULL else []),
    ]
    stand = found_stand(tmp_path / "home", own_postgres.url(own_postgres.create_database()))
    with under_load(stand, "PostgreSQL stopped, killed, started", len(ways)) as (load, port):
        for way in ways:
            before = load.acknowledged
            way()
            until(lambda: ready(port)[0] == 503, "the server says it is not ready")
            if (root / "data" / "postmaster.pid").exists():
                thaw(root)
            else:
                pg.start(root)
            until(lambda: ready(port)[0] == 200, "the server is ready again")
            until(lambda seen=before: load.acknowledged > seen, "commands are taken")  # type: ignore[misc]


def test_an_idle_server_is_ready_again_without_a_caller(
    own_postgres: pg.PostgresServer, tmp_path: Path
) -> None:
    """A server taken out of its balancer while PostgreSQL was down says by itself that it is up."""
    stand = found_stand(tmp_path / "home", own_postgres.url(own_postgres.create_database()))
    with served(stand) as server:
        load = Load(stand, server.port)
        until(lambda: load.acknowledged > 0, "the first answers")
        own_postgres.kill()
        until(lambda: ready(server.port)[1].endswith("UNAVAILABLE\n"), "a batch has failed")
        load.stop()
        pg.start(own_postgres.root)
        until(lambda: ready(server.port) == (200, "ready\n"), "the server is ready again")


def test_connections_ended_in_mid_batch_lose_nothing(
    postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """pg_terminate_backend of every session, again and again, under load."""
    name = postgres_server.create_database()
    stand = found_stand(tmp_path / "home", postgres_server.url(name))
    with (
        under_load(stand, "pg_terminate_backend", CUTS),
        psycopg.connect(
            host=str(postgres_server.root), user=pg.OWNER, dbname="postgres", autocommit=True
        ) as administrator,
    ):
        for n in range(CUTS):
            time.sleep(0.1 + 0.013 * n)
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )


def test_a_connection_that_is_dropped_on_the_way_loses_nothing(
    postgres_server: pg.PostgresServer, tmp_path: Path
) -> None:
    """A proxy between drops every connection after some bytes of an answer, COMMIT's among them."""
    name = postgres_server.create_database()
    with Proxy(postgres_server.root) as proxy:
        stand = found_stand(tmp_path / "home", proxy.url(name))
        with under_load(stand, "connection dropped by a proxy", CUTS):
            for n in range(CUTS):
                time.sleep(0.1)
                proxy.drop_after(37 * n)
        assert proxy.dropped >= CUTS // 2
