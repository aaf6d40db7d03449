"""Real processes, quickly: forked from one that has imported everything, killed like any other."""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.points import Point, die_at

WAIT_SECONDS_MAX = 120  # a verb takes seconds; what takes this long hangs
PRELOADED = ["tests.faults.launch", "tests.faults.work", "api.cli.app", "api.asgi", "uvicorn"]

_context: ForkServerContext = multiprocessing.get_context("forkserver")


def _run(
    work: Callable[..., int | None],
    arguments: tuple[object, ...],
    environment: Mapping[str, str],
    output: Path,
    point: Point | None,
) -> None:
    """Run in the child: its own output, its own variables, and the point at which it dies."""
    said = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ.update(environment)
    if point is not None:
        die_at(point)
    status = work(*arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status or 0)


def launch(
    work: Callable[..., int | None],
    *arguments: object,
    environment: Mapping[str, str],
    output: Path,
    point: Point | None = None,
) -> BaseProcess:
    """Start ``work`` in a process of its own, which kills itself at ``point``."""
    _context.set_forkserver_preload(PRELOADED)
    process = _context.Process(target=_run, args=(work, arguments, environment, output, point))
    process.start()
    return process


def ended(process: BaseProcess) -> int:
    """Wait for the end; return the exit status, or less than nothing for a signal."""
    process.join(WAIT_SECONDS_MAX)
    assert process.exitcode is not None, "the process hangs"
    status = process.exitcode
    process.close()
    return status


@contextlib.contextmanager
def running(process: BaseProcess) -> Iterator[BaseProcess]:
    """Kill the process when the block is left, if nothing else has."""
    try:
        yield process
    finally:
        if process.is_alive():
            kill(process)
        process.join(WAIT_SECONDS_MAX)


def kill(process: BaseProcess) -> None:
    """Kill as nobody can refuse."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait until something holds; a claim that it does, in time."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, f"not within {seconds} s: {what}"
        time.sleep(0.05)
