"""A client of the server: closed loops, open loops, and the figures that come of them.

In a *closed* loop each connection waits for its answer before it asks again, so a slow server is
asked less. In an *open* loop requests arrive at a fixed rate whatever the server does, as from a
crowd, and latency counts from the instant at which a request was due: what a stall holds up is
counted for everyone who came meanwhile, not for one (no coordinated omission).
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.acceptance.stage import Json

EXCHANGE = "pointsExchange"
EMPTY = "pointsExchangeEmpty"
SELECTED = """__typename ... on PointsExchangeSuccess {
  transfer { id kind sequence source { amount unit } target { amount unit } recordedAt }
  receipt { sequence leafHash checkpoint } replayed }
  ... on UserError { code message path }"""
WALLET = """query W($member: ID!) { wallet(memberId: $member) {
  balances { unit posted pending available } } }"""

Body = Callable[[int], bytes]


class Access(NamedTuple):
    """Where the server listens, and what it knows the client by."""

    port: int
    token: str


class Latency(NamedTuple):
    """Milliseconds within which half, 99 % and 99.9 % of requests were answered."""

    p50: float
    p99: float
    p999: float


def latency(nanoseconds: Sequence[int]) -> Latency:
    """Sum latencies up."""
    taken = sorted(nanoseconds)
    return Latency(
        *(taken[len(taken) * part // 1_000] / 1e6 for part in (500, 990, 999)),
    )


def mutations(name: str, members: list[str]) -> Body:
    """Return what makes the body of the n-th request: an exchange, each of another member."""
    document = (
        f"mutation M($input: PointsExchangeInput!) {{ {name}(input: $input) {{ {SELECTED} }} }}"
    )
    run = time.monotonic_ns()

    def body(number: int) -> bytes:
        given: Json = {
            "memberId": members[(run + number) % len(members)], "fromUnit": "AIR",
            "toUnit": "HOTEL", "amount": "200", "idempotencyKey": f"{name}-{run}-{number}",
        }  # fmt: skip
        return json.dumps({"query": document, "variables": {"input": given}}).encode()

    return body


def wallets(members: list[str]) -> Body:
    """Return what makes the body of the n-th request: a question for another member's wallet."""

    def body(number: int) -> bytes:
        member = members[number * 7919 % len(members)]
        return json.dumps({"query": WALLET, "variables": {"member": member}}).encode()

    return body


class Connection:
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

    def of(self, token: str) -> "Connection":
        """Return the same connection, used by another caller."""
        return Connection(token, self._reader, self._writer)

    async def post(self, body: bytes) -> bytes:
        """Send a body and return the answer's; raises RuntimeError where it is no success."""
        self._writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        at = head.index(b"content-length: ") + 16
        answer = await self._reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
        if b"Success" not in answer and b'"balances"' not in answer:
            raise RuntimeError(answer.decode())
        return answer

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def connect(access: Access) -> Connection:
    """Open a connection to this machine's server."""
    return Connection(access.token, *await asyncio.open_connection("127.0.0.1", access.port))


async def closed_loop(
    access: Access, body: Body, clients: int, seconds: float, requests_max: int = 2**62
) -> list[int]:
    """Let so many clients ask for so long, or so often; return each request's nanoseconds."""
    taken: list[int] = []
    ends = time.monotonic() + seconds
    asked = 0

    async def one() -> None:
        nonlocal asked
        connection = await connect(access)
        while asked < requests_max and time.monotonic() < ends:
            asked += 1
            sent = body(asked)
            began = time.perf_counter_ns()
            await connection.post(sent)
            taken.append(time.perf_counter_ns() - began)
        connection.close()

    await asyncio.gather(*(one() for _ in range(clients)))
    return taken


async def open_loop(
    access: Access, body: Body, connections: int, rate: float, seconds: float
) -> list[int]:
    """Let requests arrive evenly at ``rate`` a second; return nanoseconds since each was due."""
    taken: list[int] = []
    due: asyncio.Queue[tuple[int, int] | None] = asyncio.Queue()

    async def one(connection: Connection) -> None:
        while (request := await due.get()) is not None:
            number, instant = request
            await connection.post(body(number))
            taken.append(time.perf_counter_ns() - instant)
        connection.close()

    lines = [await connect(access) for _ in range(connections)]
    workers = [asyncio.create_task(one(line)) for line in lines]
    start = time.perf_counter_ns()
    for number in range(int(rate * seconds)):
        instant = start + int(number * 1e9 / rate)
        # The loop sleeps no shorter than about a millisecond: it catches up with what became due.
        if (left := instant - time.perf_counter_ns()) > 0:
            await asyncio.sleep(left / 1e9)
        due.put_nowait((number, instant))
    for _ in workers:
        due.put_nowait(None)
    await asyncio.gather(*workers)
    return taken
