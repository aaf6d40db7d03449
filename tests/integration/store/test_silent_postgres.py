"""A PostgreSQL that says nothing: whoever waits for it is told so, and goes on when it speaks."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Engine, event, make_url, text

from domain.errors import StoreError
from domain.store.engine import open_engine, reading, scanning
from domain.store.hot_postgres import PostgresSession
from domain.store.patient import PatientConnection
from domain.store.waits import ANSWER_SECONDS_MAX, IDLE_SECONDS_MAX, LOCK_SECONDS_MAX
from tests import postgres as pg
from tests.integration.store.world import World

PATIENCE = 0.3


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLite has no server that could fall silent."""
    return postgres_url


@contextmanager
def silent(*pids: int) -> Iterator[None]:
    """Stop processes of the server's as SIGSTOP does: its kernel still takes what is sent."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def sessions(server: pg.PostgresServer, url: str) -> list[int]:
    """Return the processes that serve a database's sessions."""
    with psycopg.connect(host=str(server.root), user=pg.OWNER, dbname="postgres") as asked:
        found = asked.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", [make_url(url).database]
        )
        return [int(pid) for (pid,) in found]


def test_a_reader_waits_so_long_for_an_answer(database_url: str) -> None:
    """Of a silent server a reader is told within its patience; the next one reads again."""
    engine = open_engine(database_url)
    begun = time.monotonic()
    with pytest.raises(StoreError) as told, reading(engine, (), PATIENCE) as connection:  # noqa: PT012
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with silent(pid):
            connection.execute(text("SELECT 1"))
    assert told.value.code == "DATABASE_UNREACHABLE"
    assert "no answer within 0.3 s" in str(told.value.facts["reason"])
    assert time.monotonic() - begun < ANSWER_SECONDS_MAX
    with reading(engine) as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    engine.dispose()


def test_whoever_passes_over_whole_tables_may_wait(database_url: str) -> None:
    """A scan outlasts any patience of the connection's own; what is lent next has it again."""
    engine = open_engine(database_url)
    event.listen(engine, "connect", _impatient)
    engine.dispose()
    with scanning(engine) as connection:
        connection.execute(text(f"SELECT pg_sleep({2 * PATIENCE})"))
    with pytest.raises(StoreError), reading(engine, (), PATIENCE) as connection:
        connection.execute(text(f"SELECT pg_sleep({2 * PATIENCE})"))
    engine.dispose()


def _impatient(connection: PatientConnection, _: object) -> None:
    connection.patience = PATIENCE


def test_a_batch_leaves_a_silent_connection(
    world: World, postgres_server: pg.PostgresServer, database_url: str
) -> None:
    """A writer whose connection falls silent goes on over another; its command is done once."""
    event.listen(world.engine, "connect", _impatient)
    world.engine.dispose()
    world.runner.close()
    mina, _ = world.members
    (first,) = world.must(world.exchange(mina, 200))
    command = world.exchange(mina, 200)
    begun = time.monotonic()
    with silent(*sessions(postgres_server, database_url)):
        (answer,) = world.must(command)
    assert PATIENCE <= time.monotonic() - begun < ANSWER_SECONDS_MAX
    (again,) = world.runner.run([command])
    assert (again.seq, again.replayed) == (answer.seq, True)
    assert answer.seq == first.seq + 1


def test_no_process_holds_the_others_up_for_ever(world: World, database_url: str) -> None:
    """A writer waits for the log's head less long than for an answer, and may not sleep on it."""
    engine: Engine = open_engine(database_url)
    session = PostgresSession(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar_one() == "0"
    shown = dict(
        session._connection.execute(  # noqa: SLF001 -- its settings are its own
            "SELECT name, setting::bigint / 1000 FROM pg_settings WHERE name IN"
            " ('lock_timeout', 'idle_in_transaction_session_timeout')"
        ).fetchall()
    )
    assert shown == {
        "lock_timeout": LOCK_SECONDS_MAX,
        "idle_in_transaction_session_timeout": IDLE_SECONDS_MAX,
    }
    assert LOCK_SECONDS_MAX < ANSWER_SECONDS_MAX < IDLE_SECONDS_MAX
    session.close()
    engine.dispose()
