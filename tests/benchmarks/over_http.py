"""Requests over HTTP: exchanges beside an empty mutation of the same shape on the same server.

The empty mutation has the input, the permission, the payload and the selected fields of
`pointsExchange`, and answers a transfer made in advance. What is between the two is the ledger:
the writer, the log, the signature, the disk. Server and client are processes of their own.
"""

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.client import (
    EMPTY,
    EXCHANGE,
    Access,
    Body,
    closed_loop,
    latency,
    mutations,
    open_loop,
    wallets,
)
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say

CONNECTIONS = 32
CLIENTS = 64  # for the tail
SECONDS = 1.0  # one turn
TURNS = 3  # of each kind, in one round
ROUNDS = 4
MEDIANS_MAX = 5  # how many times the median the 99th percentile may be
TAIL_TURNS = 4
OPEN_SECONDS = 4.0
OPEN_ROUNDS = 2  # a tail is what is rare: more rounds see more of it, and take their time
OPEN_CONNECTIONS = 128  # more than ever wait, so that nobody waits for a connection
LOADS = (50, 80)  # percent of what the closed loop reached
DATABASE = "sqlite"

CLOSED = Line(
    f"one exchange a request, {CONNECTIONS} connections", "an empty mutation", DATABASE,
    "requests/s", 0.5, 0.65,
)  # fmt: skip
TAIL = f"{MEDIANS_MAX} medians"
EXCHANGE_TAIL = Line(f"exchange p99 at {CLIENTS} clients", TAIL, DATABASE, "ms", 1.0, 1.5)
WALLET_TAIL = Line(f"wallet query p99 at {CLIENTS} clients", TAIL, DATABASE, "ms", 1.0, 1.5)
OPEN = {
    load: tuple(
        Line(f"open loop at {load} % of capacity, {part}", "an empty mutation", DATABASE, "ms")
        for part in ("p50", "p99", "p99.9")
    )
    for load in LOADS
}


@contextmanager
def serving() -> Iterator[tuple[Access, list[str]]]:
    """Start the server of `exchange_server`; lend access to it and its members."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        ready = Path(folder) / "ready.json"
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.exchange_server", folder, str(port)]
        )
        try:
            while not ready.exists():
                if server.poll() is not None:
                    raise SystemExit("the server did not start")
                time.sleep(0.05)
            given = json.loads(ready.read_text())
            yield Access(port, given["token"]), given["members"]
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _closed(access: Access, members: list[str]) -> Measurement:
    def requests(name: str) -> int:
        body = mutations(name, members)
        return len(asyncio.run(closed_loop(access, body, CONNECTIONS, SECONDS)))

    requests(EMPTY)
    requests(EXCHANGE)
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        empty = full = 0
        # Short turns, so that whatever else the machine does falls on both alike.
        for _ in range(TURNS):
            empty += requests(EMPTY)
            full += requests(EXCHANGE)
        rounds.append((SECONDS * TURNS / full, SECONDS * TURNS / empty))
    return CLOSED.speeds(rounds)


def _tail(access: Access, line: Line, body: Body) -> Measurement:
    taken = [
        one
        for _ in range(TAIL_TURNS)
        for one in asyncio.run(closed_loop(access, body, CLIENTS, SECONDS))
    ]
    found = latency(taken)
    return line.found(found.p99, MEDIANS_MAX * found.p50, MEDIANS_MAX * found.p50 / found.p99)


def _open(access: Access, members: list[str], capacity: float, load: int) -> list[Measurement]:
    taken: dict[str, list[int]] = {EXCHANGE: [], EMPTY: []}
    for _ in range(OPEN_ROUNDS):
        for name, found in taken.items():
            body = mutations(name, members)
            loop = open_loop(access, body, OPEN_CONNECTIONS, capacity * load / 100, OPEN_SECONDS)
            found.extend(asyncio.run(loop))
    both = zip(OPEN[load], latency(taken[EXCHANGE]), latency(taken[EMPTY]), strict=True)
    return [line.found(ours, empty, empty / ours) for line, ours, empty in both]


def measure(options: Options, say: Say) -> list[Measurement]:
    """Start the server and measure in turns."""
    say("starting the server")
    with serving() as (access, members):
        say("closed loop")
        found = [_closed(access, members)]
        say(f"tails at {CLIENTS} clients")
        found += [
            _tail(access, EXCHANGE_TAIL, mutations(EXCHANGE, members)),
            _tail(access, WALLET_TAIL, wallets(members)),
        ]
        for load in LOADS:
            say(f"open loop at {load} %")
            found += _open(access, members, found[0].ours, load)
    return found


GROUP = Group(
    "http",
    (CLOSED, EXCHANGE_TAIL, WALLET_TAIL, *(line for lines in OPEN.values() for line in lines)),
    measure,
)
