"""Callers over HTTP: many connections, every answer kept, whatever it was."""

import asyncio
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.stand import Stand

ISSUE = """mutation M($input: PointsIssueInput!) { pointsIssue(input: $input) { __typename
 ... on PointsIssueSuccess { transfer { id } receipt { sequence leafHash } replayed }
 ... on UserError { code message path } } }"""
WAIT_SECONDS_MAX = 60  # nobody waits longer for an answer; whoever does hangs


@dataclass
class Reply:
    """One answer: ``status`` is 0 where the connection broke."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        """What `pointsIssue` answered, empty where it was not executed."""
        found: dict[str, Any] = (self.body.get("data") or {}).get("pointsIssue") or {}
        return found

    @property
    def facts(self) -> tuple[str, str, str]:
        """What an acknowledged issue says for ever, empty where it is none."""
        if self.payload.get("__typename") != "PointsIssueSuccess":
            return "", "", ""
        receipt = self.payload["receipt"]
        return self.payload["transfer"]["id"], str(receipt["sequence"]), receipt["leafHash"]

    @property
    def code(self) -> str:
        """The code of the error at the top, empty where there is none."""
        errors = self.body.get("errors") or [{}]
        return str(errors[0].get("extensions", {}).get("code", ""))


def issue(stand: Stand, key: str, *, member: int = 0, unit: str = "AIR") -> bytes:
    """Return the body that issues one minor unit under a key."""
    given = {
        "memberId": stand.members[member % len(stand.members)],
        "unit": unit,
        "amount": "1",
        "idempotencyKey": key,
    }
    return json.dumps({"query": ISSUE, "variables": {"input": given}}).encode()


class Connection:
    """One connection, opened anew after it broke."""

    def __init__(self, port: int, token: str) -> None:
        """Speak to a port as whoever has the token."""
        self._port = port
        self._head = (
            "POST /graphql HTTP/1.1\r\nhost: dure\r\ncontent-type: application/json\r\n"
            "accept: application/graphql-response+json\r\n"
            f"authorization: Bearer {token}\r\ncontent-length: "
        ).encode()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> Reply:
        """Send a body; raises TimeoutError where nobody answers."""
        return await asyncio.wait_for(self._post(body), WAIT_SECONDS_MAX)

    async def _post(self, body: bytes) -> Reply:
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            answer = await reader.readexactly(int(headers["content-length"]))
            return Reply(int(lines[0].split(" ")[1]), headers, json.loads(answer))
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return Reply(0)

    def close(self) -> None:
        """Give the connection up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def send(port: int, sent: Iterable[tuple[str, bytes]], clients: int) -> list[Reply]:
    """Send each (token, body) once, ``clients`` at a time; return the answers in order."""
    given = list(sent)
    replies: list[Reply] = [Reply(0)] * len(given)
    places = iter(range(len(given)))

    async def one() -> None:
        connections: dict[str, Connection] = {}
        for place in places:
            token, body = given[place]
            connection = connections.setdefault(token, Connection(port, token))
            replies[place] = await connection.post(body)
            if replies[place].status == 0:
                # The server closes a connection that lay idle; whoever finds it closed asks again.
                replies[place] = await connection.post(body)
        for connection in connections.values():
            connection.close()

    async def everyone() -> None:
        await asyncio.gather(*(one() for _ in range(clients)))

    asyncio.run(everyone())
    return replies


class Load:
    """Callers that never cease, each command under a new key, until told to."""

    def __init__(self, stand: Stand, port: int, clients: int = 8) -> None:
        """Begin."""
        self.replies: dict[str, Reply] = {}
        self._stand, self._port, self._clients = stand, port, clients
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._everyone()))
        self._thread.start()

    @property
    def acknowledged(self) -> int:
        """How many commands have been acknowledged."""
        return sum(reply.facts[0] != "" for reply in list(self.replies.values()))

    def stop(self) -> dict[str, Reply]:
        """Cease; return every answer by its key."""
        self._over.set()
        self._thread.join()
        return self.replies

    async def _everyone(self) -> None:
        await asyncio.gather(*(self._one(place) for place in range(self._clients)))

    async def _one(self, place: int) -> None:
        connection = Connection(self._port, self._stand.tokens[0])
        n = 0
        while not self._over.is_set():
            key = f"{place}-{n}"
            reply = self.replies[key] = await connection.post(issue(self._stand, key, member=place))
            n += 1
            if reply.status != 200:
                await asyncio.sleep(0.05)
        connection.close()


def ready(port: int) -> tuple[int, str]:
    """Return what /readyz says, 0 where nobody listens."""

    async def ask() -> tuple[int, str]:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: dure\r\nconnection: close\r\n\r\n")
            text = (await reader.read()).decode()
            writer.close()
        except OSError:
            return 0, ""
        head, _, body = text.partition("\r\n\r\n")
        return int(head.split(" ")[1] or "0"), body

    return asyncio.run(asyncio.wait_for(ask(), WAIT_SECONDS_MAX))


def page(port: int, path: str) -> str:
    """Return a page of the server's."""

    async def ask() -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nhost: dure\r\nconnection: close\r\n\r\n".encode())
        text = (await reader.read()).decode()
        writer.close()
        return text

    return asyncio.run(asyncio.wait_for(ask(), WAIT_SECONDS_MAX))


def resend(stand: Stand, port: int, replies: dict[str, Reply], clients: int = 8) -> int:
    """Send every command again until it is acknowledged; return how many answers were lost."""
    token = stand.tokens[0]
    keys = list(replies)
    bodies = [(token, issue(stand, key, member=int(key.split("-")[0]))) for key in keys]
    limit = time.monotonic() + WAIT_SECONDS_MAX
    again = send(port, bodies, clients)
    while any(reply.status != 200 for reply in again):
        assert time.monotonic() < limit, [reply for reply in again if reply.status != 200][:3]
        again = send(port, bodies, clients)
    lost = 0
    for key, reply in zip(keys, again, strict=True):
        first = replies[key].facts
        lost += first[0] != "" and (first != reply.facts or not reply.payload["replayed"])
        assert reply.facts[0], reply
    return lost
