"""One simulation: a network, its processes, its callers and its bad luck, all from one seed."""

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from api.identifiers import RandomIds
from api.log_ports import as_rows
from audit.log import Appender
from domain.clock import DAY, MINUTE, NEVER, SECOND
from domain.ledger.commands import Command, ReverseTransfer
from domain.store import migration
from domain.store.answers import CLOCK, INTERNAL, KEY_REUSED, UNAUTHENTICATED, UNAVAILABLE, Answer
from domain.store.engine import open_engine
from domain.store.genesis import found
from tests.model import scheduling
from tests.simulation import checks
from tests.simulation.answers import Answers, BreachError, hold
from tests.simulation.bank_files import BankFiles
from tests.simulation.desk import Desk
from tests.simulation.faults import BREAKING, CRASHES, ERRORS, POISON, CrashError
from tests.simulation.figures import Figures
from tests.simulation.process import (
    DATABASE,
    ORIGIN,
    SIGNER,
    Process,
    committed,
    cut_power,
    log_size,
    scope,
)
from tests.simulation.traffic import Traffic

START = 1_795_305_600_000_000  # 2026-11-22
STEPS = 250  # of one seed; a short history makes a failure easy to read, and seeds are many
PROCESSES = 2
CHECK_EVERY, REPLAY_EVERY = 25, 125  # steps; what is found late is found by `watch` at its step
BATCHES = (1, 1, 2, 3, 5, 8, 13, 30)
QUEUES = (1, 4, 10, 1_000)  # the queue's room
LAST = 30  # commands that a failure tells
WRONG = {
    "clock forward": (90 * SECOND, 3_600 * SECOND, 30 * SECOND),
    "clock back": (-90 * SECOND, -3 * SECOND, -30 * SECOND),
}


