"""A batch's statements on PostgreSQL: keys and rows as arrays for ``unnest``, new rows by COPY."""

import contextlib
from collections.abc import Sequence
from functools import cache
from typing import LiteralString, cast

import psycopg
from psycopg import errors
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from domain.errors import StoreError
from domain.store.engine import unreachable
from domain.store.session import LockedHead, Value, Values, columns, locked
from domain.store.statements import HEAD, Read, RowT
from domain.store.waits import IDLE_SECONDS_MAX, LOCK_SECONDS_MAX

# What a lost, restarting or read-only server raises (a standby after a change of roles is the last:
# class 25, an InternalError); the same statement may succeed later, over a new connection.
LOST = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
COPY_MIN = 64  # rows from which COPY's two extra messages cost less than an array's parsing

# The writer reads by key only, and a plan must not change with the statistics of the day.
_PLANNER = "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off"
# One process that hangs may not hold up all others, nor a batch wait for ever behind it.
_LIMITS = (
    f"SET lock_timeout = '{LOCK_SECONDS_MAX}s';"
    f" SET idle_in_transaction_session_timeout = '{IDLE_SECONDS_MAX}s'"
)


@cache
def read_sql(keys: str, sql: str) -> LiteralString:
    """Return the statement with its key list: one array a column."""
    if not keys:
        return _ours(sql)
    parts = [key.split(":") for key in keys.split()]
    lists = ", ".join("%s::bigint[]" if kind == "i" else "%s::text[]" for _, kind in parts)
    names = ", ".join(name for name, _ in parts)
    return _ours(sql.format(keys=f"unnest({lists}) AS k({names})"))


@cache
def insert_sql(table: str) -> LiteralString:
    """Return the insertion of whole rows, given as one array a column."""
    names, _, types = columns(table)
    unnest = ", ".join(f"%s::{each}" for each in types)
    return _ours(f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM unnest({unnest})")


@cache
def upsert_sql(table: str) -> LiteralString:
    """Return the insertion of whole rows in the place of those with the same key."""
    names, keys, _ = columns(table)
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[keys:])
    conflict = f" ON CONFLICT ({', '.join(names[:keys])}) DO UPDATE SET {sets}"
    return _ours(insert_sql(table) + conflict)


@cache
def update_sql(table: str, names: tuple[str, ...]) -> LiteralString:
    """Return the update of rows by their keys, all given as one array a column."""
    all_names, keys, kinds = columns(table)
    types = dict(zip(all_names, kinds, strict=True))
    given = (*all_names[:keys], *names)
    unnest = ", ".join(f"%s::{types[name]}" for name in given)
    sets = ", ".join(f"{name} = k.{name}" for name in names)
    where = " AND ".join(f"t.{name} = k.{name}" for name in all_names[:keys])
    source = f"unnest({unnest}) AS k({', '.join(given)})"
    return _ours(f"UPDATE {table} t SET {sets} FROM {source} WHERE {where}")


@cache
def copy_sql(table: str) -> LiteralString:
    """Return the COPY of whole rows."""
    return _ours(f"COPY {table} ({', '.join(columns(table).names)}) FROM STDIN (FORMAT BINARY)")


def _ours(sql: str) -> LiteralString:
    """Vouch for a statement put together from constants of this package."""
    return sql


class PostgresSession:
    """A writer's connection; the head's row lock makes several processes one writer."""

    def __init__(self, engine: Engine) -> None:
        """Take a connection from the engine's pool for good."""
        try:
            self._pooled = engine.raw_connection()
        except DBAPIError as error:
            raise unreachable(error, engine.url) from error
        connection = self._pooled.driver_connection
        if not isinstance(connection, psycopg.Connection):
            raise StoreError("DATABASE_UNREACHABLE", reason="not a psycopg connection")
        self._connection = connection
        self._cursor = connection.cursor()
        self._cursor.execute(_ours(f"{_PLANNER}; {_LIMITS}"))
        connection.commit()

    def begin(self) -> LockedHead:
        """Lock the head's row; what its last holder committed is visible to the next statement."""
        try:
            self._cursor.execute(_ours(HEAD + " FOR UPDATE"))
        except errors.UndefinedTable as error:
            raise StoreError("SCHEMA_MISSING") from error
        row = self._cursor.fetchone()
        return locked(cast("tuple[int, bytes, int, bytes, str, int, str, int, int] | None", row))

    def read(self, statement: Read[RowT], keys: Sequence[Values] = ()) -> list[RowT]:
        """Return the rows of all keys."""
        sql = read_sql(statement.keys, statement.sql)
        if not statement.keys:
            self._cursor.execute(sql)
        elif not keys:
            return []
        else:
            self._cursor.execute(sql, arrays(keys))
        return cast("list[RowT]", self._cursor.fetchall())

    def insert(self, table: str, rows: Sequence[Values]) -> None:
        """Add whole rows."""
        if len(rows) >= COPY_MIN:
            with self._cursor.copy(copy_sql(table)) as copy:
                copy.set_types([array.removesuffix("[]") for array in columns(table).arrays])
                for row in rows:
                    copy.write_row(row)
        elif rows:
            self._cursor.execute(insert_sql(table), arrays(rows))

    def upsert(self, table: str, rows: Sequence[Values]) -> None:
        """Put whole rows."""
        if rows:
            self._cursor.execute(upsert_sql(table), arrays(rows))

    def update(self, table: str, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Set columns of existing rows."""
        if rows:
            self._cursor.execute(update_sql(table, tuple(names)), arrays(rows))

    def delete(self, table: str, owners: Sequence[str]) -> None:
        """Remove the owners' rows."""
        sql = _ours(f"DELETE FROM {table} WHERE owner = ANY(%s::text[])")
        self._cursor.execute(sql, ([*owners],))

    def scrub(self) -> bool:
        """Do nothing: what VACUUM and the server's own log keep is the server's to remove."""
        return True

    def commit(self) -> None:
        """Commit; the server has it on its disk when this returns."""
        self._connection.commit()

    def rollback(self) -> None:
        """Forget the transaction."""
        with contextlib.suppress(psycopg.Error):
            self._connection.rollback()

    def close(self) -> None:
        """Give the connection back to be closed."""
        with contextlib.suppress(psycopg.Error):
            self._pooled.invalidate()


def arrays(rows: Sequence[Values]) -> list[list[Value]]:
    """Return rows as one list a column."""
    return [list(column) for column in zip(*rows, strict=True)]
