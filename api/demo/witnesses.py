"""Three of the brands witness the log: a process each, two of whom must cosign.

Each has a folder of its own beside the network's files, as a partner would have it on a machine of
its own; the policy that is left in the home names the ports at which `make run` starts them.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

from api.bootstrap import NetworkError
from api.witnessing.home import create_witness
from api.witnessing.policy import POLICY_FILE
from api.witnessing.publish import Publisher
from audit.policy import Policy, parse_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from api.bootstrap import Network
    from api.config import Settings

FOLDER = "witnesses"
BRANDS = ("AIR", "BOOKS", "CAFE")  # in the order of their folders' names, as the ports are
QUORUM = 2
PORT_FIRST = 8101
HOST = "127.0.0.1"
START_SECONDS = 30.0  # three interpreters on a machine that is busy
PROGRAM = "from api.cli import main; main()"


class Witnessed(NamedTuple):
    """What became of the last checkpoint: its size, and who cosigned it."""

    size: int
    cosigned: tuple[str, ...]


def witness_log(network: Network, settings: Settings) -> Witnessed:
    """Make the witnesses, have them cosign the newest checkpoint, and leave the policy.

    Raises NetworkError ``WITNESSES_SILENT`` where too few of them cosigned.
    """
    keys = {
        brand: create_witness(
            network.home / FOLDER / brand,
            settings,
            f"{brand.lower()}.example/witness",
            (network.verifier_key,),
        ).key.text()
        for brand in BRANDS
    }
    with ExitStack() as stack:
        ports = dict(zip(BRANDS, _free_ports(len(BRANDS)), strict=True))
        for brand in BRANDS:
            stack.enter_context(_running(network.home / FOLDER / brand, ports[brand]))
        for port in ports.values():
            _await_port(port)
        policy = parse_policy(_policy(network.verifier_key, keys, ports).encode())
        witnessed = _publish(network, policy)
    left = {brand: PORT_FIRST + place for place, brand in enumerate(BRANDS)}
    (network.home / POLICY_FILE).write_text(_policy(network.verifier_key, keys, left), "utf-8")
    return witnessed


def _publish(network: Network, policy: Policy) -> Witnessed:
    round_ = asyncio.run(Publisher(network, policy).run_round())
    if round_ is None or not round_.published:
        failed = ",".join(f"{k}:{v}" for k, v in (round_.failed if round_ else {}).items())
        raise NetworkError("WITNESSES_SILENT", quorum=QUORUM, failed=failed)
    return Witnessed(round_.size, round_.cosigned)


def _policy(log: str, keys: dict[str, str], ports: dict[str, int]) -> str:
    lines = [
        "# Who vouches for this log beside its operator: two of three partners (C2SP tlog-policy).",
        f"log {log}",
        *(f"witness {brand} {keys[brand]} http://{HOST}:{ports[brand]}/" for brand in keys),
        f"group partners {QUORUM} {' '.join(keys)}",
        "quorum partners",
    ]
    return "\n".join(lines) + "\n"


def _free_ports(count: int) -> Sequence[int]:
    """Return ports that nobody has now, each another one."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


@contextmanager
def _running(home: Path, port: int) -> Iterator[None]:
    """Run a witness until the block ends."""
    command = [
        sys.executable, "-c", PROGRAM, "audit", "witness",
        "--home", str(home), "--host", HOST, "--port", str(port),
    ]  # fmt: skip
    # Our own interpreter on our own words.
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _await_port(port: int) -> None:
    due = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > due:
                raise NetworkError("WITNESSES_SILENT", quorum=QUORUM, failed=str(port)) from None
            time.sleep(0.05)
        else:
            return
