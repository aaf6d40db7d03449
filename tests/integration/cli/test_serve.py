"""`dure serve` in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.integration.cli.conftest import Dure

PROGRAM = "from api.cli import main; main()"
STARTED_SECONDS_MAX = 120  # two seconds of work; on a machine with ten such it takes its time
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def served(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Serve a home until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--home", str(home), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answer(
    client: httpx2.Client, url: str, body: dict[str, str] | None = None, key: str = ""
) -> httpx2.Response:
    """Ask until the server is up."""
    until = time.monotonic() + STARTED_SECONDS_MAX
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    while True:
        try:
            return client.request(
                "GET" if body is None else "POST", url, json=body, headers=headers
            )
        except httpx2.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_a_network_is_served_and_stops_when_told(sqlite_home: Path) -> None:
    """The server greets with its address and three queries that work, and ends on SIGTERM."""
    port = free_port()
    key = json.loads((sqlite_home / "operator-keys.json").read_text())[0]["token"]
    url = f"http://127.0.0.1:{port}"
    with served(sqlite_home, port) as process, httpx2.Client(timeout=10) as client:
        assert answer(client, f"{url}/healthz").status_code == 200
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(7)]
        assert f"{url}/graphql" in lines[0]
        queries = [line for line in lines if line.startswith("{")]
        assert len(queries) == 3
        for query in queries:
            said = answer(client, f"{url}/graphql", {"query": query}, key).json()
            assert "errors" not in said
            assert all(value is not None for value in said["data"].values())
        process.send_signal(signal.SIGTERM)
        assert process.wait(STARTED_SECONDS_MAX) in (0, -signal.SIGTERM)


def test_a_taken_port_is_told(dure: Dure, sqlite_home: Path) -> None:
    """A port in use is named in one line, with exit status 2 and no traceback."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = dure("serve", "--home", sqlite_home, "--port", port)
    assert said.status == 2
    assert said.err == (
        f"dure: PORT_TAKEN: Port {port} on 127.0.0.1 is in use by another program; "
        "choose one with --port.\n"
    )
