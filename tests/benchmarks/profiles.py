"""Where the time goes: the slowest lines of a batch of exchanges, and of a server that makes them.

py-spy looks at a process from outside, some hundred times a second, and sees the line that each
busy thread is at. Nothing of the product is changed for it, and little slowed down.
"""

import asyncio
import os
import random
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import library
from tests.benchmarks.client import EXCHANGE, closed_loop, mutations
from tests.benchmarks.networks import BATCH, sqlite_twin
from tests.benchmarks.over_http import CONNECTIONS
from tests.benchmarks.server_memory import served

SECONDS = 10
RATE = 200  # looks a second; more would take the time that it measures
SHOWN = 10
ROOT = str(Path(__file__).resolve().parents[2]) + "/"
RUNNER = "domain/store/batch.py"  # what lies below it is the engine


def profile(console: Console) -> None:
    """Print the lines at which most time is spent.

    Raises LibraryMissingError where py-spy is not installed or may not look.
    """
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        stacks = Path(folder) / "stacks"
        with sqlite_twin() as (world, _):
            spy = _watch(os.getpid(), stacks)
            while spy.poll() is None:
                owners = [random.choice(world.members) for _ in range(BATCH)]
                world.must(*(world.exchange(owner, 200) for owner in owners))
        _tell(console, f"batches of {BATCH} exchanges on SQLite", _lines(spy, stacks, RUNNER))
        with served(Path(folder)) as (access, _, members, process):
            spy = _watch(process, stacks, "--gil")
            body = mutations(EXCHANGE, members)
            asyncio.run(closed_loop(access, body, CONNECTIONS, SECONDS))
            spy.wait()
        title = f"`dure serve`, {CONNECTIONS} connections exchanging; what holds the interpreter"
        _tell(console, title, _lines(spy, stacks, ""))


def _watch(process: int, stacks: Path, *options: str) -> "subprocess.Popen[bytes]":
    python = Path(os.environ.get(library.PYTHON, library.DEFAULT))
    spy = python.with_name("py-spy")
    if not spy.exists():
        raise library.LibraryMissingError(f"{spy} is not there; `make bench` makes it")
    return subprocess.Popen(
        [spy, "record", "--pid", str(process), "--format", "raw", "--output", stacks,
         "--duration", str(SECONDS), "--rate", str(RATE), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _lines(spy: "subprocess.Popen[bytes]", stacks: Path, within: str) -> Counter[str]:
    """Count how often each line was where a thread was; of stacks that pass through ``within``."""
    if spy.wait() != 0:
        raise library.LibraryMissingError(f"py-spy ended with status {spy.returncode}")
    found: Counter[str] = Counter()
    for stack in stacks.read_text(encoding="utf-8").splitlines():
        frames, _, looks = stack.rpartition(" ")
        if within in frames:
            found[frames.rpartition(";")[2]] += int(looks)
    return found


def _tell(console: Console, title: str, lines: Counter[str]) -> None:
    table = Table("line", "of its time", title=title)
    for line, looks in lines.most_common(SHOWN):
        table.add_row(line.replace(ROOT, ""), f"{looks / lines.total():.1%}")
    console.print(table)
