"""What the processes do that are to be killed, starved and misled."""

import hashlib
import itertools
import os
import resource
import socket
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from api import asgi
from api.cli.app import run
from domain.clock import SystemClock
from domain.ledger.commands import Command
from domain.store.answers import Answer
from domain.store.writer import Runner
from tests.faults.stand import Stand
from tests.faults.traffic import BATCH, command_of


def dure(*arguments: str) -> int:
    """Run the `dure` command."""
    return run(arguments)


def starved(limit: int, *arguments: str) -> int:
    """Run the `dure` command where no file may be longer than ``limit`` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    return run(arguments)


def as_line(n: int, answer: Answer) -> str:
    """Return an answer on a line: number, sequence, digest of the leaf, refusal or fault."""
    refused = answer.refusal.code if answer.refusal else "-"
    return f"{n} {answer.seq} {hashlib.sha256(answer.leaf).hexdigest()} {refused}{answer.fault}"


def traffic(stand: Stand, name: str, now: int, answers: Path) -> None:
    """Run batches until killed; each answer is a line, written once it has been given."""
    network = stand.open()
    members = list(stand.members)
    with answers.open("a", encoding="ascii") as said:
        for start in itertools.count(0, BATCH):
            commands = [command_of(name, start + i, members, now) for i in range(BATCH)]
            lines = [as_line(start + i, one) for i, one in enumerate(network.runner.run(commands))]
            said.write("".join(f"{line}\n" for line in lines))
            said.flush()


class DialClock(SystemClock):
    """The machine's clock, set wrong by a file: ``+N`` or ``-N`` microseconds, or ``=N`` frozen."""

    def __init__(self, dial: Path) -> None:
        """Be right as long as there is no file."""
        self._dial = dial

    def now(self) -> int:
        """Return the instant that the dial says."""
        text = self._dial.read_text() if self._dial.exists() else "+0"
        return int(text[1:]) if text[0] == "=" else super().now() + int(text)


class SteeredRunner:
    """A runner that waits while a file `hold` lies in a folder, and raises where `raise` does."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        """Stand before ``runner``."""
        self._runner = runner
        self._folder = folder

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Wait, raise, or run."""
        while (self._folder / "hold").exists():
            time.sleep(0.01)
        if (self._folder / "raise").exists():
            raise RuntimeError("a defect outside every rule")
        if (self._folder / "leave").exists():
            raise SystemExit("a thread that would end")
        return self._runner.run(commands)

    def probe(self) -> str:
        """Probe."""
        return self._runner.probe()

    def close(self) -> None:
        """Close."""
        self._runner.close()


def steered_server(stand: Stand, port: int, folder: Path, queue_max: int, dial: int) -> None:
    """Serve like `dure serve`, with a runner, and where it has a dial a clock, that are steered."""
    network = stand.open(clock=DialClock(folder / "clock") if dial else None)
    network.runner = SteeredRunner(network.runner, folder)  # type: ignore[assignment]  # as good
    app = asgi.create_app(network, queue_max=queue_max)
    config = uvicorn.Config(
        app, loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener:
        uvicorn.Server(config).run(sockets=[listener])
    os._exit(0)
