"""The thread that gathers what is waiting into batches, so that one commit serves many callers.

While a batch is at the disk the next one gathers: nobody waits for company. The queue is bounded;
a full one answers OVERLOADED at once, which is kinder than a timeout.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import NamedTuple, Protocol

from domain.errors import OverloadedError
from domain.ledger.commands import Command
from domain.store.answers import CLOCK, INTERNAL, UNAVAILABLE, Answer

# Each connection has one change in the making, so what waits and the batch at the disk, which is no
# longer than the queue was, fit into `dure serve`'s 1,000 connections with 200 to spare: whoever
# only reads is still answered when changes are refused. It is some tenths of a second's work.
QUEUE_MAX = 400
BATCH_MAX = 500  # larger batches win little and make their first caller wait
RETRY_MS = 1_000  # what a full queue takes to drain
PROBE_SECONDS = 1.0  # how long after a fault is over readiness may still tell of it
PROBED = frozenset({INTERNAL, UNAVAILABLE, CLOCK})

_log = logging.getLogger("dure.store")


class Runner(Protocol):
    """What runs a batch; ``domain.store.batch.BatchRunner``."""

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Return one answer a command, in order."""
        ...

    def probe(self) -> str:
        """Return the fault that a batch would meet now, "" for none."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Health(NamedTuple):
    """How the writer is: ``fault`` is the last batch's, empty where it was answered.

    After a fault an idle writer probes, so that ``fault`` ends with what caused it.
    """

    alive: bool
    waiting: int
    fault: str


class _Waiting(NamedTuple):
    """A command and whom to tell: an event loop's future, or a thread's."""

    command: Command
    loop: asyncio.AbstractEventLoop | None
    waiter: "asyncio.Future[Answer] | Future[Answer]"


class Writer:
    """Takes commands from any thread or event loop; answers when they are durable."""

    def __init__(self, runner: Runner, *, queue_max: int = QUEUE_MAX) -> None:
        """Start the thread. ``queue_max`` bounds the commands that may wait."""
        self._runner = runner
        self._queue_max = queue_max
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._fault = ""
        self._thread = threading.Thread(target=self._work, name="dure-writer", daemon=True)
        self._thread.start()

    def submit(self, command: Command, loop: asyncio.AbstractEventLoop) -> "asyncio.Future[Answer]":
        """Queue a command from ``loop``'s own thread and return the future of its answer.

        Raises:
            OverloadedError: ``OVERLOADED`` with ``retry_after_ms``; the command was not taken.
        """
        future: asyncio.Future[Answer] = loop.create_future()
        self._put(_Waiting(command, loop, future))
        return future

    def run(self, command: Command) -> Answer:
        """Queue a command from a thread and wait for its answer.

        Raises:
            OverloadedError: as ``submit``.
        """
        future: Future[Answer] = Future()
        self._put(_Waiting(command, None, future))
        return future.result()

    def health(self) -> Health:
        """Tell how the writer is, for readiness."""
        return Health(self._thread.is_alive() and not self._closing, len(self._queue), self._fault)

    def close(self) -> None:
        """Take no more, answer what is waiting, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _put(self, item: _Waiting) -> None:
        with self._changed:
            if self._closing or len(self._queue) >= self._queue_max:
                raise OverloadedError("OVERLOADED", retry_after_ms=RETRY_MS)
            self._queue.append(item)
            if len(self._queue) == 1:
                self._changed.notify()

    def _work(self) -> None:
        while self._queue or not self._closing:
            items = self._take()
            if items:
                _deliver(items, self._run([item.command for item in items]))
            elif self._fault in PROBED and not self._closing:
                self._fault = self._probe()
        self._runner.close()

    def _take(self) -> list[_Waiting]:
        with self._changed:
            if not self._queue and not self._closing:
                self._changed.wait(PROBE_SECONDS if self._fault in PROBED else None)
            return [self._queue.popleft() for _ in range(min(len(self._queue), BATCH_MAX))]

    def _run(self, commands: list[Command]) -> list[Answer]:
        try:
            answers = self._runner.run(commands)
            assert len(answers) == len(commands)
        except BaseException:  # noqa: BLE001 -- the thread must outlive whatever a batch did
            # A runner answers its faults itself; should it not, callers must not wait for ever.
            _log.exception("the writer's batch failed")
            answers = [Answer(-1, fault=INTERNAL)] * len(commands)
        self._fault = answers[-1].fault
        return answers

    def _probe(self) -> str:
        try:
            return self._runner.probe()
        except BaseException:  # noqa: BLE001 -- the same
            _log.exception("the writer could not be probed")
            return INTERNAL


def _deliver(items: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
    """Hand the answers over, with one call into each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for item, answer in zip(items, answers, strict=True):
        if item.loop is None:
            item.waiter.set_result(answer)
        else:
            by_loop.setdefault(item.loop, []).append(_teller(item.waiter, answer))
    for loop, tellers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, tellers)
        except RuntimeError:
            # The loop is closed: its callers are gone. What was answered stands, and a retry
            # with the same key gets it.
            _log.warning("an event loop was closed before %d answers", len(tellers))


def _teller(
    waiter: "asyncio.Future[Answer] | Future[Answer]", answer: Answer
) -> Callable[[], None]:
    def tell() -> None:
        if not waiter.done():  # its caller may have gone
            waiter.set_result(answer)

    return tell


def _tell(tellers: Sequence[Callable[[], None]]) -> None:
    for tell in tellers:
        tell()
