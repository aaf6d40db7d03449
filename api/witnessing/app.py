"""A witness over HTTP: `POST /add-checkpoint` and `GET /HASH/checkpoint` (C2SP tlog-witness).

No credentials: a checkpoint is authenticated by the log's signature on it, and what is answered is
public.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount

from api.http.answers import TEXT, HttpOnly, Reply, send
from audit.witness.request import REQUEST_BYTES_MAX

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from audit.witness.service import Answer, Witness

BODY_SECONDS = 10  # for a body of at most 70 kB

_log = logging.getLogger("dure.witness")


class WitnessEndpoint:
    """The ASGI application of a witness."""

    def __init__(self, witness: Witness) -> None:
        """Answer for this witness."""
        self._witness = witness

    async def __call__(self, scope: Scope, receive: Receive, send_: Send) -> None:
        """Answer one request."""
        await send(send_, await self._answer(scope, receive))

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        path = scope["path"].strip("/")
        if path == "add-checkpoint":
            if scope["method"] != "POST":
                return Reply(405, b"POST\n", TEXT, ((b"allow", b"POST"),))
            body = await _read(receive)
            if body is None:
                return Reply(413, b"REQUEST_TOO_LONG\n", TEXT, ((b"connection", b"close"),))
            # The disk is waited for, on a thread; the witness itself takes one at a time.
            return _reply(_told(await asyncio.to_thread(self._witness.add_checkpoint, body)))
        hash_, _, file = path.partition("/")
        if file != "checkpoint":
            return Reply(404, b"not found\n")
        if scope["method"] != "GET":
            return Reply(405, b"GET\n", TEXT, ((b"allow", b"GET"),))
        return _reply(await asyncio.to_thread(self._witness.checkpoint, hash_))


def _reply(answer: Answer) -> Reply:
    return Reply(int(answer.status), answer.body, answer.content_type)


def _told(answer: Answer) -> Answer:
    if answer.status is HTTPStatus.OK:
        _log.info("cosigned %s at %d", answer.origin, answer.size)
    else:
        _log.warning("refused: %d %s", answer.status, answer.body.decode("ascii", "replace")[:64])
    return answer


async def _read(receive: Receive) -> bytes | None:
    """Return a body, None where it is too long, or not there in time."""
    parts: list[bytes] = []
    total = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                part: bytes = message.get("body", b"")
                total += len(part)
                if total > REQUEST_BYTES_MAX or message["type"] != "http.request":
                    return None
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        return None


def create_witness_app(witness: Witness) -> Starlette:
    """Return the application of a witness."""
    return Starlette(routes=[Mount("/", HttpOnly(WitnessEndpoint(witness)))])
