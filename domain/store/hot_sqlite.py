"""A batch's statements on SQLite: keys as one JSON parameter, rows by the dozen a statement."""

import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain

import orjson
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from domain.errors import StoreError
from domain.store.engine import BUSY_MS, CACHE_KIB, unreachable
from domain.store.session import LockedHead, Values, columns, locked
from domain.store.statements import HEAD, Read, RowT

# A statement of many rows costs each a third less than one of its own. SQLite takes 32,766
# parameters; the widest table has 24 columns.
ROWS_A_STATEMENT = 64

SCRUB_MS = 100  # how long the writer waits for readers of what an erasure deleted

# What a lost, locked or full database raises; the same statement may succeed later.
LOST = (sqlite3.OperationalError,)


@cache
def read_sql(keys: str, sql: str) -> str:
    """Return the statement with its key list: ``json_each`` over a list of lists."""
    names = [key.split(":")[0] for key in keys.split()]
    if not names:
        return sql
    if len(names) == 1:
        parts = f"value AS {names[0]}"
    else:
        parts = ", ".join(f"value ->> {place} AS {name}" for place, name in enumerate(names))
    return sql.format(keys=f"(SELECT {parts} FROM json_each(?)) AS k")


@cache
def insert_sql(table: str, rows: int = 1) -> str:
    """Return the insertion of ``rows`` whole rows."""
    names = columns(table).names
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * rows)}"


@cache
def upsert_sql(table: str, rows: int = 1) -> str:
    """Return the insertion of ``rows`` whole rows, each in the place of one with its key.

    A whole row may as well replace the old one, which takes a fifth less than to update it.
    """
    return f"REPLACE{insert_sql(table, rows).removeprefix('INSERT')}"


@cache
def update_sql(table: str, names: tuple[str, ...]) -> str:
    """Return the update of one row by its key."""
    keys = columns(table).names[: columns(table).keys]
    sets = ", ".join(f"{name} = ?{len(keys) + n}" for n, name in enumerate(names, 1))
    where = " AND ".join(f"{key} = ?{n}" for n, key in enumerate(keys, 1))
    return f"UPDATE {table} SET {sets} WHERE {where}"


def key_list(keys: Sequence[Values]) -> str:
    """Return keys as the one JSON parameter of ``read_sql``; single ones without their tuple."""
    return orjson.dumps([key[0] for key in keys] if len(keys[0]) == 1 else keys).decode()


class SqliteSession:
    """A writer's connection; ``BEGIN IMMEDIATE`` is the head's lock."""

    def __init__(self, engine: Engine) -> None:
        """Take a connection from the engine's pool for good."""
        try:
            self._pooled = engine.raw_connection()
        except DBAPIError as error:
            raise unreachable(error, engine.url) from error
        connection = self._pooled.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise StoreError("DATABASE_UNREACHABLE", reason="not an SQLite connection")
        self._connection = connection
        self._cursor = connection.cursor()
        (cache,) = self._cursor.execute("PRAGMA cache_size").fetchone()
        if cache > -CACHE_KIB:  # below zero it is KiB; whoever opened it for a bulk load gave more
            self._cursor.execute(f"PRAGMA cache_size=-{CACHE_KIB}")

    def begin(self) -> LockedHead:
        """Wait for the writer's lock, then read the head."""
        self._cursor.execute("BEGIN IMMEDIATE")
        try:
            return locked(self._cursor.execute(HEAD).fetchone())
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise StoreError("SCHEMA_MISSING") from error
            raise

    def read(self, statement: Read[RowT], keys: Sequence[Values] = ()) -> list[RowT]:
        """Return the rows of all keys."""
        sql = read_sql(statement.keys, statement.sql)
        if not statement.keys:
            return self._cursor.execute(sql).fetchall()
        if not keys:
            return []
        return self._cursor.execute(sql, (key_list(keys),)).fetchall()

    def insert(self, table: str, rows: Sequence[Values]) -> None:
        """Add whole rows."""
        self._put(insert_sql, table, rows)

    def upsert(self, table: str, rows: Sequence[Values]) -> None:
        """Put whole rows."""
        self._put(upsert_sql, table, rows)

    def _put(self, sql: Callable[[str, int], str], table: str, rows: Sequence[Values]) -> None:
        alone = len(rows) - len(rows) % ROWS_A_STATEMENT
        for start in range(0, alone, ROWS_A_STATEMENT):
            together = chain.from_iterable(rows[start : start + ROWS_A_STATEMENT])
            self._cursor.execute(sql(table, ROWS_A_STATEMENT), [*together])
        if alone < len(rows):
            self._cursor.executemany(sql(table, 1), rows[alone:])

    def update(self, table: str, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Set columns of existing rows."""
        if rows:
            self._cursor.executemany(update_sql(table, tuple(names)), rows)

    def delete(self, table: str, owners: Sequence[str]) -> None:
        """Remove the owners' rows, and write zeros where they stood."""
        self._cursor.execute("PRAGMA secure_delete = ON")
        try:
            sql = f"DELETE FROM {table} WHERE owner = ?"
            self._cursor.executemany(sql, [(owner,) for owner in owners])
        finally:
            self._cursor.execute("PRAGMA secure_delete = OFF")

    def scrub(self) -> bool:
        """Move the write-ahead log into the database and empty it: it holds what was deleted."""
        try:
            self._cursor.execute(f"PRAGMA busy_timeout = {SCRUB_MS}")
            busy, _, _ = self._cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            self._cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        except sqlite3.OperationalError:
            return False
        return not busy

    def commit(self) -> None:
        """Commit; ``synchronous=FULL`` has it on the disk when this returns."""
        self._cursor.execute("COMMIT")

    def rollback(self) -> None:
        """Forget the transaction."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.rollback()

    def close(self) -> None:
        """Give the connection back to be closed, whoever still holds its cursor.

        A cursor that a logged traceback keeps alive would keep the connection open, and its lock.
        """
        with contextlib.suppress(sqlite3.Error):
            self._cursor.close()
            self._pooled.invalidate()
