"""A Unix socket in front of PostgreSQL's, whose connections can be dropped in mid-answer."""

import asyncio
import shutil
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from tests import postgres as pg

SOCKET = ".s.PGSQL.5432"
CHUNK = 65_536


class Proxy:
    """Passes bytes both ways until told to drop."""

    def __init__(self, upstream: Path) -> None:
        """Stand before the server whose socket lies in ``upstream``."""
        self.dropped = 0
        self._upstream = upstream / SOCKET
        self._folder = Path(tempfile.mkdtemp(prefix="dure-proxy-"))
        self._left: int | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more, and let go of everyone."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        """Give the address of a database behind the proxy."""
        return f"postgresql+psycopg://{pg.OWNER}@/{database}?host={self._folder}"

    def drop_after(self, size: int) -> None:
        """Drop every connection once the server has sent ``size`` more bytes."""
        self._loop.call_soon_threadsafe(self._arm, size)

    def _arm(self, size: int) -> None:
        self._left = size

    async def _listen(self) -> None:
        self._server = await asyncio.start_unix_server(self._meet, self._folder / SOCKET)

    async def _end(self) -> None:
        self._server.close()
        tasks = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        self._drop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, outside = await asyncio.open_unix_connection(self._upstream)
        self._writers |= {writer, outside}
        try:
            await asyncio.gather(
                self._pass(reader, outside, answers=False), self._pass(inside, writer, answers=True)
            )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            outside.close()
            self._writers -= {writer, outside}

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        while data := await reader.read(CHUNK):
            if answers and self._left is not None:
                self._left -= len(data)
                if self._left <= 0:
                    self._left = None
                    self._drop()
                    return
            writer.write(data)
            await writer.drain()
        writer.close()

    def _drop(self) -> None:
        self.dropped += 1
        for writer in self._writers:
            writer.transport.abort()
