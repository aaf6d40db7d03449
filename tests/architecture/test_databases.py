"""The databases that tests are given are real, empty, apart, and gone afterwards."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests import postgres as pg

WATCHDOG_SECONDS_MAX = 20


def is_alive(pid: int) -> bool:
    """Tell whether a process exists; a zombie counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_each_kind_is_empty_and_writable(database_url: str) -> None:
    """A database lent to a test holds no table, and takes one."""
    engine = create_engine(database_url)
    try:
        assert inspect(engine).get_table_names() == []
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE seen (n BIGINT)"))
        assert inspect(engine).get_table_names() == ["seen"]
    finally:
        engine.dispose()


def test_two_databases_are_apart_and_dropped(postgres_server: pg.PostgresServer) -> None:
    """What one test writes no other sees, and nothing is left of it afterwards."""
    with pg.database(postgres_server) as first, pg.database(postgres_server) as second:
        with psycopg.connect(first.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE mine (n BIGINT)")
        with psycopg.connect(second.replace("+psycopg", "")) as connection:
            found = connection.execute("SELECT to_regclass('mine') IS NULL").fetchone()
        assert found == (True,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(first.replace("+psycopg", ""))


def test_the_server_ends_with_a_killed_run(postgres_server: pg.PostgresServer) -> None:
    """A run killed without a chance to clean up leaves neither server nor directory."""
    assert postgres_server.root.is_dir()  # PostgreSQL is here, else this test was skipped
    root = Path(tempfile.mkdtemp(prefix="dure-pg-"))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as run:
        pg.start_once(root, run.pid)
        server = int((root / "data" / "postmaster.pid").read_text().splitlines()[0])
        assert is_alive(server)
        run.kill()
    until = time.monotonic() + WATCHDOG_SECONDS_MAX
    while time.monotonic() < until and (is_alive(server) or root.exists()):
        time.sleep(0.1)
    assert not is_alive(server)
    assert not root.exists()


def test_a_failed_start_says_why(postgres_server: pg.PostgresServer, tmp_path: Path) -> None:
    """A server that cannot start names its command and what it printed."""
    assert postgres_server.root != tmp_path  # PostgreSQL is here, but no cluster in this folder
    with pytest.raises(pg.PostgresStartError, match=r"pg_ctl.*ended with"):
        pg.start(tmp_path)
