"""One exchange a request over HTTP, beside an empty mutation of the same shape on the same server.

The empty mutation has the input, the permission, the payload and the selected fields of
`pointsExchange`, and answers a transfer made in advance. What is between the two is the ledger:
the writer, the log, the signature, the disk. Server and client are processes of their own.
"""

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.measurement import Measurement

CONNECTIONS = 32
CLIENTS = 64  # for the tail
SECONDS = 1.0  # one turn
TURNS = 4  # of each kind, in one round
ROUNDS = 5
MEDIANS_MAX = 5  # how many times the median the 99th percentile may be

SELECTED = """__typename ... on PointsExchangeSuccess {
  transfer { id kind sequence source { amount unit } target { amount unit } recordedAt }
  receipt { sequence leafHash checkpoint } replayed }
  ... on UserError { code message path }"""


class _Connection:
    """One connection that has one request under way at a time."""

    def __init__(
        self, token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Speak through this pair."""
        self._head = (
            "POST /graphql HTTP/1.1\r\nhost: dure\r\ncontent-type: application/json\r\n"
            f"accept: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: "
        ).encode()
        self._reader = reader
        self._writer = writer

    async def post(self, body: bytes) -> bytes:
        """Send a body and return the answer's."""
        self._writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        at = head.index(b"content-length: ") + 16
        return await self._reader.readexactly(int(head[at : head.index(b"\r\n", at)]))


async def drive(
    port: int, token: str, name: str, members: list[str], connections: int
) -> list[int]:
    """Send mutations over the connections for one turn; return each one's nanoseconds."""
    document = (
        f"mutation M($input: PointsExchangeInput!) {{ {name}(input: $input) {{ {SELECTED} }} }}"
    )
    taken: list[int] = []
    start = time.monotonic_ns() % len(members)
    ends = time.monotonic() + SECONDS

    async def one(place: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        connection = _Connection(token, reader, writer)
        round_ = 0
        while time.monotonic() < ends:
            member = members[(place + connections * round_ + start) % len(members)]
            round_ += 1
            given = {
                "memberId": member, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "200",
                "idempotencyKey": f"{name}-{place}-{time.monotonic_ns()}",
            }  # fmt: skip
            body = json.dumps({"query": document, "variables": {"input": given}}).encode()
            began = time.perf_counter_ns()
            answer = await connection.post(body)
            taken.append(time.perf_counter_ns() - began)
            if b"Success" not in answer:
                raise RuntimeError(answer.decode())
        writer.close()

    await asyncio.gather(*(one(place) for place in range(connections)))
    return taken


def measure() -> list[Measurement]:
    """Start the server and measure in turns."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.exchange_server", folder, str(port)]
        )
        try:
            while not ready.exists():
                if server.poll() is not None:
                    raise SystemExit("the server did not start")
                time.sleep(0.05)
            given = json.loads(ready.read_text())
            return _measure(port, given["token"], given["members"])
        finally:
            server.terminate()
            server.wait()


def _measure(port: int, token: str, members: list[str]) -> list[Measurement]:
    def run(name: str, connections: int = CONNECTIONS) -> list[int]:
        return asyncio.run(drive(port, token, name, members, connections))

    run("pointsExchangeEmpty")
    run("pointsExchange")
    rounds: list[tuple[int, int]] = []
    for _ in range(ROUNDS):
        empty = full = 0
        # Short turns, so that whatever else the machine does falls on both alike.
        for _ in range(TURNS):
            empty += len(run("pointsExchangeEmpty"))
            full += len(run("pointsExchange"))
        rounds.append((full, empty))
    taken = sorted(one for _ in range(TURNS) for one in run("pointsExchange", CLIENTS))
    p50, p99 = taken[len(taken) // 2] / 1e6, taken[len(taken) * 99 // 100] / 1e6
    a_second = SECONDS * TURNS
    return [
        Measurement(
            name=f"one exchange a request, {CONNECTIONS} connections, beside an empty mutation",
            database="sqlite",
            ours=statistics.median(full for full, _ in rounds) / a_second,
            yardstick=statistics.median(empty for _, empty in rounds) / a_second,
            ratio=statistics.median(full / empty for full, empty in rounds),
            gate=0.5,
            target=0.65,
            unit="requests/s",
        ),
        Measurement(
            name=f"p99 at {CLIENTS} clients, beside {MEDIANS_MAX} medians",
            database="sqlite",
            ours=p99,
            yardstick=MEDIANS_MAX * p50,
            ratio=MEDIANS_MAX * p50 / p99,
            gate=1.0,
            target=1.5,
            unit="ms",
        ),
    ]
