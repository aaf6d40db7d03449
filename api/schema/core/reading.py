"""The read side: queries run on threads of their own, each on one snapshot of the database."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from api.schema.core.errors import FaultError
from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

READERS_MAX = 8  # threads of one process; more only wait for each other on two cores

# The store's connection; only the store names the library that it comes from.
Connection: TypeAlias = Any

_P = ParamSpec("_P")
_T = TypeVar("_T")


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
            return await loop.run_in_executor(
                self._threads, lambda: self.read_now(query, *args, **kwargs)
            )
        except StoreError:
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
