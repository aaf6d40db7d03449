"""Bodies of requests: how long they may be, for whom, and how long they may take."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.types import Message

from api.http.requests import ANONYMOUS_BODY_MAX, BadRequestError, read_request
from tests.acceptance.stage import Stage, play


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The door is the same before either database."""
    return sqlite_url


def test_a_body_has_a_deadline_and_an_end() -> None:
    """A body that trickles is given up; one that grows past its limit is, wherever that shows."""
    scope = {"method": "POST", "query_string": b""}
    headers = {b"content-type": b"application/json"}

    async def trickle() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def flood() -> Message:
        return {"type": "http.request", "body": b" " * 1000, "more_body": True}

    async def whole() -> Message:
        return {"type": "http.request", "body": b" " * 2001}

    for receive, status in ((trickle, 408), (flood, 413), (whole, 413)):
        with pytest.raises(BadRequestError) as refused:
            asyncio.run(read_request(scope, headers, receive, 2000, seconds=0.2))
        assert refused.value.status == status
        assert refused.value.headers == ((b"connection", b"close"),)


def test_long_bodies_are_for_those_who_are_known(tmp_path: Path, database_url: str) -> None:
    """A long body is read with credentials alone; wrong ones end before it is read."""

    async def story(stage: Stage) -> None:
        long = b'{"query":"{ auditCheckpoint { size } }"' + b" " * ANONYMOUS_BODY_MAX + b"}"
        json = {"content-type": "application/json"}

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(long), 50_000):
                yield long[start : start + 50_000]

        async def status(token: str | None, *, chunked: bool) -> int:
            bearer = {} if token is None else {"authorization": f"Bearer {token}"}
            content = pieces() if chunked else long
            answer = await stage.client.post("/graphql", content=content, headers=json | bearer)
            return answer.status_code

        for chunked in (False, True):
            assert await status(None, chunked=chunked) == 413
            assert await status(f"dure_{'a' * 8}_{'A' * 43}", chunked=chunked) == 401
            assert await status(stage.tokens["AIRLINE"], chunked=chunked) == 200

        async def never() -> Message:
            raise AssertionError("the body is not read")

        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": "POST", "query_string": b"",
            "headers": [
                (b"content-type", b"application/json"), (b"transfer-encoding", b"chunked"),
                (b"authorization", b"Bearer nobody"),
            ],
        }  # fmt: skip
        await stage.endpoint(scope, never, send)
        assert sent[0]["status"] == 401

    play(tmp_path / "home", database_url, story)
