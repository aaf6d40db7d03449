"""A connection to PostgreSQL that does not wait for ever.

A server that is stopped, or behind a network that drops everything, says neither yes nor no: its
kernel may even acknowledge what is sent. No setting of the server helps then, for nobody acts on
it; so each wait for an answer has an end on our side, and the connection ends with it. What the
server was told before is done or not, as after any lost connection.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import psycopg
from psycopg.rows import TupleRow

from domain.store.waits import ANSWER_SECONDS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.abc import PQGen

_RV = TypeVar("_RV")
Base: TypeAlias = psycopg.Connection[TupleRow]


class PatientConnection(Base):
    """A connection whose every wait for the server ends after ``patience`` seconds.

    Then it is closed, and psycopg's OperationalError says so; None waits for ever.
    """

    patience: float | None = ANSWER_SECONDS_MAX

    def wait(self, gen: PQGen[_RV], interval: float = 0.1, timeout: float | None = None) -> _RV:
        """Wait for the server, as psycopg does, but not for ever."""
        patience = self.patience if timeout is None else timeout
        begun = time.monotonic()
        try:
            return super().wait(gen, interval, patience)
        except psycopg.OperationalError:
            if timeout is None and patience is not None and time.monotonic() - begun >= patience:
                self.pgconn.finish()  # what it is in the middle of can never be known
                raise psycopg.OperationalError(f"no answer within {patience:g} s") from None
            raise


@contextmanager
def patience(connection: object, seconds: float | None) -> Iterator[None]:
    """Let a connection of ours wait so long for each answer within the block; others stay."""
    if not isinstance(connection, PatientConnection):
        yield
        return
    before, connection.patience = connection.patience, seconds
    try:
        yield
    finally:
        connection.patience = before
