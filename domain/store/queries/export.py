"""Every logged table, row by row, in the order in which a verifier reads them.

All of it is as of the connection's one snapshot, so rows and log end at the same entry. Rows
stream, many at a time, as plain tuples: PostgreSQL keeps a cursor on the server, SQLite walks its
tree.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from domain.store.queries.reader import stream
from domain.store.statements import Read
from domain.store.tables import LOGGED_TABLES, METADATA, STREAMED_TABLES

Exported = tuple[str | int, ...]


def rows(connection: Connection, table: str, columns: Sequence[str] = ()) -> Iterator[Exported]:
    """Return one logged table's rows: by (seq, owner, n) where they stream, else by their key.

    ``columns`` are a row's values in their order; by default all, as the table has them.
    """
    found = METADATA.tables[table]
    order = STREAMED_TABLES.get(table) or tuple(found.primary_key.columns.keys())
    statement = select(*(found.c[name] for name in columns or found.columns.keys())).order_by(
        *(found.c[name] for name in order)
    )
    sql = str(statement.compile(dialect=connection.dialect))
    return stream(connection, Read[Exported]("", sql))


def tables(connection: Connection) -> Mapping[str, Iterator[Exported]]:
    """Return every logged table by name; to be read one after another, in one snapshot."""
    return {table: rows(connection, table) for table in LOGGED_TABLES}
