"""Opening a database. Readers see one snapshot; writers take their lock with their first statement.

SQLite: write-ahead log, every commit on the disk before it is answered, ``BEGIN IMMEDIATE`` for
writers (a deferred transaction that turns into a writer fails instead of waiting). PostgreSQL:
psycopg 3, READ COMMITTED for writers (they lock the log's head first, so a later statement must
see what the one before them committed), REPEATABLE READ for readers. No wait for its server is
endless (`patient`), but for those who pass over whole tables or change them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import StoreError
from domain.store.waits import ANSWER_SECONDS_MAX

BUSY_MS = 10_000  # a writer's batch takes milliseconds; ten seconds without the lock is a fault
CACHE_KIB = (
    65_536  # the writer's: pages of hot wallets; SQLite's own 2 MiB are read again and again
)
# A reader's. It is emptied whenever somebody wrote since, so it serves one loan; a server keeps up
# to eight such connections, and what one loan filled stays with the process.
READER_CACHE_KIB = 8_192
WAL_PAGES = 8_000  # 32 MiB between checkpoints, so that hot pages are moved once, not each batch
POOL_MAX = 20  # readers of one process; the writer keeps one connection of its own

SCAN_KIB = 16_384  # pages of a table passed over, and the most of a sort that stays in memory

_SERVING = (f"cache_size=-{READER_CACHE_KIB}", "temp_store=MEMORY")
_SCAN = (f"cache_size=-{SCAN_KIB}", "temp_store=FILE")
_WRITES = "dure_writes"
_EXPECTED = "sqlite:///PATH or postgresql+psycopg://..."


def open_engine(url: str) -> Engine:
    """Return an engine for ``sqlite:///PATH`` or ``postgresql+psycopg://...``.

    An SQLite file that does not exist is made empty. Nothing is migrated.

    Raises:
        StoreError: ``DATABASE_URL_INVALID``, ``DATABASE_DIRECTORY_MISSING``,
            ``DATABASE_NOT_A_DATABASE`` or ``DATABASE_UNREACHABLE``.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise StoreError("DATABASE_URL_INVALID", expected=_EXPECTED) from None
    if backend == "sqlite":
        engine = _open_sqlite(parsed)
    elif backend == "postgresql":
        # Its driver takes a tenth of the time in which a command of SQLite's starts.
        from domain.store.engine_postgres import open_postgres  # noqa: PLC0415

        engine = open_postgres(parsed, POOL_MAX)
    else:
        raise StoreError("DATABASE_URL_INVALID", expected=_EXPECTED)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except DBAPIError as error:
        engine.dispose()
        raise unreachable(error, parsed) from error
    return engine


def unreachable(error: DBAPIError, url: URL) -> StoreError:
    """Name what a failed connection means, without the password that a URL may hold."""
    place = url.database or ""
    if isinstance(error.orig, sqlite3.DatabaseError):
        if "not a database" in str(error.orig):
            return StoreError("DATABASE_NOT_A_DATABASE", path=place)
        return StoreError("DATABASE_UNREACHABLE", path=place, reason=str(error.orig)[:200])
    return StoreError("DATABASE_UNREACHABLE", path=place, reason=str(error.orig)[:200])


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        # Each connection would see a database of its own.
        raise StoreError("DATABASE_URL_INVALID", expected="sqlite:///PATH")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StoreError("DATABASE_DIRECTORY_MISSING", path=str(path.parent))
    if path.is_dir():
        raise StoreError("DATABASE_NOT_A_DATABASE", path=str(path))
    engine = create_engine(
        url, pool_size=POOL_MAX, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    _set(
        connection,
        ("journal_mode=WAL", "synchronous=FULL", f"wal_autocheckpoint={WAL_PAGES}", *_SERVING),
    )


def _set(connection: sqlite3.Connection, pragmas: tuple[str, ...]) -> None:
    cursor = connection.cursor()
    try:
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(
    engine: Engine, pragmas: tuple[str, ...] = (), seconds: float | None = ANSWER_SECONDS_MAX
) -> Iterator[Connection]:
    """Lend a connection that sees one snapshot of the database until it is given back.

    ``pragmas`` are SQLite's, and hold for this loan alone; so do ``seconds``, for which PostgreSQL
    may keep us waiting for one answer.

    Raises:
        StoreError: ``DATABASE_UNREACHABLE``, also where the connection is lost on the way.
    """
    options: dict[str, bool | str] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        opened = engine.connect()
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
    try:
        with (
            opened as connection,
            _patience(connection, seconds),
            _set_for(connection, pragmas),
            connection.execution_options(**options).begin(),
        ):
            yield connection
    except (OperationalError, InterfaceError) as error:
        raise unreachable(error, engine.url) from error


def _patience(connection: Connection, seconds: float | None) -> AbstractContextManager[None]:
    """How long the loan waits for each answer; SQLite has waits of its own (``BUSY_MS``)."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    from domain.store.patient import patience  # noqa: PLC0415

    return patience(connection.connection.driver_connection, seconds)


@contextmanager
def _set_for(connection: Connection, pragmas: tuple[str, ...]) -> Iterator[None]:
    """Set SQLite's pragmas for one loan; none can be set once a transaction has begun."""
    driver = connection.connection.driver_connection
    if not pragmas or not isinstance(driver, sqlite3.Connection):
        yield
        return
    _set(driver, pragmas)
    try:
        yield
    finally:
        _set(driver, _SERVING)


@contextmanager
def scanning(engine: Engine) -> Iterator[Connection]:
    """As ``reading``, for whoever passes over whole tables: a sort that is large goes to disk.

    It takes what time it takes, so no answer is late.

    Raises:
        StoreError: ``DATABASE_UNREACHABLE``.
    """
    with reading(engine, _SCAN, None) as connection:
        yield connection


@contextmanager
def writing(engine: Engine, seconds: float | None = ANSWER_SECONDS_MAX) -> Iterator[Connection]:
    """Lend a connection in a writer's transaction, committed unless an error leaves the block.

    ``seconds`` are how long PostgreSQL may keep us waiting for one answer.

    Raises:
        StoreError: ``DATABASE_UNREACHABLE``.
    """
    try:
        opened = engine.connect()
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
    with (
        opened as connection,
        _patience(connection, seconds),
        connection.execution_options(**{_WRITES: True}).begin(),
    ):
        yield connection
