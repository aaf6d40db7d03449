"""Witnesses and a network as processes of their own, on loopback."""

import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from api.cli.app import run
from audit.policy import Policy, parse_policy
from tests.integration.cli.test_serve import free_port

PROGRAM = "from api.cli import main; main()"
ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 120.0
ORIGIN = "dure.example/test"
NAMES = ("air", "cafe", "books")

GRANT = """mutation($i: ApiKeyCreateInput!) { apiKeyCreate(input: $i) { __typename
  ... on ApiKeyCreateSuccess { receipt { sequence cosigned } } ... on UserError { code } } }"""
CHECKPOINT = "{ auditCheckpoint { size text cosigned } }"


def dure(*arguments: str | Path) -> dict[str, Any]:
    """Run a verb to its end; return its JSON."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments), "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**result, "status": done.returncode}


@contextmanager
def running(*arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Run a verb that goes on until it is stopped."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS_MAX)


def until(true: Callable[[], bool]) -> None:
    """Wait for what must become true."""
    due = time.monotonic() + SECONDS_MAX
    while True:
        try:
            if true():
                return
        except httpx2.TransportError:
            pass
        assert time.monotonic() < due, "it did not become true in time"
        time.sleep(0.05)


@dataclass
class Place:
    """A home, three witnesses' homes and ports, and the policy that two of three must cosign."""

    folder: Path
    home: Path
    log_key: str
    keys: dict[str, str]
    ports: dict[str, int]
    port: int
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        """Where the network is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy(self) -> Policy:
        """The policy as the network reads it."""
        return parse_policy((self.home / "witness-policy").read_bytes())

    def write_policy(self, quorum: str = "2") -> None:
        """Write the network's policy."""
        lines = [f"log {self.log_key}"]
        lines += [f"witness {n} {self.keys[n]} http://127.0.0.1:{self.ports[n]}/" for n in NAMES]
        lines += [f"group partners {quorum} {' '.join(NAMES)}", "quorum partners", ""]
        (self.home / "witness-policy").write_text("\n".join(lines))

    def witness(self, name: str) -> AbstractContextManager["subprocess.Popen[str]"]:
        """Run one of the witnesses."""
        return running(
            "audit", "witness", "--home", self.folder / name, "--log", self.log_key,
            "--port", str(self.ports[name]),
        )  # fmt: skip

    def wait_for_witness(self, name: str) -> None:
        """Wait until a witness answers."""
        url = f"http://127.0.0.1:{self.ports[name]}/0/checkpoint"
        until(lambda: httpx2.get(url).status_code == 404)

    def serve(self) -> AbstractContextManager["subprocess.Popen[str]"]:
        """Serve the network."""
        return running("serve", "--home", self.home, "--port", str(self.port))

    def wait_for_server(self) -> None:
        """Wait until the network answers."""
        until(lambda: httpx2.get(f"{self.url}/readyz").status_code == 200)

    def enter(self) -> int:
        """Append an entry; return its sequence."""
        key = json.loads((self.home / "operator-keys.json").read_text())[0]["token"]
        given = {
            "subject": uuid.uuid4().hex, "role": "AUDITOR", "scopes": ["audit:read"],
            "idempotencyKey": f"k{next(self.numbers)}",
        }  # fmt: skip
        said = self.ask(GRANT, key, i=given)
        return int(said["apiKeyCreate"]["receipt"]["sequence"])

    def ask(self, query: str, key: str = "", **variables: object) -> dict[str, Any]:
        """Ask the network what must succeed."""
        headers = {"authorization": f"Bearer {key}"} if key else {}
        body = {"query": query, "variables": variables}
        said = httpx2.post(f"{self.url}/graphql", json=body, headers=headers, timeout=30).json()
        assert "errors" not in said, said
        data: dict[str, Any] = said["data"]
        return data

    def published(self) -> dict[str, Any]:
        """The checkpoint that is served."""
        found: dict[str, Any] = self.ask(CHECKPOINT)["auditCheckpoint"]
        return {**found, "size": int(found["size"])}

    def wait_for_published(self, size: int) -> str:
        """Wait until witnesses have cosigned at least this size; return the note."""
        until(lambda: (said := self.published())["cosigned"] and said["size"] >= size)
        note: str = httpx2.get(f"{self.url}/log/checkpoint").text
        return note


def here(*arguments: str | Path | int) -> dict[str, Any]:
    """Run a verb to its end in this process; return its JSON."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = run([*map(str, arguments), "--json"])
    result: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return {**result, "status": status}


def make_place(folder: Path, dure: Callable[..., dict[str, Any]] = dure) -> Place:
    """Found a network, three witnesses, and the policy."""
    home = folder / "home"
    made = dure("init", "--home", home, "--origin", ORIGIN)
    assert made["status"] == 0, made
    log_key = dure("audit", "key", "--home", home)["key"]
    keys = {
        name: dure(
            "audit", "witness", "--init", "--name", f"{name}.example/w", "--home", folder / name
        )["key"]
        for name in NAMES
    }
    ports = {name: free_port() for name in NAMES}
    place = Place(folder, home, log_key, keys, ports, free_port())
    place.write_policy()
    return place
