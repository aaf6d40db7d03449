"""One request, one answer, in bounded time and memory, whatever the other side sends."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import pytest

from audit.transport import Line, TransportError, connect, request

PLENTY = b"x" * 65_536


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is closed at the end."""
    with ExitStack() as held:
        yield held


def answering(stack: ExitStack, parts: Iterable[bytes]) -> str:
    """The address of a server that answers one request with these bytes, then hangs up."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65_536)
            for part in parts:
                try:
                    line.sendall(part)
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def silent(stack: ExitStack, host: str) -> tuple[str, int]:
    """An address where nobody takes a connection: its queue is full."""
    listener = stack.enter_context(socket.socket())
    listener.bind((host, 0))
    listener.listen(0)
    place: tuple[str, int] = listener.getsockname()
    for _ in range(3):
        caller = stack.enter_context(socket.socket())
        caller.setblocking(False)
        caller.connect_ex(place)
    return place


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((CHUNKED, b"-5\r\n", b"hello"), "UNREACHABLE"),
        ((CHUNKED, b"-1\r\n", *[PLENTY] * 500), "ANSWER_TOO_LONG"),
        ((CHUNKED, b"zz\r\n", b"hello"), "UNREACHABLE"),
        ((CHUNKED, b"5\r\nhello\r\n"), "UNREACHABLE"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",), "UNREACHABLE"),
        ((b"HTTP/1.1 200 OK\r\n\r\n", *[PLENTY] * 500), "ANSWER_TOO_LONG"),
        ((b"HTTP/1.1 9999999999 OK\r\n\r\n",), "UNREACHABLE"),
    ],
)
def test_a_strange_answer_is_a_transport_error(
    stack: ExitStack, parts: tuple[bytes, ...], code: str
) -> None:
    """Sizes that are none, bodies that break off or never end: told by a code, not by a crash."""
    with pytest.raises(TransportError) as caught:
        request("GET", answering(stack, parts), bytes_max=100, seconds=5.0)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.0 200 OK\r\n\r\nhello",
    ],
)
def test_a_good_answer_is_read_whole(stack: ExitStack, answer: bytes) -> None:
    """In chunks, by its length, or until the line ends."""
    assert request("GET", answering(stack, [answer]), bytes_max=5).body == b"hello"


@pytest.mark.parametrize("header", [b"Connection: close", b"Content-Length: 1000"])
def test_an_answer_that_drips_is_cut(stack: ExitStack, header: bytes) -> None:
    """However the body is to end: one byte now and then does not hold us beyond the time."""

    def drops() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n" + header + b"\r\n\r\n"
        for _ in range(40):
            time.sleep(0.1)
            yield b"x"

    url = answering(stack, drops())
    begun = time.monotonic()
    with pytest.raises(TransportError) as caught:
        request("GET", url, bytes_max=1_000, seconds=0.5)
    assert caught.value.code == "TIMED_OUT"
    assert time.monotonic() - begun < 2.0


def test_a_host_that_has_no_name_is_a_transport_error() -> None:
    """A label longer than DNS allows is told as nobody reached."""
    with pytest.raises(TransportError) as caught:
        request("GET", f"http://{'a' * 64}.example/", bytes_max=1)
    assert caught.value.code == "UNREACHABLE"


def test_addresses_share_the_time(stack: ExitStack) -> None:
    """Several addresses where nobody answers take no longer than one."""
    places = [silent(stack, f"127.0.0.{n}") for n in (1, 2, 3)]
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        connect([(socket.AF_INET, place) for place in places], begun + 0.5)
    assert time.monotonic() - begun < 1.0


SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
PARTS = CHUNKED + b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"


@pytest.mark.parametrize("answer", [SHORT, PARTS])
def test_a_line_is_kept_for_the_next_request(stack: ExitStack, answer: bytes) -> None:
    """A host that takes one connection and no other answers twice on it, however a body ends."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

    def serve() -> None:
        line, _ = listener.accept()
        listener.close()
        with line:
            while line.recv(65_536):
                line.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    line = Line(url, seconds=5.0)
    assert [line.get(url, {}, 5).body for _ in range(3)] == [b"hello"] * 3
    line.close()


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ((CHUNKED, b"-1\r\n", *[PLENTY] * 500), "ANSWER_TOO_LONG"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", None), "TIMED_OUT"),
    ],
)
def test_a_kept_line_is_bounded_as_a_new_one(
    stack: ExitStack, second: tuple[bytes | None, ...], code: str
) -> None:
    """The second answer on a line may be no longer and take no more time than the first."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    over = threading.Event()
    stack.callback(over.set)

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65_536)
            line.sendall(SHORT)
            line.recv(65_536)
            for part in second:
                if part is None:
                    over.wait(10)
                    return
                try:
                    line.sendall(part)
                except OSError:
                    return

    threading.Thread(target=serve, daemon=True).start()
    line = Line(url, seconds=1.0)
    assert line.get(url, {}, 5).body == b"hello"
    begun = time.monotonic()
    with pytest.raises(TransportError) as caught:
        line.get(url, {}, 100)
    assert caught.value.code == code
    assert time.monotonic() - begun < 3.0
    line.close()
