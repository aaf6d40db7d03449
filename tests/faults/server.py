"""`dure serve` in a process of its own, or the same with a clock and a runner that are steered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.client import ready
from tests.faults.launch import launch, running, until
from tests.faults.points import Point
from tests.faults.stand import Stand
from tests.faults.work import dure, steered_server
from tests.integration.cli.test_serve import free_port


@dataclass(frozen=True)
class Served:
    """A server: where it listens, which process it is, where it writes what it says."""

    port: int
    process: BaseProcess
    output: Path


@contextmanager
def served(stand: Stand, *, point: Point | None = None, started: bool = True) -> Iterator[Served]:
    """Run `dure serve` on a stand, from when it is ready until the block ends."""
    port = free_port()
    output = stand.home.parent / f"serve-{port}"
    process = launch(
        dure, "serve", "--port", str(port),
        environment=stand.environment, output=output, point=point,
    )  # fmt: skip
    with running(process):
        if started:
            until(lambda: ready(port)[0] != 0, "the server starts")
        yield Served(port, process, output)


@contextmanager
def steered(
    stand: Stand, folder: Path, *, queue_max: int = 100, dial: bool = False
) -> Iterator[Served]:
    """Serve a stand with the runner and the clock of `tests.faults.work`, steered by a folder."""
    port = free_port()
    output = folder / "said"
    process = launch(
        steered_server, stand, port, folder, queue_max, int(dial),
        environment={"DURE_METRICS_LOCAL": "true"}, output=output,
    )  # fmt: skip
    with running(process):
        until(lambda: ready(port)[0] != 0, "the server starts")
        yield Served(port, process, output)
