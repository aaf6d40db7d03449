"""A real PostgreSQL for tests: one server a run, one empty database a test.

The server is made on demand in a directory of its own, speaks over a Unix socket there and nowhere
else, and dies with the run: whoever started the run stops it, and should that process be killed,
a watchdog of three lines notices. PostgreSQL refuses to run as root, so root becomes `postgres`.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

OWNER = "postgres"
DEBIAN_ROOT = Path("/usr/lib/postgresql")
CONNECTIONS_MAX = 200  # two workers, each with the writers of a multi-process test
START_SECONDS_MAX = 60  # a start takes half a second; a loaded CI machine takes its time
# A test's database is thrown away; only crash tests need what survives a power cut.
VOLATILE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# $1 the run, $2 the server's pid file, $3 the directory: SIGINT is PostgreSQL's fast shutdown.
WATCHDOG = (
    '(while kill -0 "$1" 2>/dev/null; do sleep 1; done; '
    'test -e "$2" && kill -INT "$(head -n 1 "$2")" && sleep 2; rm -rf "$3") >/dev/null 2>&1 &'
)


class PostgresMissingError(Exception):
    """No `initdb` on PATH nor where Debian keeps it."""


class PostgresStartError(Exception):
    """The server was there but did not start; the message holds the end of its log."""


def binaries() -> Path:
    """Find the directory of `initdb` and `pg_ctl`, the newest version first.

    Raises:
        PostgresMissingError: PostgreSQL's server is not installed.
    """
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    candidates = sorted(
        (path.parent for path in DEBIAN_ROOT.glob("*/bin/initdb")),
        key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
    )
    if not candidates:
        raise PostgresMissingError(f"no initdb on PATH nor under {DEBIAN_ROOT}")
    return candidates[-1]


@dataclass(frozen=True)
class PostgresServer:
    """A running server under `root`; the socket and the data lie there."""

    root: Path

    def url(self, database: str) -> str:
        """Give the address as SQLAlchemy writes it."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.root}"

    def create_database(self) -> str:
        """Make an empty database under a fresh name and return the name."""
        name = f"dure_{uuid.uuid4().hex}"
        self._administer("CREATE DATABASE {}", name)
        return name

    def copy_database(self, name: str) -> str:
        """Copy a database that nobody is connected to and return the copy's name."""
        copy = f"dure_{uuid.uuid4().hex}"
        self._administer("CREATE DATABASE {} TEMPLATE {}", copy, name)
        return copy

    def replace_database(self, name: str, by: str) -> None:
        """Put a copy of a database that nobody is connected to in the place of an empty one."""
        self.drop_database(name)
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, by)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending sessions that a failed test left in it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def kill(self) -> None:
        """End the server as a power cut would: no shutdown, no checkpoint; wait until it is gone.

        A session that has not got its signal yet would still take a batch.
        """
        os.kill(_postmaster(self.root), signal.SIGQUIT)
        while (self.root / "data" / "postmaster.pid").exists():
            time.sleep(0.05)

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(
            host=str(self.root), user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def database(server: PostgresServer) -> Iterator[str]:
    """Lend the address of an empty database, dropped afterwards."""
    name = server.create_database()
    try:
        yield server.url(name)
    finally:
        server.drop_database(name)


def start_once(root: Path, run_pid: int) -> PostgresServer:
    """Start the run's server, or find it started by another worker.

    Args:
        root: an existing directory with a short path (a socket's name has 107 bytes).
        run_pid: the process whose end ends the server.

    Raises:
        PostgresMissingError: PostgreSQL's server is not installed.
        PostgresStartError: it did not start.
    """
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _pid_file(root).exists():
            initialise(root)
            start(root, VOLATILE)
            _run(["sh", "-c", WATCHDOG, "sh", str(run_pid), str(_pid_file(root)), str(root)], root)
    return PostgresServer(root)


def initialise(root: Path) -> None:
    """Make a fresh cluster under `root`, owned by whoever will run it."""
    directory = binaries()
    if os.geteuid() == 0:
        shutil.chown(root, OWNER, OWNER)
    _as_owner(
        [
            str(directory / "initdb"),
            *("-D", str(root / "data"), "-U", OWNER, "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        ],
        root,
    )


def start(root: Path, settings: tuple[str, ...] = ()) -> PostgresServer:
    """Start an initialised cluster; without settings it keeps what it acknowledges."""
    options = (
        "listen_addresses=",
        f"unix_socket_directories={root}",
        f"max_connections={CONNECTIONS_MAX}",
        *settings,
    )
    _as_owner(
        [
            str(binaries() / "pg_ctl"),
            *("-D", str(root / "data"), "-l", str(root / "log"), "-w"),
            *("-t", str(START_SECONDS_MAX), "-o", " ".join(f"-c {option}" for option in options)),
            "start",
        ],
        root,
    )
    return PostgresServer(root)


def stop(root: Path) -> None:
    """Stop the server under `root` at once, if one runs there."""
    if _pid_file(root).exists():
        _as_owner(
            [str(binaries() / "pg_ctl"), "-D", str(root / "data"), "-m", "immediate", "stop"], root
        )


def _pid_file(root: Path) -> Path:
    return root / "data" / "postmaster.pid"


def _postmaster(root: Path) -> int:
    return int(_pid_file(root).read_text().splitlines()[0])


def _as_owner(command: list[str], root: Path) -> None:
    become = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    _run([*become, *command], root)


def _run(command: list[str], root: Path) -> None:
    # Output goes to a file: the server inherits it, and a pipe would never close.
    with (root / "out").open("a+b") as output:
        status = subprocess.run(
            command,
            cwd=root,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
        if status != 0:
            output.seek(0)
            end = output.read()[-2000:].decode(errors="replace")
            raise PostgresStartError(f"{command} ended with {status}:\n{end}")
