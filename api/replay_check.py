"""The replay of the log beside a database's live rows: one half of a check-up.

It has a connection of its own, so it may run in another process (`replay_apart`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.ledger_check import Compared, compare
from audit.replay import TABLES
from domain.store.engine import open_engine, scanning
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable


def replay(url: str, advance: Callable[[int], None]) -> Compared:
    """Hold the live rows of a database against its log, on a connection of its own.

    Raises StoreError as ``open_engine`` and ``scanning`` do.
    """
    engine = open_engine(url)
    try:
        with scanning(engine) as connection:
            rows = {name: export.rows(connection, name, t.columns) for name, t in TABLES.items()}
            return compare(log_queries.leaves(connection), rows, advance)
    finally:
        engine.dispose()
