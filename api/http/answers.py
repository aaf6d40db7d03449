"""What is sent back: status, body, media type; the same careful headers on all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.http.assets import CONTENT_POLICY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

GRAPHQL_JSON = "application/graphql-response+json; charset=utf-8"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

Headers = tuple[tuple[bytes, bytes], ...]

# Nothing of ours is framed, sniffed or told to others as a referrer.
_ALWAYS: Headers = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
_NOT_STORED: Headers = ((b"cache-control", b"no-store"),)


_NOT_MODIFIED = 304  # it has no body, and the length of the one it stands for is not told


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()


class Reply(NamedTuple):
    """One answer; without a `cache-control` of its own it is not to be stored."""

    status: int
    body: bytes
    media_type: str = TEXT
    headers: Headers = ()


async def send(send_: Send, reply: Reply, *, bodiless: bool = False) -> None:
    """Send an answer whole; of one that is ``bodiless`` (to HEAD) its headers alone."""
    cached = any(name == b"cache-control" for name, _ in reply.headers)
    await send_(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (b"content-type", reply.media_type.encode()),
                *(() if reply.status == _NOT_MODIFIED else (_length(reply.body),)),
                *_ALWAYS,
                *(() if cached else _NOT_STORED),
                *reply.headers,
            ],
        }
    )
    await send_({"type": "http.response.body", "body": b"" if bodiless else reply.body})


class HttpOnly:
    """An ASGI application that speaks HTTP alone: a WebSocket is refused at its handshake."""

    def __init__(self, app: ASGIApp) -> None:
        """Pass HTTP on to ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send_: Send) -> None:
        """Answer one request or refuse one handshake."""
        if scope["type"] == "http":
            await self._app(scope, receive, send_)
        else:
            await send_({"type": "websocket.close"})


class Page:
    """An ASGI application that answers every GET the same way."""

    def __init__(self, make: Callable[[], Awaitable[Reply]]) -> None:
        """Answer what ``make`` returns."""
        self._make = make

    async def __call__(self, scope: Scope, _: Receive, send_: Send) -> None:
        """Answer one request."""
        if scope["method"] == "GET":
            await send(send_, await self._make())
        else:
            await send(send_, Reply(405, b"GET\n", TEXT, ((b"allow", b"GET"),)))
