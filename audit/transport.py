"""HTTP as a verifier and a log need it: one request, one answer of bounded size, in bounded time.

No redirect is followed: whoever was named is whoever answers. TLS certificates are checked as the
system does.
"""

import contextlib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from audit.errors import AuditError

Address: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

_GZIP_WINDOW = 31  # zlib: the widest window, with gzip's own header

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
    connection = _connection(url, seconds)
    try:
        return _exchange(connection, method, url, body, dict(headers or {}), bytes_max, seconds)
    finally:
        connection.close()


class Line:
    """A connection that is kept for many requests to one host, and made anew where it broke."""

    def __init__(self, url: str, seconds: float = SECONDS_DEFAULT) -> None:
        """Take any address of the host; nothing is asked yet.

        Raises:
            TransportError: `URL_INVALID`.
        """
        self._url = url
        self._seconds = seconds
        self._connection = _connection(url, seconds)
        self._used = False

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Response:
        """Ask for one address of the host.

        Raises:
            TransportError: as `request`.
        """
        try:
            return self._get(url, headers, bytes_max)
        except TransportError as error:
            # A host may end a line that it has kept for long; that is seen at the next request.
            if not self._used or error.code != "UNREACHABLE":
                raise
            self.close()
            return self._get(url, headers, bytes_max)

    def _get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Response:
        try:
            answer = _exchange(
                self._connection, "GET", url, b"", dict(headers), bytes_max, self._seconds
            )
        except TransportError:
            self._connection.close()
            raise
        self._used = True
        return answer

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
        self._used = False


def unpacked(answer: Response, bytes_max: int) -> bytes:
    """Return an answer's body as it was before it was sent, at most so long.

    Raises:
        TransportError: `ANSWER_TOO_LONG`, or `ANSWER_ENCODING` where it is neither plain nor gzip.
    """
    coding = answer.headers.get("content-encoding", "identity").lower()
    if coding in {"identity", ""}:
        return answer.body
    opener = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = opener.decompress(answer.body, bytes_max + 1)
    except zlib.error:
        raise TransportError("ANSWER_ENCODING", coding=coding) from None
    if len(body) > bytes_max:
        raise TransportError("ANSWER_TOO_LONG", bytes_max=bytes_max)
    if coding not in {"gzip", "x-gzip"} or not opener.eof or opener.unused_data:
        raise TransportError("ANSWER_ENCODING", coding=coding)
    return body


def _connection(url: str, seconds: float) -> HTTPConnection:
    parts = check_url(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, timeout=seconds)
    return HTTPConnection(host, parts.port, timeout=seconds)


def _exchange(
    connection: HTTPConnection,
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    bytes_max: int,
    seconds: float,
) -> Response:
    """Ask over a connection, which is opened where it is not; whoever called closes it."""
    path = check_url(url).path or "/"
    until = time.monotonic() + seconds
    # The socket's own timeout begins anew with each byte, so a sender that drips could hold us for
    # hours: the line is cut when the whole time is over.
    late = threading.Event()
    lines: list[socket.socket] = []
    clock = threading.Timer(seconds, _cut, (lines, late))
    clock.daemon = True
    clock.start()
    try:
        line = connection.sock
        if line is None:
            line = _opened(connection, until)
        line.settimeout(seconds)
        # The connection forgets its socket where the other side announces that it will hang up.
        connection.sock = line
        lines.append(line)
        if late.is_set():
            raise TimeoutError  # the clock struck while there was no line to cut
        connection.request(method, path, body or None, headers)
        with connection.getresponse() as answer:
            data = _body(answer, bytes_max)
            told = {name.lower(): value for name, value in answer.getheaders()}
            if not answer.isclosed() and answer.length != 0:
                # What is left of a body would be taken for the next answer.
                connection.close()
    except (OSError, HTTPException, ValueError) as error:
        # ValueError: a name that cannot be looked up, a length or a size that is no number.
        if late.is_set() or isinstance(error, TimeoutError):
            raise TransportError("TIMED_OUT", url=url) from None
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise TransportError("UNREACHABLE", url=url, reason=str(reason)) from None
    finally:
        clock.cancel()
    if late.is_set():
        # A body without a length ends when the line does; what was cut is not whole.
        raise TransportError("TIMED_OUT", url=url)
    if len(data) > bytes_max:
        raise TransportError("ANSWER_TOO_LONG", url=url, bytes_max=bytes_max)
    return Response(answer.status, told, data)


def _opened(connection: HTTPConnection, until: float) -> socket.socket:
    """Return a new line to a connection's host, made before `until`."""
    found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    line = connect([(family, address) for family, _, _, _, address in found], until)
    if isinstance(connection, HTTPSConnection):
        context = ssl.create_default_context()
        return context.wrap_socket(line, server_hostname=connection.host)
    return line


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
