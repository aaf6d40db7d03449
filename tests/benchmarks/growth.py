"""What a transfer and a look at a wallet cost as the ledger grows over a fixed set of members.

The ledger is filled by the engine up to a million transfers; at each power of ten the database is
copied. Ten million are a million copied ten times over. Whether that measures as filling does is
measured too: a million made that way of a hundred thousand stands beside the filled one. Then a
copy and the one a tenth its size take turns in one run: what is compared was measured within the
same seconds, not before and after minutes of filling. What members get by exchange they spend, as
people do, so wallets stay alike.

A turn is several batches of exchanges, each with the batch that spends them: checkpoints of the
write-ahead log come every few batches, and would fall into one ledger's turns and not into the
other's. The gate is on the time of the processor, the process's own and the system's on its behalf:
a neighbour on the machine takes none of it. Elapsed time, in which others' work and the disk's
queue stand, is told beside it, and so are the KiB that go to files, which no machine changes.
"""

import random
import shutil
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url

from domain.ledger.commands import Command, RedeemPoints
from domain.store.engine import reading
from domain.store.queries import wallets
from tests import postgres
from tests.benchmarks.client import latency
from tests.benchmarks.copied_history import lengthen
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH, MEMBERS, endowed, postgres_server, reopened
from tests.benchmarks.rows_written import size as log_size
from tests.integration.store.world import World, actor, new_id, new_key, request_of

FILLED = (10_000, 100_000, 1_000_000)  # transfers; each beside the one before, as far as we go
COPIED = 10_000_000  # beside the last of them
CONTROL = (100_000, 1_000_000)  # a filled one of the second size beside the first made as long
POSTGRES_SMALL, POSTGRES_LARGE = 2_000, 20_000
ROUNDS = 6  # what is measured must not make a ledger much longer than it is said to be
PAIRS = 4  # of batches in a turn: several checkpoints fall into each
QUERIES = 600  # a round
WITHIN = 1 / 1.2  # 20 %
TAIL_LIMIT_US = 10_000  # DESIGN section 7: a wallet query's p99, however much there is
COUNTERS = Path("/proc/self/io")  # Linux's; `wchar` is what went into `write`, cached or not


class Cost(NamedTuple):
    """Of one transfer: microseconds of the processor, elapsed microseconds, KiB written."""

    processor: float
    elapsed: float
    written: float


class Lines(NamedTuple):
    """What is told of one size beside another: the parts of a cost, and a tail beside its limit."""

    costs: dict[str, Line]
    tail: Line
    tails: Line


def _lines(size: int, small: int, database: str, gated: str, *told: str) -> Lines:
    beside = f"after {small:,}"

    def line(part: str) -> Line:
        return Line(f"a transfer after {size:,}, {part}", beside, database, UNITS[part])

    costs = {part: line(part) for part in (gated, *told)}
    costs[gated] = replace(costs[gated], gate=WITHIN, target=1.0)
    tail = f"a wallet query's p99 after {size:,}"
    limit = Line(tail, "the limit of 10 ms", database, "us", 1.0, 2.0)
    return Lines(costs, limit, Line(tail, beside, database, "us"))


