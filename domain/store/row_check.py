"""One invariant of the rows as a statement that returns what breaks it.

It is one statement, so it streams on both databases and holds nothing in memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

BREACHES_MAX = 100  # of one check; a person needs the first, and the rest to see its extent


class Finding(NamedTuple):
    """One breach: a stable code, and what it was found at."""

    code: str
    facts: dict[str, str | int]


class Check(NamedTuple):
    """An invariant: its code, what it claims, and the statement of its breaches."""

    code: str
    claim: str
    sql: str


def breaches(connection: Connection, check: Check) -> Iterator[Finding]:
    """Run one check and yield what breaks it, at most ``BREACHES_MAX``."""
    rows = connection.execute(text(f"{check.sql} LIMIT {BREACHES_MAX}"))
    names = tuple(rows.keys())
    for row in rows:
        # A sum is a Decimal on PostgreSQL; what is summed here are integers.
        facts: dict[str, str | int] = {
            name: value if isinstance(value, str) else int(value)
            for name, value in zip(names, row, strict=True)
        }
        yield Finding(check.code, facts)
