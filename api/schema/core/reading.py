"""The read side: queries run on threads of their own, each on one snapshot of the database.

Whoever asks for much waits longer, nobody else does: one request holds at most ``SHARE_MAX`` of the
threads at a time, and a long search gives its thread back between chunks.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from api.schema.core.errors import FaultError
from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

READERS_MAX = 8  # threads of one process; more only wait for each other on two cores
SHARE_MAX = 2  # threads of one request: four such requests leave none waiting for ever
SCAN_MAX = 2_000  # rows that one request looks at, where most are another partner's
# From the question to its rows, with the wait for a thread: so that a database which keeps silent
# (`domain.store.patient`) does not keep a queue of callers silent for a multiple of that.
READ_SECONDS_MAX = 12
CHUNK = 250  # rows read at once: a statement's overhead is small beside it, its time some 10 ms

# The store's connection; only the store names the library that it comes from.
Connection: TypeAlias = Any

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Share:
    """What one request may still take of the read side.

    Every search gets one chunk even when nothing is left, so that each page leads on.
    """

    __slots__ = ("rows", "threads")

    def __init__(self) -> None:
        """Begin a request."""
        self.threads = asyncio.Semaphore(SHARE_MAX)
        self.rows = SCAN_MAX

    def look(self, rows: int) -> bool:
        """Count rows that are looked at; tell whether the request may look at more after them."""
        self.rows -= rows
        return self.rows > 0


_share: ContextVar[Share | None] = ContextVar("dure_share", default=None)


def begin_share() -> None:
    """Begin a request: what it reads from here on, in all its tasks, is its own share."""
    _share.set(Share())


def current_share() -> Share:
    """Return the share of the request at hand; work that belongs to none has a whole one."""
    return _share.get() or Share()


class Reader:
    """Runs queries off the event loop."""

    def __init__(self, lend: Callable[[], AbstractContextManager[Connection]]) -> None:
        """Take what lends a connection that sees one snapshot."""
        self._lend = lend
        self._threads = ThreadPoolExecutor(READERS_MAX, thread_name_prefix="dure-read")

    async def read(
        self, query: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Run ``query(connection, ...)``; raises FaultError ``UNAVAILABLE`` without a database."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(READ_SECONDS_MAX), current_share().threads:
                return await loop.run_in_executor(
                    self._threads, lambda: self.read_now(query, *args, **kwargs)
                )
        except (StoreError, TimeoutError):
            raise FaultError("UNAVAILABLE") from None

    def read_now(
        self, query: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Run a query on the calling thread; raises StoreError without a database."""
        with self._lend() as connection:
            return query(connection, *args, **kwargs)

    def close(self) -> None:
        """Let the threads finish and go."""
        self._threads.shutdown(wait=True, cancel_futures=True)
