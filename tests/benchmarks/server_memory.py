"""Whether `dure serve` keeps its size: its resident memory over many exchanges, sampled as it runs.

Members spend what they got by an exchange with another request, as people do. So the rows that a
ledger keeps in memory reach what its members need, and what grows after that is a leak. The size
after a warm-up is compared with the size at the end.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.bootstrap import open_network
from api.config import read_settings
from tests.benchmarks.client import EXCHANGE, Access, closed_loop, mutations, redemptions
from tests.benchmarks.exchange_server import enroll, prepare
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.over_http import free_port

CLIENTS = 32
MEMBERS = 2_000
SAMPLES = 20
WARM_UP = 30_000  # exchanges; the writer's page cache (64 MiB) is full after some 20,000
SECONDS_MAX = 3_600.0  # for one turn; it ends by count
WITHIN = 1 / 1.05  # 5 %
PASSPHRASE = "a pass phrase"  # of stage's network
SERIES = Path("build") / "memory.json"

LINE = Line(
    "memory of the server at the end", "after its warm-up", "sqlite", "MiB", WITHIN, 1 / 1.02
)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Access, Access, list[str], int]]:
    """Run `dure serve` as an operator would.

    Lend access to it for who exchanges and for who takes what was got, its members and its process.
    """
    prepared = asyncio.run(prepare(folder))
    home, url = folder / "home", f"sqlite:///{folder / 'dure.sqlite3'}"
    settings = read_settings(home=home, database_url=url, passphrase=PASSPHRASE)
    network = open_network(home, settings)
    members = enroll(network, MEMBERS)
    network.close()
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()",
         "serve", "--home", home, "--port", str(port), "--json"],
        env={**os.environ, "DURE_DATABASE_URL": url, "DURE_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        while b"url" not in server.stdout.readline():
            if server.poll() is not None:
                raise SystemExit("the server did not start")
        exchanging, taking = (Access(port, prepared[name]) for name in ("token", "spender"))
        yield exchanging, taking, members, server.pid
    finally:
        server.terminate()
        server.wait()


def resident(process: int) -> float:
    """Return a process's resident memory, MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _round(exchanging: Access, taking: Access, members: list[str]) -> int:
    """Let each member exchange once, and spend what came of it; return the exchanges."""
    for access, body in (
        (exchanging, mutations(EXCHANGE, members)),
        (taking, redemptions(members)),
    ):
        asyncio.run(closed_loop(access, body, CLIENTS, SECONDS_MAX, len(members)))
    return len(members)


def measure(options: Options, say: Say) -> list[Measurement]:
    """Send exchanges and redemptions, sampling; write the series beside the report."""
    step = max(options.memory // SAMPLES, MEMBERS)
    series: list[dict[str, float]] = []
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        served(Path(folder)) as (exchanging, taking, members, process),
    ):
        say("warming up")
        done, start = 0, time.monotonic()
        while done < WARM_UP + options.memory:
            goal = done + (step if done else WARM_UP)
            while done < goal:
                done += _round(exchanging, taking, members)
            size, seconds = resident(process), time.monotonic() - start
            series.append({"exchanges": done, "seconds": round(seconds, 1), "mib": round(size, 1)})
            say(f"{done:,} exchanges, {size:.1f} MiB, {done / seconds:,.0f}/s")
            SERIES.parent.mkdir(exist_ok=True)
            SERIES.write_text(json.dumps(series, indent=1) + "\n", encoding="utf-8")
    first, last = series[0]["mib"], series[-1]["mib"]
    return [LINE.found(last, first, first / last)]


GROUP = Group("memory", (LINE,), measure)
