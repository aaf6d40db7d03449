"""HTTP as a verifier and a log need it: one request, one answer of bounded size, in bounded time.

No redirect is followed: whoever was named is whoever answers. TLS certificates are checked as the
system does.
"""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from audit.errors import AuditError

Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

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
    secure = parts.scheme == "https"
    connection = (HTTPSConnection if secure else HTTPConnection)(host, parts.port, timeout=seconds)
    until = time.monotonic() + seconds
    # The socket's own timeout begins anew with each byte, so a sender that drips could hold us for
    # hours: the line is cut when the whole time is over.
    late = threading.Event()
    lines: list[socket.socket] = []
    clock = threading.Timer(seconds, _cut, (lines, late))
    clock.daemon = True
    clock.start()
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
        line = connect([(family, address) for family, _, _, _, address in found], until)
        if secure:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
        line.settimeout(seconds)
        # The connection forgets its socket where the other side announces that it will hang up.
        connection.sock = line
        lines.append(line)
        if late.is_set():
            raise TimeoutError  # the clock struck while there was no line to cut
        connection.request(method, parts.path or "/", body or None, dict(headers or {}))
        with connection.getresponse() as answer:
            data = _body(answer, bytes_max)
            told = {name.lower(): value for name, value in answer.getheaders()}
    except (OSError, HTTPException, ValueError) as error:
        # ValueError: a name that cannot be looked up, a length or a size that is no number.
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


def _body(answer: HTTPResponse, bytes_max: int) -> bytes:
    """Read a body, at most a little longer than the limit.

    The library's `read` takes a chunk of a negative size for all that ever comes.
    """
    parts: list[bytes] = []
    total = 0
    while total <= bytes_max and (part := answer.read1(bytes_max + 1 - total)):
        parts.append(part)
        total += len(part)
    if total <= bytes_max and answer.length:
        raise IncompleteRead(b"", answer.length)
    return b"".join(parts)


def connect(addresses: Sequence[tuple[int, Address]], until: float) -> socket.socket:
    """Return a line to the first of a host's addresses that answers.

    A host may name hundreds where nobody answers: they share the time.

    Args:
        addresses: families and socket addresses, in the order of asking.
        until: the end, in seconds of the monotonic clock.

    Raises OSError of the last address; TimeoutError where the time is over before.
    """
    failed = OSError("no address")
    for family, address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(left)
            line.connect(address)
            line.settimeout(max(until - time.monotonic(), 0.001))  # what is left, for TLS; not 0
        except OSError as error:
            line.close()
            failed = error
        else:
            return line
    raise failed


def _cut(lines: Sequence[socket.socket], late: threading.Event) -> None:
    late.set()
    for line in lines:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