UNITS = {"processor": "us", "elapsed": "us", "written": "KiB"}
LINES = {
    size: _lines(size, size // 10, "sqlite", "processor", "elapsed", "written")
    for size in (*FILLED[1:], COPIED)
}
CONTROLS = Lines(
    {
        part: Line(f"a transfer after 1,000,000 copied, {part}", "as many filled", "sqlite", unit)
        for part, unit in UNITS.items()
    },
    Line("a wallet query's p99 after 1,000,000 copied", "the limit of 10 ms", "sqlite", "us"),
    Line("a wallet query's p99 after 1,000,000 copied", "as many filled", "sqlite", "us"),
)
# PostgreSQL works in processes of its own, so elapsed time is all that is seen of it.
POSTGRES_LINES = _lines(POSTGRES_LARGE, POSTGRES_SMALL, "postgresql", "elapsed")


def exchange_and_spend(world: World) -> int:
    """Exchange for a batch of members, and let them spend what they got; return the transfers."""
    owners = random.sample(world.members, BATCH)
    world.must(*(world.exchange(owner, 200) for owner in owners))
    world.must(*(_spend(world, owner) for owner in owners))
    return 2 * BATCH


def _spend(world: World, owner: str) -> RedeemPoints:
    key = new_key()
    return RedeemPoints(
        actor=actor("HOTEL"), id=new_id(), key=key, request=request_of(key, "spend"),
        received_at=world.clock.now(), owner=owner, unit="HOTEL", amount=1,
    )  # fmt: skip


def _fill(world: World, done: int, size: int, say: Say) -> None:
    while done < size:
        if done % 50_000 == 0:
            say(f"filling: {done:,} of {size:,} transfers")
        done += exchange_and_spend(world)


def _transfer(world: World) -> Cost:
    """Return what a transfer costs, of exchanges and of what they brought spent."""
    batches: list[list[Command]] = []
    for _ in range(PAIRS):
        owners = random.sample(world.members, BATCH)
        batches.append([world.exchange(owner, 200) for owner in owners])
        batches.append([_spend(world, owner) for owner in owners])
    before, processor, start = _written(), time.process_time(), time.perf_counter()
    answers = [answer for batch in batches for answer in world.run(*batch)]
    elapsed = time.perf_counter() - start
    processor = time.process_time() - processor
    assert all(answer.seq >= 0 for answer in answers)
    micro = 1e6 / len(answers)
    kib = (_written() - before) / 1_024 / len(answers)
    return Cost(processor * micro, elapsed * micro, kib)


def _written() -> int:
    """Return how many bytes this process has written so far."""
    counters = dict(line.split(": ") for line in COUNTERS.read_text().splitlines())
    return int(counters["wchar"])


def _queries(world: World) -> list[int]:
    taken: list[int] = []
    for _ in range(QUERIES):
        owner = random.choice(world.members)
        start = time.perf_counter_ns()
        with reading(world.engine) as connection:
            assert wallets.balances(connection, owner, world.clock.now())
        taken.append(time.perf_counter_ns() - start)
    return taken


def _compare(small: World, large: World, lines: Lines, rounds: int = ROUNDS) -> list[Measurement]:
    """Let two ledgers take turns."""
    for world in (small, large):
        exchange_and_spend(world)
        _queries(world)
    costs: list[tuple[Cost, Cost]] = []
    tails: tuple[list[int], list[int]] = ([], [])
    for _ in range(rounds):
        before = _transfer(small)
        costs.append((_transfer(large), before))
        for taken, world in zip(tails, (large, small), strict=True):
            taken.extend(_queries(world))
    ours, theirs = (latency(taken).p99 * 1e3 for taken in tails)
    found = [
        line.costs([(getattr(one, part), getattr(other, part)) for one, other in costs])
        for part, line in lines.costs.items()
    ]
    limit = lines.tail.found(ours, TAIL_LIMIT_US, TAIL_LIMIT_US / ours)
    return [*found, limit, lines.tails.found(ours, theirs, theirs / ours)]


def _on_sqlite(folder: Path, largest: int, say: Say) -> list[Measurement]:
    filling = f"sqlite:///{folder / 'filling'}"
    first = endowed(filling)
    begin = log_size(first.engine)
    done = 0
    copies: dict[int, Path] = {}
    for size in FILLED:
        if size > largest:
            break
        with closing(reopened(first, filling)) as world:
            _fill(world, done, size, say)
        done = size
        # Closing the last connection leaves no write-ahead log behind: the file is all there is.
        copies[size] = folder / str(size)
        shutil.copy(folder / "filling", copies[size])
    first.close()
    (folder / "filling").unlink()
    turns = [(copies[before], copies[after], LINES[after]) for before, after in pairwise(copies)]
    if CONTROL[1] in copies:
        made = _lengthened(copies[CONTROL[0]], begin, say)
        turns.append((copies[CONTROL[1]], made, CONTROLS))
    if largest >= COPIED:
        made = _lengthened(copies[FILLED[-1]], begin, say)
        turns.append((copies[FILLED[-1]], made, LINES[COPIED]))
    found: list[Measurement] = []
    for one, other, lines in turns:
        for path in (one, other):
            _warm(path)
        say(f"{one.name} and {other.name} transfers in turns")
        with (
            closing(reopened(first, f"sqlite:///{one}")) as small,
            closing(reopened(first, f"sqlite:///{other}")) as large,
        ):
            found += _compare(small, large, lines)
    return found


def _warm(path: Path) -> None:
    """Have the system's cache hold a database, as it holds one that is at work.

    What a disk takes to hand over pages that were never asked for since is the disk's.
    """
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def _lengthened(path: Path, begin: int, say: Say) -> Path:
    """Copy a database, and make what stands from the entry ``begin`` on ten times as long."""
    made = path.with_name(f"{path.name} tenfold")
    say(f"copying: {path.name} transfers ten times over")
    shutil.copy(path, made)
    lengthen(made, begin, 10)
    return made


def _on_postgres(server: postgres.PostgresServer, say: Say) -> list[Measurement]:
    first = endowed(server.url(server.create_database()), MEMBERS)
    url = first.engine.url.render_as_string(hide_password=False)
    _fill(first, 0, POSTGRES_SMALL, say)
    first.close()
    grown = server.url(server.copy_database(str(make_url(url).database)))
    with ExitStack() as stack:
        small = stack.enter_context(closing(reopened(first, url)))
        large = stack.enter_context(closing(reopened(first, grown)))
        _fill(large, POSTGRES_SMALL, POSTGRES_LARGE, say)
        say("small and large in turns on PostgreSQL")
        return _compare(small, large, POSTGRES_LINES, ROUNDS // 2)


def measure(options: Options, say: Say) -> list[Measurement]:
    """Fill and compare on SQLite, and with fewer transfers on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        found = _on_sqlite(Path(folder), options.growth, say)
    try:
        with postgres_server() as server:
            return found + _on_postgres(server, say)
    except postgres.PostgresMissingError as error:
        say(f"not measured on PostgreSQL: {error}")
        return found


_ALL = (*LINES.values(), CONTROLS, POSTGRES_LINES)
GROUP = Group(
    "growth", tuple(one for of in _ALL for one in (*of.costs.values(), of.tail, of.tails)), measure
)
