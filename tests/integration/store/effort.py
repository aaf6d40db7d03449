"""What a read costs a database, told without a clock."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

STEP = 10  # of SQLite's virtual machine, between two counts

_PASSED = text(
    "SELECT SUM(pg_stat_get_xact_tuples_returned(oid)) FROM pg_class"
    " WHERE relname = :table OR oid IN"
    " (SELECT indexrelid FROM pg_index WHERE indrelid = CAST(:table AS regclass))"
)


@contextmanager
def work(connection: Connection, table: str, counted: list[int]) -> Iterator[None]:
    """Count SQLite's steps, or the rows that PostgreSQL passes in a table and in its indexes."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        counted.append(int(connection.execute(_PASSED, {"table": table}).scalar_one()))
        return
    steps = [0]

    def step() -> None:
        steps[0] += 1

    driver.set_progress_handler(step, STEP)
    yield
    driver.set_progress_handler(None, 0)
    counted.append(steps[0])
