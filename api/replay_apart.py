"""The replay half of a check-up in a process of its own.

The process may be started before anybody knows which database is to be replayed: it then loads its
program beside whoever finds that out. Once begun it sends what it has done so far now and then, and
what it found in the end; nothing is shared but the database. Its snapshot is its own, as far as the
log has come by then.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection as Pipe

    from api.ledger_check import Compared

# So many words of progress at most lie in the pipe, whose 64 KiB take thousands: the replay never
# waits for whoever reads them.
WORDS_MAX = 500
END_SECONDS_MAX = 5  # for a process that has said its last word, or was told to end


class Apart:
    """A replay that goes on in another process, once it is begun."""

    def __init__(self, words: Pipe) -> None:
        """Speak to it through ``words``."""
        self._words = words
        self._advance: Callable[[int], None] = lambda _: None
        self._found: Compared | StoreError | None = None

    def begin(self, url: str, size: int, advance: Callable[[int], None]) -> None:
        """Tell it what to replay.

        Args:
            url: the database's address.
            size: about how many entries the log has.
            advance: told now and then how many were, while somebody looks or waits.
        """
        self._advance = advance
        try:
            self._words.send((url, size))
        except BrokenPipeError:
            self._found = StoreError("CHECK_INTERRUPTED")

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
        except (EOFError, ConnectionResetError):
            self._found = StoreError("CHECK_INTERRUPTED")
            return
        if isinstance(word, int):
            self._advance(word)
        else:
            self._found = word


@contextmanager
def replay_apart() -> Iterator[Apart]:
    """Start a process for a replay; it ends with the block, whatever it has done."""
    # A fork would share the database's open files, which SQLite forbids.
    context = multiprocessing.get_context("spawn")
    words, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # its end is then the pipe's
    try:
        yield Apart(words)
    finally:
        process.terminate()
        process.join(END_SECONDS_MAX)
        words.close()


def _run(words: Pipe) -> None:
    """Be the process: load, hear what to replay, replay, and say so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits hears it, and ends this
    gc.disable()  # a replay makes no cycles; collecting would only walk all of it again and again
    from api.replay_check import replay  # noqa: PLC0415 -- while whoever started this loads its own

    try:
        url, size = words.recv()
    except EOFError:
        return  # nothing was to be replayed
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
