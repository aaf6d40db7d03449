"""Whether `dure serve` keeps its size: its resident memory over many exchanges, sampled as it runs.

What is compared is the size after a warm-up, in which caches fill up to their limits, and the size
at the end. Should memory leak, however little a request, a million requests tell.
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
from tests.benchmarks.client import EXCHANGE, Access, closed_loop, mutations
from tests.benchmarks.exchange_server import enroll, prepare
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.over_http import free_port

CLIENTS = 32
SAMPLES = 20
WARM_UP = 20_000  # exchanges, at most a fifth of the run
SECONDS_MAX = 3_600.0  # for one sample; it ends by count
WITHIN = 1 / 1.05  # 5 %
PASSPHRASE = "a pass phrase"  # of stage's network
SERIES = Path("build") / "memory.json"

LINE = Line(
    "memory of the server at the end", "after its warm-up", "sqlite", "MiB", WITHIN, 1 / 1.02
)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Access, list[str], int]]:
    """Run `dure serve` as an operator would; lend access to it, its members and its process id."""
    prepared = asyncio.run(prepare(folder))
    home, url = folder / "home", f"sqlite:///{folder / 'dure.sqlite3'}"
    settings = read_settings(home=home, database_url=url, passphrase=PASSPHRASE)
    network = open_network(home, settings)
    members = enroll(network)
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
        yield Access(port, prepared["token"]), members, server.pid
    finally:
        server.terminate()
        server.wait()


def resident(process: int) -> float:
    """Return a process's resident memory, MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(options: Options, say: Say) -> list[Measurement]:
    """Send exchanges, sampling; write the series beside the report."""
    total = options.memory
    step = total // SAMPLES
    warm_up = min(WARM_UP, total // 5)
    series: list[dict[str, float]] = []
    with (
        tempfile.TemporaryDirectory(prefix="dure-bench-") as folder,
        served(Path(folder)) as (access, members, process),
    ):
        say("warming up")
        done, start = 0, time.monotonic()
        for count in (warm_up, *[step] * SAMPLES):
            body = mutations(EXCHANGE, members)
            asyncio.run(closed_loop(access, body, CLIENTS, SECONDS_MAX, count))
            done += count
            size, seconds = resident(process), time.monotonic() - start
            series.append({"exchanges": done, "seconds": round(seconds, 1), "mib": round(size, 1)})
            say(f"{done:,} exchanges, {size:.1f} MiB, {done / seconds:,.0f}/s")
            SERIES.parent.mkdir(exist_ok=True)
            SERIES.write_text(json.dumps(series, indent=1) + "\n", encoding="utf-8")
    first, last = series[0]["mib"], series[-1]["mib"]
    return [LINE.found(last, first, first / last)]


GROUP = Group("memory", (LINE,), measure)
