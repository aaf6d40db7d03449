"""The table of `make bench`: what stands in it, and what its verdict is."""

import asyncio
import json
from pathlib import Path

import pytest

from audit import merkle
from audit.tiles import TileNodes
from tests.benchmarks import audit_log
from tests.benchmarks.client import Access, closed_loop, latency, open_loop
from tests.benchmarks.groups import GROUPS, ForeignLineError, run
from tests.benchmarks.measurement import Group, Line, Options, tell

# What the specification of speed asks to be measured: words of a line's name, and its database.
WANTED = [
    ("one exchange a request, 32 connections, beside an empty mutation", "sqlite"),
    ("exchange p99 at 64 clients, beside 5 medians", "sqlite"),
    ("wallet query p99 at 64 clients, beside 5 medians", "sqlite"),
    ("open loop at 50 % of capacity, p99.9", "sqlite"),
    ("open loop at 80 % of capacity, p99.9", "sqlite"),
    ("batches of 500, beside raw sqlite3", "sqlite"),
    ("one a commit, beside raw sqlite3", "sqlite"),
    ("batches of 500, beside SQLModel's unit of work", "sqlite"),
    ("batches of 500, beside COPY", "postgresql"),
    ("one a commit, beside django-hordak", "postgresql"),
    ("one a commit, beside an event of eventsourcing", "sqlite"),
    ("one a commit, beside an event of eventsourcing", "postgresql"),
    ("one a commit, beside python-accounting", "sqlite"),
    ("import of CSV purchases, beside raw sqlite3", "sqlite"),
    ("a transfer after 1,000,000, processor, beside after 100,000", "sqlite"),
    ("a wallet query's p99 after 1,000,000", "sqlite"),
    ("a transfer after", "postgresql"),
    ("memory of the server at the end", "sqlite"),
    ("quote, then exchange", "sqlite"),
    ("redeem", "sqlite"),
    ("hold, then capture", "sqlite"),
    ("reverse an exchange", "sqlite"),
    ("netting of 10,000,000 obligations", "sqlite"),
    ("netting of 10,000,000 obligations", "postgresql"),
    ("log: append", "-"),
    ("log: root", "-"),
    ("log: inclusion proof", "-"),
    ("log: consistency proof", "-"),
    ("log: sign a checkpoint", "-"),
]
LINES = [line for group in GROUPS for line in group.lines]
NEVER = Line("a thing", "another", "sqlite", "s", 1.0)
WITHOUT_LIBRARIES = Options(growth=0, memory=0)


@pytest.mark.parametrize(("words", "database"), WANTED)
def test_every_line_that_is_asked_for_is_measured(words: str, database: str) -> None:
    """No line of the specification can go missing from the table without a test saying so."""
    assert any(line.name.startswith(words) and line.database == database for line in LINES)


def test_a_line_has_one_name() -> None:
    """Two lines of one database never share a name, so that a figure can be quoted."""
    names = [(line.name, line.database) for line in LINES]
    assert len(names) == len(set(names))


def test_the_report_has_its_form(tmp_path: Path) -> None:
    """The file is a list of objects with these keys, whatever was measured."""
    report = tmp_path / "build" / "bench.json"
    assert tell([NEVER.found(3.0, 2.0, 1.5)], report) == 0
    assert json.loads(report.read_text()) == [
        {
            "name": "a thing, beside another",
            "database": "sqlite",
            "ours": 3.0,
            "yardstick": 2.0,
            "ratio": 1.5,
            "gate": 1.0,
            "target": 0.0,
            "unit": "s",
        }
    ]


def test_a_missed_gate_is_told(tmp_path: Path) -> None:
    """The exit status is 1 where one gate of many is missed, by however little."""
    good, bad = NEVER.found(1, 1, 1.0), NEVER.found(1, 1, 0.999)
    assert tell([good, good], tmp_path / "report") == 0
    assert tell([good, bad, good], tmp_path / "report") == 1
    assert [one.verdict for one in (good, bad)] == ["told", "MISSED"]


def test_a_larger_ratio_is_always_better() -> None:
    """Twice as fast is 2 whether speeds are told or costs, and whichever round was slow."""
    rounds = [(1.0, 2.0), (10.0, 20.0), (1.0, 2.0)]
    speed, cost = NEVER.speeds(rounds, 100), NEVER.costs(rounds)
    assert (speed.ours, speed.yardstick, speed.ratio) == (100, 50, 2)
    assert (cost.ours, cost.yardstick, cost.ratio) == (1, 2, 2)


def test_a_group_measures_what_it_said() -> None:
    """A figure under a name that no table lists is refused; a line left out is said."""
    said: list[str] = []
    other = Line("more", "another", "sqlite", "s")
    foreign = Group("foreign", (other,), lambda options, say: [NEVER.found(1, 1, 1)])
    lazy = Group("lazy", (other,), lambda options, say: [])
    with pytest.raises(ForeignLineError):
        run([foreign], WITHOUT_LIBRARIES, said.append)
    assert run([lazy], WITHOUT_LIBRARIES, said.append) == []
    assert said == ["lazy: not measured here: more, beside another (sqlite)"]


def test_latency_is_read_at_its_place() -> None:
    """The 99th percentile of a thousand is the tenth from the top, in milliseconds."""
    assert latency([number * 1_000_000 for number in range(1_000)]) == (500, 990, 999)


def test_the_tree_of_tiles_is_the_log_s_own() -> None:
    """Proofs out of the benchmark's tiles are the ones that verify, so what is timed is real."""
    hashes = [merkle.leaf_hash(b"%d" % number) for number in range(1 << 8)]
    stored = audit_log.tiles(hashes)
    nodes = TileNodes(lambda level, index: stored[level, index])
    proof = merkle.inclusion_proof(77, len(hashes), nodes)
    root = merkle.root(hashes)
    merkle.verify_inclusion(hashes[77], 77, len(hashes), proof, root)


ANSWER = b'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n"balances"'
STALL = 0.3  # seconds
REQUESTS = 300
RATE = 500.0


async def _stalled_once(*, in_open_loop: bool) -> list[int]:
    """Ask a server that stops once for a while, through one connection."""
    asked = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while (await reader.readline()).strip():
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(2)
            asked += 1
            if asked == REQUESTS // 3:
                await asyncio.sleep(STALL)
            writer.write(ANSWER)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    access = Access(server.sockets[0].getsockname()[1], "token")
    if in_open_loop:
        taken = await open_loop(access, lambda number: b"{}", 1, RATE, REQUESTS / RATE)
    else:
        taken = await closed_loop(access, lambda number: b"{}", 1, 60, REQUESTS)
    server.close()
    await server.wait_closed()
    return taken


def test_a_stall_counts_for_all_who_came_meanwhile() -> None:
    """A closed loop sees one slow answer in a stall; an open one sees everyone who was due."""
    slow = STALL / 4 * 1e9
    closed = asyncio.run(_stalled_once(in_open_loop=False))
    opened = asyncio.run(_stalled_once(in_open_loop=True))
    assert len(closed) == len(opened) == REQUESTS
    assert sum(one > slow for one in opened) > STALL * RATE / 2
    assert sum(one > slow for one in closed) < STALL * RATE / 4
