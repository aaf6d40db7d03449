"""The writer's thread: it gathers, it bounds, it outlives what goes wrong."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence

import pytest

from domain.errors import OverloadedError
from domain.ledger.commands import Actor, Command
from domain.store.batch import Answer
from domain.store.writer import BATCH_MAX, Writer


def command(id: str) -> Command:
    """Make a command that a fake runner knows by its id."""
    return Command(actor=Actor("AIR", "partner:AIR/key"), id=id)


class FakeRunner:
    """Answers each command with its own id, and waits at a gate first where asked to."""

    def __init__(self) -> None:
        """Begin with an open gate."""
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.probed = threading.Semaphore(0)
        self.batches: list[int] = []
        self.closed = False

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Answer, or break where a command says so."""
        self.entered.release()
        self.gate.wait(10)
        self.batches.append(len(commands))
        if any(one.id == "break" for one in commands):
            raise ValueError("a runner's own defect")
        if any(one.id == "leave" for one in commands):
            raise SystemExit("a runner that would end its thread")
        if any(one.id == "cut" for one in commands):
            return [Answer(-1, fault="UNAVAILABLE")] * len(commands)
        if any(one.id == "short" for one in commands):
            return []
        return [Answer(seq, id=one.id) for seq, one in enumerate(commands)]

    def probe(self) -> str:
        """Find the fault over."""
        self.probed.release()
        return ""

    def close(self) -> None:
        """Remember it."""
        self.closed = True


@pytest.fixture
def runner() -> FakeRunner:
    """A runner with an open gate."""
    return FakeRunner()


@pytest.fixture
def writer(runner: FakeRunner) -> Iterator[Writer]:
    """A writer over it, closed afterwards."""
    made = Writer(runner, queue_max=BATCH_MAX + 100)
    yield made
    runner.gate.set()
    made.close()


def test_what_waits_goes_into_one_batch(writer: Writer, runner: FakeRunner) -> None:
    """Commands that arrive while a batch runs share the next one, each with its own answer."""

    async def submit() -> list[str]:
        loop = asyncio.get_running_loop()
        runner.gate.clear()
        first = writer.submit(command("first"), loop)
        await asyncio.to_thread(runner.entered.acquire)
        rest = [writer.submit(command(f"{n}"), loop) for n in range(50)]
        runner.gate.set()
        return [answer.id for answer in await asyncio.gather(first, *rest)]

    assert asyncio.run(submit()) == ["first", *(f"{n}" for n in range(50))]
    assert runner.batches == [1, 50]


def test_no_batch_is_larger_than_its_bound(writer: Writer, runner: FakeRunner) -> None:
    """More than ``BATCH_MAX`` waiting commands are taken in turns."""

    async def submit() -> None:
        loop = asyncio.get_running_loop()
        runner.gate.clear()
        futures = [writer.submit(command("first"), loop)]
        await asyncio.to_thread(runner.entered.acquire)
        futures += [writer.submit(command("n"), loop) for _ in range(BATCH_MAX + 7)]
        runner.gate.set()
        await asyncio.gather(*futures)

    asyncio.run(submit())
    assert runner.batches == [1, BATCH_MAX, 7]


def test_a_full_queue_answers_at_once(writer: Writer, runner: FakeRunner) -> None:
    """A command too many is refused with a hint, and those before it are answered."""

    async def submit() -> int:
        loop = asyncio.get_running_loop()
        runner.gate.clear()
        futures = [writer.submit(command("first"), loop)]
        await asyncio.to_thread(runner.entered.acquire)
        futures += [writer.submit(command("n"), loop) for _ in range(BATCH_MAX + 100)]
        with pytest.raises(OverloadedError) as caught:
            writer.submit(command("n"), loop)
        assert caught.value.facts["retry_after_ms"] == 1_000
        runner.gate.set()
        return len(await asyncio.gather(*futures))

    assert asyncio.run(submit()) == 1 + BATCH_MAX + 100


@pytest.mark.parametrize("defect", ["break", "leave", "short"])
def test_a_defect_of_the_runner_does_not_end_the_writer(writer: Writer, defect: str) -> None:
    """A batch that raises, leaves, or lacks answers is answered INTERNAL; the next one is run."""
    assert writer.run(command(defect)).fault == "INTERNAL"
    assert writer.health().fault == "INTERNAL"
    assert writer.run(command("next")).id == "next"
    assert writer.health() == (True, 0, "")


def test_a_fault_is_over_when_a_probe_finds_it_so(writer: Writer, runner: FakeRunner) -> None:
    """After a fault the idle writer probes, and is well again though nobody sends a command."""
    assert writer.run(command("cut")).fault == "UNAVAILABLE"
    assert writer.health().fault == "UNAVAILABLE"
    assert runner.probed.acquire(timeout=30)
    until = time.monotonic() + 30
    while writer.health().fault and time.monotonic() < until:
        time.sleep(0.01)
    assert writer.health() == (True, 0, "")
    assert not runner.probed.acquire(timeout=1.5)  # it looks no more once it is well


def test_a_caller_that_left_harms_nobody(writer: Writer, runner: FakeRunner) -> None:
    """A cancelled future, or a closed loop, leaves the other callers their answers."""

    async def leave() -> None:
        runner.gate.clear()
        writer.submit(command("gone"), asyncio.get_running_loop())
        await asyncio.to_thread(runner.entered.acquire)

    async def stay() -> str:
        loop = asyncio.get_running_loop()
        cancelled = writer.submit(command("cancelled"), loop)
        cancelled.cancel()
        kept = writer.submit(command("kept"), loop)
        runner.gate.set()
        return (await kept).id

    asyncio.run(leave())
    assert asyncio.run(stay()) == "kept"
    assert writer.health().alive


def test_closing_answers_what_waits_and_takes_no_more(runner: FakeRunner) -> None:
    """``close`` drains the queue, closes the runner, and refuses whoever comes later."""
    writer = Writer(runner)
    answers: list[str] = []
    runner.gate.clear()
    threads = [
        threading.Thread(target=lambda: answers.append(writer.run(command("x")).id))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    runner.entered.acquire()
    runner.gate.set()
    for thread in threads:
        thread.join()
    writer.close()
    assert answers == ["x"] * 5
    assert runner.closed
    assert not writer.health().alive
    with pytest.raises(OverloadedError):
        writer.run(command("late"))
