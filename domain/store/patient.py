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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.abc import PQGen

# One answer takes milliseconds, the longest of a batch or a page some hundred; whoever waits at a
# till for it gives up before that. Not less: a busy disk may hold one COMMIT up for seconds.
ANSWER_SECONDS_MAX = 10.0
CONNECT_SECONDS = 5  # a server that does not answer by then is down
# For a wait on the log's head: below ANSWER_SECONDS_MAX, so that the server's own word, that the
# lock was not to be had, comes first and no session of ours goes on waiting for it unheard.
LOCK_SECONDS_MAX = 8
# For a process that was stopped while it held the log's head: a batch thinks for milliseconds
# between two statements, and all other processes wait for it meanwhile.
IDLE_SECONDS_MAX = 30
# How often a server that works on a statement looks whether its client is still there.
LOOK_SECONDS = 5
# TCP only: a peer that has gone is missed after 10 + 3 x 5 seconds, or once what was sent has stood
# unacknowledged for 20. The system's own defaults are two hours and a quarter of one.
TCP: dict[str, int] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}

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
