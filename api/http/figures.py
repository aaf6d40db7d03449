"""`/metrics`: shown to whoever has its token, and where it is asked for, to this machine.

How much a network does is its operator's business. A proxy on this machine makes every stranger's
request one of this machine's, unless it says whom it speaks for (RFC 7239, and what came before
it), which not all do. So that this machine needs no token is a setting, and not the default.
"""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING

from api.http.answers import TEXT, Reply, send
from api.http.requests import headers_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import Receive, Scope, Send

CHALLENGE = b'Bearer realm="dure metrics"'  # RFC 9110 section 11.6.1
_FORWARDED = (b"forwarded", b"x-forwarded-for", b"x-real-ip", b"via")


class FiguresEndpoint:
    """The ASGI application behind /metrics."""

    def __init__(
        self, make: Callable[[], Awaitable[Reply]], token: str | None, *, local: bool
    ) -> None:
        """Answer what ``make`` returns to whoever has the token; if ``local``, to this machine."""
        self._make = make
        self._token = token
        self._local = local

    async def __call__(self, scope: Scope, _: Receive, send_: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        if scope["method"] != "GET":
            reply = Reply(405, b"GET\n", TEXT, ((b"allow", b"GET"),))
        elif self._knows(headers) or (self._local and _from_here(scope, headers)):
            reply = await self._make()
        elif self._token is None:
            reply = Reply(403, b"set DURE_METRICS_TOKEN, or DURE_METRICS_LOCAL without a proxy\n")
        else:
            reply = Reply(401, b"a bearer token\n", TEXT, ((b"www-authenticate", CHALLENGE),))
        await send(send_, reply)

    def _knows(self, headers: Mapping[bytes, bytes]) -> bool:
        """Tell whether a request bears the token, in a time that tells nothing of it."""
        if self._token is None:
            return False
        expected = b"Bearer " + self._token.encode()
        return hmac.compare_digest(headers.get(b"authorization", b""), expected)


def _from_here(scope: Scope, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request was made on this machine, and passed on by nobody."""
    client = scope.get("client")
    if client is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
