"""Ways to write the same rows without the product: bare drivers, and an ORM's unit of work."""

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import Engine, make_url
from sqlmodel import Session, SQLModel

from domain.store import hot_postgres, hot_sqlite
from domain.store.engine import CACHE_KIB, WAL_PAGES
from domain.store.session import columns
from domain.store.tables.base import Row
from tests.benchmarks.rows_written import Change


class Yardstick(Protocol):
    """Something that can write a batch's rows."""

    name: str

    def write(self, changes: Sequence[Change]) -> None:
        """Write them and commit."""
        ...


def seconds(yardstick: Yardstick, changes: Sequence[Change]) -> float:
    """Return how long it takes to write and commit."""
    start = time.perf_counter()
    yardstick.write(changes)
    return time.perf_counter() - start


class RawSqlite:
    """The driver alone: one ``executemany`` a table, with the settings of the product."""

    name = "raw sqlite3"

    def __init__(self, path: Path) -> None:
        """Open the database."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"cache_size=-{CACHE_KIB}",
            f"wal_autocheckpoint={WAL_PAGES}",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, changes: Sequence[Change]) -> None:
        """Write them in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for how, table, rows, names in changes:
            if how == "insert":
                statement = hot_sqlite.insert_sql(table)
            elif how == "upsert":
                statement = hot_sqlite.upsert_sql(table)
            else:
                statement = hot_sqlite.update_sql(table, names)
            self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


class RawPostgres:
    """The driver alone: COPY for new rows, arrays for changed ones."""

    name = "COPY"

    def __init__(self, url: str) -> None:
        """Connect."""
        given = make_url(url).set(drivername="postgresql")
        self._connection = psycopg.connect(given.render_as_string(hide_password=False))

    def write(self, changes: Sequence[Change]) -> None:
        """Write them in one transaction."""
        with self._connection.cursor() as cursor:
            for how, table, rows, names in changes:
                if how == "insert":
                    types = [array.removesuffix("[]") for array in columns(table).arrays]
                    with cursor.copy(hot_postgres.copy_sql(table)) as copy:
                        copy.set_types(types)
                        for row in rows:
                            copy.write_row(row)
                elif how == "upsert":
                    cursor.execute(hot_postgres.upsert_sql(table), hot_postgres.arrays(rows))
                else:
                    statement = hot_postgres.update_sql(table, names)
                    cursor.execute(statement, hot_postgres.arrays(rows))
        self._connection.commit()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


class UnitOfWork:
    """SQLModel's session: an object a row, flushed by its unit of work."""

    name = "SQLModel's unit of work"

    def __init__(self, engine: Engine) -> None:
        """Write through the engine."""
        self._engine = engine
        self._classes = {str(each.__tablename__): each for each in Row.__subclasses__()}

    def write(self, changes: Sequence[Change]) -> None:
        """Write them in one transaction: new objects added, known ones fetched and changed."""
        with Session(self._engine) as session:
            for how, table, rows, names in changes:
                class_: type[SQLModel] = self._classes[table]
                found = columns(table)
                keys = found.names[: found.keys]
                for row in rows:
                    if how == "insert":
                        session.add(class_(**dict(zip(found.names, row, strict=True))))
                        continue
                    given = found.names if how == "upsert" else (*keys, *names)
                    values = dict(zip(given, row, strict=True))
                    known = session.get(class_, tuple(values[key] for key in keys))
                    if known is None:
                        session.add(class_(**values))
                    else:
                        for name, value in values.items():
                            setattr(known, name, value)
            session.commit()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