class Simulation:
    """Steps are batches; `watch` checks everything after each of them."""

    def __init__(self, seed: int, folder: Path, figures: Figures, *, watch: bool = False) -> None:
        """Found the network in an empty folder."""
        self.rng = Random(seed)
        self.figures, self.watch = figures, watch
        self.step, self.time = 0, START
        self.last: deque[str] = deque(maxlen=LAST)
        self._folder, self._homes = folder, 0
        self.home = folder / "home0"
        self.home.mkdir()
        self.desk = Desk(START)
        self.answers = Answers(self.desk)
        self.traffic = Traffic(self.rng, self.desk)
        self.bank = BankFiles(self.rng, self.desk, self.traffic.callers)
        self._genesis()
        self.processes = [Process(self.home) for _ in range(PROCESSES)]
        figures.seeds.append(seed)
        self._found()

    def _genesis(self) -> None:
        genesis = Appender(ORIGIN, SIGNER).genesis(
            clock="system",
            sandbox=True,
            time_us=START,
            id=RandomIds().entity(),
            author="system/init",
        )
        engine = open_engine(f"sqlite:///{self.home / DATABASE}")
        migration.migrate(engine)
        found(engine, as_rows(genesis), origin=ORIGIN, sandbox=True, simulated=False)
        engine.dispose()

    def _found(self) -> None:
        """Brands, units, members, and contracts between all of them, some of which are refused."""
        book, offices = self.desk.book, self.traffic.offices
        self._calm(offices.first_keys())
        self._calm(offices.first_service())
        while len(book.brands) < 3:
            self._calm([offices.admit() for _ in range(4)])
        while not all(self.traffic.callers.keys(brand) for brand in book.brands):
            self._calm([offices.give_key()])
        while len(book.units) < 5:
            self._calm([offices.open_unit() for _ in range(4)])
        while len(book.members) < 5:
            self._calm([offices.enrol() for _ in range(4)])
        units, brands = sorted(book.units), sorted(book.brands)
        pairs = [("conversion", a, b) for a in units for b in units]
        pairs += [
            (type_, u, b) for u in units for b in brands for type_ in ("acceptance", "funding")
        ]
        offers = [offices.propose(pair) for pair in pairs]
        self._calm(offers)
        self._calm([offices.accept(offer.terms) for offer in offers])
        self.time += 10 * MINUTE

    def _calm(self, commands: Sequence[Command]) -> None:
        """Run a batch that nothing happens to."""
        self.time += SECOND
        self.traffic.callers.time = self.time
        self._submit(self.processes[0], [self.traffic.keyed(one) for one in commands])

    def run(self, steps: int) -> None:
        """Take steps, then look at everything once more."""
        for _ in range(steps):
            self.advance()
        self.check(replay=True)
        checks.offline(self.processes[0], self._folder / "bundle")
        self._count_check("export and verify")

    def advance(self) -> None:
        """Take one step."""
        self.step += 1
        rng = self.rng
        self._let_time_pass()
        self._upset_clocks()
        if rng.random() < 0.02:
            self._restart(rng.randrange(PROCESSES))
        process = rng.choice(self.processes)
        self.traffic.callers.time = self.time + process.wrong
        way = rng.random()
        if way < 0.1:
            self._keep_house(process)
        elif way < (0.22 if self.bank.awaited() else 0.12):
            file = self.bank.read(process, lambda command: self._send(process, command))
            self.figures.checks[file] += 1
        else:
            batch = self.traffic.batch(rng.choice(BATCHES))
            if rng.random() < 0.1:
                self._queue(process, batch)
            else:
                self._set_trap(process, batch)
                self._submit(process, batch)
        if self.watch or self.step % CHECK_EVERY == 0:
            self.check(replay=self.watch or self.step % REPLAY_EVERY == 0)

    def close(self) -> None:
        """Stop every process."""
        for process in self.processes:
            process.close()

    def _let_time_pass(self) -> None:
        rng, book = self.rng, self.desk.book
        way = rng.random()
        if way < 0.66:
            self.time += rng.randrange(2 * SECOND)
        elif way < 0.74:
            self.figures.faults["clock frozen"] += 1  # entries go on, a microsecond apart
        elif way < 0.86:
            self.time += rng.choice((59 * SECOND, MINUTE, 10 * MINUTE))
        elif way < 0.97:
            ends = [lot.expires for lot in book.lots if lot.remaining]
            ends += [book.lapses(*wallet) for wallet in book.active]
            ends += [one.deadline for one in book.holds.values() if one.state == "PENDING"]
            ahead = sorted({end for end in ends if self.time < end < NEVER})[:4]
            if rng.random() < 0.3:
                ahead += scheduling.coming(book, self.time)
            if ahead:  # to the very instant, or just before it
                self.time = rng.choice(ahead) - rng.randrange(2)
        else:
            self.time += rng.choice((DAY, 9 * DAY, 21 * DAY, 31 * DAY))

    def _upset_clocks(self) -> None:
        rng = self.rng
        for process in self.processes:
            if process.wrong and rng.random() < 0.2:
                process.wrong = 0
            elif rng.random() < 0.015:
                kind = rng.choice(sorted(WRONG))
                process.wrong = rng.choice(WRONG[kind])
                self.figures.faults[kind] += 1

    def _set_trap(self, process: Process, batch: Sequence[Command]) -> None:
        rng, trap = self.rng, process.trap
        if rng.random() < 0.2:
            trap.kind = rng.choice((*CRASHES, *ERRORS))
            trap.after = rng.randrange(30)
            trap.victim = rng.choice(batch).id if trap.kind == POISON else ""

    def _keep_house(self, process: Process) -> None:
        """Expire what is due by the process's clock, merge lots, close what the schedule says."""
        book, now = self.desk.book, self.time + process.wrong
        due = [wallet for wallet in sorted(book.wallets) if checks.is_due(book, *wallet, now)]
        due += self.rng.sample(sorted(book.wallets), min(1, len(book.wallets)))
        some = self.rng.sample(sorted(book.wallets), min(4, len(book.wallets)))
        batch = self.traffic.expiries(due) + self.traffic.merges(some)
        self.rng.shuffle(batch)
        batch.insert(self.rng.randrange(len(batch) + 1), self.traffic.due())
        self._set_trap(process, batch)
        self._submit(process, batch)

    def _queue(self, process: Process, batch: list[Command]) -> None:
        """Send a batch through the writer's thread and its queue, which may be full."""
        room = self.rng.choice(QUEUES)
        process.set_clock(self.time)
        answers = process.queue(batch, room)
        hold(answers.count(None) == max(0, len(batch) - room), "the queue's room", room, answers)
        taken = [(one, a) for one, a in zip(batch, answers, strict=True) if a is not None]
        for command, answer in zip(batch, answers, strict=True):
            if answer is None:
                self.traffic.lose(command)
                self.figures.faults["queue full"] += 1
        self.figures.checks["batch through the writer's thread"] += 1
        self._settle(process, [one for one, _ in taken], [answer for _, answer in taken])

    def _send(self, process: Process, command: Command) -> Answer | None:
        """Send one command on its own; None where the process dies of it."""
        self._set_trap(process, [command])
        return next(iter(self._submit(process, [command])), None)

    def _submit(self, process: Process, batch: list[Command]) -> list[Answer]:
        """Send a batch; no answers where the process dies of it."""
        trap = process.trap
        process.set_clock(self.time)
        clock = process.clock.now()
        answers: list[Answer] = []
        with suppress(CrashError):
            answers = process.run(batch)
        if trap.dead:  # also where what it tidied up, dying, was answered in its stead
            self.figures.faults[trap.kind] += 1
            self._after_crash(process, batch, clock)
            return []
        if trap.sprung:
            self.figures.faults[trap.kind] += 1
        self._settle(process, batch, answers)
        trap.kind, trap.sprung = "", False
        return answers

    def _after_crash(self, process: Process, batch: list[Command], clock: int) -> None:
        """Begin again from the disk, learn what the dead process did, and hold it to that."""
        place = self.processes.index(process)
        if self.rng.random() < 0.3:
            self.figures.faults["power cut"] += 1
            self._homes += 1
            other = self._folder / f"home{self._homes}"
            cut_power(self.home, other)
            self.home = other
            for at in range(PROCESSES):
                self._restart(at)
        else:
            self._restart(place)
        self._learn(batch, [None] * len(batch), clock)
        self.check(replay=False)

    def _restart(self, place: int) -> None:
        wrong = self.processes[place].wrong
        self.processes[place].close()
        self.processes[place] = Process(self.home)
        self.processes[place].wrong = wrong
        self.figures.restarts += 1

    def _settle(
        self, process: Process, batch: Sequence[Command], answers: Sequence[Answer]
    ) -> None:
        """Hold a batch's answers against the clock, the trap and the model."""
        trap, clock = process.trap, process.clock
        refuses = clock.asked and process.distrusts(self.desk.last_time)
        said = {answer.fault for answer in answers}
        hold((CLOCK in said) == refuses, "the clock", refuses, said, clock, self.desk.last_time)
        for command, answer in zip(batch, answers, strict=True):
            if answer.fault in (UNAVAILABLE, INTERNAL):
                may_be = trap.sprung and answer.fault == ERRORS[trap.kind]
                hold(may_be, "a fault that nothing caused", trap, command, answer)
                victim = not trap.victim or command.id == trap.victim or answer.fault != INTERNAL
                hold(victim, "another command's fault", trap, command, answer)
        if trap.kind in BREAKING:
            # A batch of one has no neighbours to be saved; some commands cut batches.
            alone = len(batch) == 1 or any(_cuts(one) for one in batch)
            broken = sum(answer.fault == INTERNAL for answer in answers)
            hold(broken <= alone, "neighbours went with a broken batch", trap, broken)
        self.figures.batches += 1
        self._learn(batch, answers, clock.now())

    def _learn(
        self, batch: Sequence[Command], answers: Sequence[Answer | None], clock: int
    ) -> None:
        """Carry into the model what was done, in its order, answered or not."""
        silent = any(a is None or a.fault == UNAVAILABLE for a in answers)
        there = committed(self.home, batch) if silent else set()
        # Some commands cut a batch: what the first half lost, the second may have done.
        there -= {
            scope(one)
            for one, answer in zip(batch, answers, strict=True)
            if answer is not None and _is_first(answer)
        }
        gap = False
        for command, answer in zip(batch, answers, strict=True):
            if answer is not None and answer.fault in ("", UNAUTHENTICATED):
                code = self.answers.heard(command, answer, clock)
            elif answer is not None and answer.fault != UNAVAILABLE:
                code = answer.fault  # CLOCK or INTERNAL: nothing was decided
            else:
                code = self._unheard(command, clock, there)
                # What a job asks and is refused leaves no trace.
                if code == "unheard, not done" and answers[0] is None and command.key:
                    gap = True
                elif code == "unheard, done":
                    hold(not gap, "a batch was committed with a gap", command)
            if command.key and (code in (CLOCK, INTERNAL) or code.startswith("unheard")):
                self.traffic.lose(command)
            kind = type(command).__name__
            self.figures.count(kind, code)
            self.last.append(f"{self.step}: {kind} {command.key!r} {code or 'done'}")
        size = log_size(self.home)
        hold(
            size == self.desk.book.size,
            "the log's size, model | database",
            self.desk.book.size,
            size,
        )

    def _unheard(self, command: Command, clock: int, there: set[tuple[str, str]]) -> str:
        if command.key and self.answers.known(command):
            return "unheard, known before"
        if self.desk.turned_away(command):
            return "unheard, turned away"
        if scope(command) not in there:
            return "unheard, not done"
        self.figures.unheard += 1
        self.answers.done(command, clock, None)
        return "unheard, done"

    def check(self, *, replay: bool) -> None:
        """Hold the database against the model, and against its log where `replay` says so."""
        process = self.processes[0]
        checks.as_modelled(process, self.desk.book, self.time)
        self._count_check("rows against the model, doctor")
        if replay:
            checks.from_leaves(process)
            self._count_check("replay of the leaves")

    def _count_check(self, name: str) -> None:
        self.figures.checks[name] += 1


