"""What a transfer and a look at a wallet cost as the ledger grows over a fixed set of members.

The ledger is filled by the engine; at each power of ten the database is copied. Then the copies
take turns in one run: what is compared was measured within the same second, not before and after
minutes of filling. What members get by exchange they spend, as people do, so wallets stay alike.
"""

import random
import shutil
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from sqlalchemy import make_url

from domain.ledger.commands import RedeemPoints
from domain.store.engine import reading
from domain.store.queries import wallets
from tests import postgres
from tests.benchmarks.client import latency
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH, MEMBERS, endowed, postgres_server, reopened
from tests.integration.store.world import World, actor, new_id, request_of

SMALL = 10_000  # transfers that all others are compared with
SIZES = (100_000, 1_000_000)  # as far as the run goes
POSTGRES_SMALL, POSTGRES_LARGE = 2_000, 20_000
ROUNDS = 20
QUERIES = 200  # a round
WITHIN = 1 / 1.2  # 20 %
TAIL_WITHIN = 1 / 1.5  # a tail of a few microseconds' work is mostly the machine's own


def _pair(size: int, small: int, database: str) -> tuple[Line, Line]:
    beside = f"after {small:,}"
    return (
        Line(f"a transfer after {size:,}", beside, database, "us", WITHIN, 1.0),
        Line(f"a wallet query's p99 after {size:,}", beside, database, "us", TAIL_WITHIN, 1.0),
    )


LINES = {size: _pair(size, SMALL, "sqlite") for size in SIZES}
POSTGRES_LINES = _pair(POSTGRES_LARGE, POSTGRES_SMALL, "postgresql")


def exchange_and_spend(world: World) -> int:
    """Exchange for a batch of members, and let them spend what they got; return the transfers."""
    owners = random.sample(world.members, BATCH)
    world.must(*(world.exchange(owner, 200) for owner in owners))
    world.must(*(_spend(world, owner) for owner in owners))
    return 2 * BATCH


def _spend(world: World, owner: str) -> RedeemPoints:
    key = new_id()
    return RedeemPoints(
        actor=actor("HOTEL"), id=new_id(), key=key, request=request_of(key, "spend"),
        received_at=world.clock.now(), owner=owner, unit="HOTEL", amount=1,
    )  # fmt: skip


def _fill(world: World, done: int, size: int, say: Say) -> None:
    while done < size:
        if done % 50_000 == 0:
            say(f"filling: {done:,} of {size:,} transfers")
        done += exchange_and_spend(world)


def _transfer(world: World) -> float:
    """Return what one exchange costs, microseconds, out of a batch."""
    owners = random.sample(world.members, BATCH)
    commands = [world.exchange(owner, 200) for owner in owners]
    start = time.perf_counter()
    answers = world.run(*commands)
    taken = time.perf_counter() - start
    assert all(answer.seq >= 0 for answer in answers)
    world.must(*(_spend(world, owner) for owner in owners))
    return taken / BATCH * 1e6


def _queries(world: World) -> list[int]:
    taken: list[int] = []
    for _ in range(QUERIES):
        owner = random.choice(world.members)
        start = time.perf_counter_ns()
        with reading(world.engine) as connection:
            assert wallets.balances(connection, owner, world.clock.now())
        taken.append(time.perf_counter_ns() - start)
    return taken


def _compare(
    small: World, large: World, lines: tuple[Line, Line], rounds: int = ROUNDS
) -> list[Measurement]:
    """Let two ledgers take turns."""
    for world in (small, large):
        exchange_and_spend(world)
        _queries(world)
    costs: list[tuple[float, float]] = []
    tails: tuple[list[int], list[int]] = ([], [])
    for _ in range(rounds):
        before = _transfer(small)
        costs.append((_transfer(large), before))
        for taken, world in zip(tails, (large, small), strict=True):
            taken.extend(_queries(world))
    ours, theirs = (latency(taken).p99 * 1e3 for taken in tails)
    return [lines[0].costs(costs), lines[1].found(ours, theirs, theirs / ours)]


def _on_sqlite(folder: Path, largest: int, say: Say) -> list[Measurement]:
    filling = f"sqlite:///{folder / 'filling'}"
    first = endowed(filling)
    done = 0
    copies: dict[int, Path] = {}
    for size in (SMALL, *(size for size in SIZES if size <= largest)):
        with closing(reopened(first, filling)) as world:
            _fill(world, done, size, say)
        done = size
        # Closing the last connection leaves no write-ahead log behind: the file is all there is.
        copies[size] = folder / str(size)
        shutil.copy(folder / "filling", copies[size])
    first.close()
    found: list[Measurement] = []
    for size, copy in copies.items():
        if size == SMALL:
            continue
        say(f"{SMALL:,} and {size:,} transfers in turns")
        with (
            closing(reopened(first, f"sqlite:///{copies[SMALL]}")) as small,
            closing(reopened(first, f"sqlite:///{copy}")) as large,
        ):
            found += _compare(small, large, LINES[size])
    return found


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


GROUP = Group(
    "growth", (*(line for pair in LINES.values() for line in pair), *POSTGRES_LINES), measure
)
