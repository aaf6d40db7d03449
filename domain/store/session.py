"""What a batch asks of its database, in the few forms there are.

Rows are plain tuples in column order, a table's key first. The statements go straight to the
driver: a batch of 500 exchanges writes some 7,000 rows, and each microsecond a row counts.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple, Protocol

from sqlalchemy import BigInteger, Engine, LargeBinary

from domain.errors import StoreError
from domain.ports import Head
from domain.store.statements import Read, RowT
from domain.store.tables import METADATA

Value = str | int | bytes
Values = tuple[Value, ...]


class LockedHead(NamedTuple):
    """The log's head as read under its lock, and what the network is."""

    head: Head
    reference_version: int
    origin: str
    sandbox: bool
    simulated: bool


class Columns(NamedTuple):
    """A table's columns: names in order, how many lead as its key, and PostgreSQL's array types."""

    names: tuple[str, ...]
    keys: int
    arrays: tuple[str, ...]


@cache
def columns(table: str) -> Columns:
    """Return the columns of one of our tables."""
    found = METADATA.tables[table]
    arrays = tuple(
        "bigint[]"
        if isinstance(column.type, BigInteger)
        else "bytea[]"
        if isinstance(column.type, LargeBinary)
        else "text[]"
        for column in found.columns
    )
    return Columns(tuple(found.columns.keys()), len(found.primary_key.columns), arrays)


class Session(Protocol):
    """One connection's transaction, from the head's lock to the commit."""

    def begin(self) -> LockedHead:
        """Lock the log's head and read it, in the transaction's first statement.

        Raises:
            StoreError: ``LOG_NOT_FOUNDED`` where there is no head yet.
        """
        ...

    def read(self, statement: Read[RowT], keys: Sequence[Values] = ()) -> list[RowT]:
        """Return the statement's rows for all keys, in no order."""
        ...

    def insert(self, table: str, rows: Sequence[Values]) -> None:
        """Add whole rows; a key that is there already is an error."""
        ...

    def upsert(self, table: str, rows: Sequence[Values]) -> None:
        """Put whole rows in the place of those with the same key."""
        ...

    def update(self, table: str, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Set the columns ``names`` of existing rows; a row is its key, then the new values."""
        ...

    def delete(self, table: str, owners: Sequence[str]) -> None:
        """Remove the owners' rows so that, as far as the database lets us, no bytes stay."""
        ...

    def scrub(self) -> bool:
        """After the commit, free what older pages keep of deleted rows; false: try again later."""
        ...

    def commit(self) -> None:
        """Make it durable; afterwards it may be answered."""
        ...

    def rollback(self) -> None:
        """Forget the transaction; raises nothing, for a lost connection has forgotten it too."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


def locked(row: tuple[int, bytes, int, bytes, str, int, str, int, int] | None) -> LockedHead:
    """Return the head of its row; raises StoreError where there is none."""
    if row is None:
        raise StoreError("LOG_NOT_FOUNDED")
    size, last_hash, last_time, frontier, checkpoint, version, origin, sandbox, simulated = row
    head = Head(size, bytes(last_hash), last_time, bytes(frontier), checkpoint)
    return LockedHead(head, version, origin, bool(sandbox), bool(simulated))


def open_session(engine: Engine) -> Session:
    """Return a session of the engine's kind; raises StoreError where the database is gone."""
    # The two drivers know this module's types; and who has SQLite need not load the other.
    if engine.dialect.name == "sqlite":
        from domain.store.hot_sqlite import SqliteSession  # noqa: PLC0415

        return SqliteSession(engine)
    from domain.store.hot_postgres import PostgresSession  # noqa: PLC0415

    return PostgresSession(engine)


def lost(engine: Engine) -> tuple[type[Exception], ...]:
    """Return what a session of the engine's kind raises where its database is lost or locked."""
    if engine.dialect.name == "sqlite":
        from domain.store import hot_sqlite  # noqa: PLC0415

        return hot_sqlite.LOST
    from domain.store import hot_postgres  # noqa: PLC0415

    return hot_postgres.LOST