def _cuts(command: Command) -> bool:
    """Tell whether a batch may be cut at a command."""
    return isinstance(command, ReverseTransfer) or command.begins_batch()


def _is_first(answer: Answer) -> bool:
    """Tell whether an answer is the decision itself."""
    reused = answer.refusal is not None and answer.refusal.code == KEY_REUSED
    return not answer.fault and not answer.replayed and not reused


@contextmanager
def in_memory() -> Iterator[Path]:
    """Lend a folder, in memory where the machine has such a place: no fault here is the disk's."""
    memory = Path("/dev/shm")  # noqa: S108 -- Linux's own; the folder in it is private
    where = memory if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="dure-simulation-", dir=where) as name:
        yield Path(name)


def simulate(seed: int, steps: int, folder: Path, figures: Figures, *, watch: bool = False) -> None:
    """Run one seed; raises BreachError, with the step and the last commands as notes."""
    simulation: Simulation | None = None
    try:
        simulation = Simulation(seed, folder, figures, watch=watch)
        simulation.run(steps)
    except BreachError as breach:
        if simulation is not None:
            breach.add_note("\n".join(simulation.last))
            breach.step = simulation.step
        breach.add_note(f"seed {seed}, step {breach.step}")
        raise
    finally:
        if simulation is not None:
            simulation.close()
