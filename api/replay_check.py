"""The replay half of a check-up, here or in a process of its own.

The process sends what it has done so far now and then, and what it found in the end; nothing is
shared but the database. Its snapshot is its own, as far as the log has come by then.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.ledger_check import Compared, compare
from audit.replay import TABLES
from domain.errors import StoreError
from domain.store.engine import open_engine, scanning
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection as Pipe

# So many words of progress at most lie in the pipe, whose 64 KiB take thousands: the replay never
# waits for whoever reads them.
WORDS_MAX = 500
END_SECONDS_MAX = 5  # for a process that has said its last word, or was told to end


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


class Apart:
    """A replay that goes on in another process."""

    def __init__(self, words: Pipe, advance: Callable[[int], None]) -> None:
        """Read its words from ``words``, and tell ``advance`` what is done."""
        self._words = words
        self._advance = advance
        self._found: Compared | StoreError | None = None

    def look(self) -> None:
        """Tell how far it has come, without waiting."""
        while self._found is None and self._words.poll():
            self._read()

    def wait(self) -> Compared:
        """Wait for what it found.

        Raises:
            StoreError: what it met, or ``CHECK_INTERRUPTED`` where it was ended from outside.
        """
        while self._found is None:
            self._read()
        if isinstance(self._found, StoreError):
            raise self._found
        return self._found

    def _read(self) -> None:
        try:
            word: int | Compared | StoreError = self._words.recv()
        except EOFError:
            self._found = StoreError("CHECK_INTERRUPTED")
            return
        if isinstance(word, int):
            self._advance(word)
        else:
            self._found = word


@contextmanager
def replay_apart(url: str, size: int, advance: Callable[[int], None]) -> Iterator[Apart]:
    """Begin a replay in a process of its own; it ends with the block, whatever it has done.

    Args:
        url: the database's address.
        size: about how many entries the log has.
        advance: told now and then how many were, while somebody looks or waits.
    """
    # A fork would share the database's open files, which SQLite forbids.
    context = multiprocessing.get_context("spawn")
    words, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(url, size, theirs), daemon=True)
    process.start()
    theirs.close()  # its end is then the pipe's
    try:
        yield Apart(words, advance)
    finally:
        process.terminate()
        process.join(END_SECONDS_MAX)
        words.close()


def _run(url: str, size: int, words: Pipe) -> None:
    """Be the process: replay, and say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits hears it, and ends this
    gc.disable()  # a replay makes no cycles; collecting would only walk all of it again and again
    said, step = 0, max(1, size // WORDS_MAX)

    def advance(done: int) -> None:
        nonlocal said
        if done - said >= step:
            said = done
            words.send(done)

    try:
        words.send(replay(url, advance))
    except BrokenPipeError:
        pass  # nobody is left to hear it
    except StoreError as error:
        words.send(error)
