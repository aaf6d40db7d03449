"""A yardstick of somebody else's, in an environment and a process of its own.

`make bench` installs the libraries by `requirements-bench.lock`; nothing of ours imports them. A
script of `tests/benchmarks/libraries` takes turns as it is told over its pipes.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.libraries.turns import READY

PYTHON = "DURE_BENCH_PYTHON"  # set by `make bench`
DEFAULT = Path(".cache") / "bench-venv" / "bin" / "python"


class LibraryMissingError(Exception):
    """The environment is not there, or a script did not start in it; the message says why."""


class Library:
    """A running script."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Speak with the process."""
        self._process = process

    def seconds(self, count: int) -> float:
        """Let it do so many; return how long it took by its own clock."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return float(self.answer())

    def answer(self) -> str:
        """Return its next line."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def started(script: str, *arguments: str | Path | int) -> Iterator[Library]:
    """Start a script of `libraries` and lend it, warm.

    Raises LibraryMissingError where the environment is not made, or the script ended.
    """
    python = Path(os.environ.get(PYTHON, DEFAULT))
    if not python.exists():
        raise LibraryMissingError(f"{python} is not there; `make bench` makes it")
    process = subprocess.Popen(
        [
            python,
            "-W",
            "ignore",
            "-m",
            f"tests.benchmarks.libraries.{script}",
            *map(str, arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    library = Library(process)
    try:
        if library.answer() != READY:
            raise LibraryMissingError(f"{script} ended with status {process.wait()}")
        yield library
    finally:
        process.terminate()
        process.communicate()
