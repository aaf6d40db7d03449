"""HTTP as a verifier and a log need it: one request, one answer of bounded size, in bounded time.

No redirect is followed: whoever was named is whoever answers. TLS certificates are checked as the
system does.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from audit.errors import AuditError

SECONDS_DEFAULT = 10.0  # a checkpoint or a tile is a few kilobytes


class TransportError(AuditError):
    """Nobody answered, too late, too long, or with what is no HTTP."""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    Attributes:
        status: the HTTP status.
        headers: by lower-case name; of several under one name the last.
        body: at most as long as was asked for.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str) -> SplitResult:
    """Read an address.

    Raises:
        TransportError: `URL_INVALID` unless it is http or https with a host and without
            credentials, query and fragment.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TransportError("URL_INVALID", url=url) from None
    printable = url.isascii() and url.isprintable() and " " not in url
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    known = parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0
    if not (printable and plain and known):
        raise TransportError("URL_INVALID", url=url)
    return parts


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    bytes_max: int,
    seconds: float = SECONDS_DEFAULT,
) -> Response:
    """Ask once.

    Args:
        method: `GET` or `POST`.
        url: http or https.
        body: of a POST.
        headers: beside those that every request has.
        bytes_max: the longest body that is read.
        seconds: for the whole exchange, however slowly the answer drips.

    Raises:
        TransportError: `URL_INVALID`, `UNREACHABLE`, `TIMED_OUT` or `ANSWER_TOO_LONG`.
    """
    parts = check_url(url)
    host = parts.hostname or ""
    connection: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(host, parts.port, timeout=seconds, context=context)
    else:
        connection = HTTPConnection(host, parts.port, timeout=seconds)
    # The socket's own timeout begins anew with each byte, so a sender that drips could hold us for
    # hours: the line is cut when the whole time is over.
    late = threading.Event()
    clock = threading.Timer(seconds, _cut, (connection, late))
    clock.daemon = True
    clock.start()
    try:
        connection.request(method, parts.path or "/", body or None, dict(headers or {}))
        answer = connection.getresponse()
        data = answer.read(bytes_max + 1)
        told = {name.lower(): value for name, value in answer.getheaders()}
    except (OSError, HTTPException) as error:
        if late.is_set() or isinstance(error, TimeoutError):
            raise TransportError("TIMED_OUT", url=url) from None
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise TransportError("UNREACHABLE", url=url, reason=str(reason)) from None
    finally:
        clock.cancel()
        connection.close()
    if late.is_set():
        # A body without a length ends when the line does; what was cut is not whole.
        raise TransportError("TIMED_OUT", url=url)
    if len(data) > bytes_max:
        raise TransportError("ANSWER_TOO_LONG", url=url, bytes_max=bytes_max)
    return Response(answer.status, told, data)


def _cut(connection: HTTPConnection, late: threading.Event) -> None:
    late.set()
    held: object = connection.sock
    if isinstance(held, socket.socket):
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)
