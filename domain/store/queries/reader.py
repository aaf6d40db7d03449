"""How the read side runs its statements."""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING, Protocol, cast

from sqlalchemy import Connection

from domain.store import hot_sqlite
from domain.store.session import Value, Values
from domain.store.statements import Read, RowT

if TYPE_CHECKING:
    import psycopg

PAGE_MAX = 1_000  # rows at once; a caller with more wants the next page or an export
STREAM_ROWS = 2_000  # rows fetched at once of a stream; a page of memory, not the table

_stream_numbers = count()


class _Cursor(Protocol):
    """What both drivers' cursors do."""

    def execute(self, sql: str, /) -> object: ...

    def fetchmany(self, size: int, /) -> list[Values]: ...

    def close(self) -> None: ...


class Reader:
    """Runs statements on a reader's connection."""

    def __init__(self, connection: Connection) -> None:
        """Read through ``connection``, in its snapshot."""
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def read(self, statement: Read[RowT], keys: Sequence[Values] = ()) -> list[RowT]:
        """Return the statement's rows for all keys, in no order."""
        if statement.keys and not keys:
            return []
        parameters: tuple[str | list[Value], ...] = ()
        if self._sqlite:
            sql = hot_sqlite.read_sql(statement.keys, statement.sql)
            if statement.keys:
                parameters = (hot_sqlite.key_list(keys),)
        else:
            from domain.store import hot_postgres  # noqa: PLC0415 -- with its driver

            sql = hot_postgres.read_sql(statement.keys, statement.sql)
            if statement.keys:
                parameters = tuple(hot_postgres.arrays(keys))
        rows = self._connection.exec_driver_sql(sql, parameters).all()
        # A driver does not know its rows' types; the statement says them.
        return cast("list[RowT]", [tuple(row) for row in rows])


def bounded(first: int) -> int:
    """Return a page's size within 0 and ``PAGE_MAX``."""
    return max(0, min(first, PAGE_MAX))


def stream(connection: Connection, statement: Read[RowT]) -> Generator[RowT]:
    """Yield a keyless statement's rows as the driver's own tuples, in the connection's snapshot.

    Rows come many at a time, from a cursor on the server where there is one: a whole table passes
    by without being held, and without the cost of a row object each.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        cursor: _Cursor = driver.cursor()
    else:
        # Several may be open in one transaction, each by its own name.
        opened = cast("psycopg.Connection[Values]", driver)
        cursor = opened.cursor(name=f"stream_{next(_stream_numbers)}")
    with closing(cursor):
        cursor.execute(statement.sql)
        while chunk := cursor.fetchmany(STREAM_ROWS):
            # As with ``Reader``, the statement says what the driver cannot know.
            yield from cast("list[RowT]", chunk)
