"""Whether `dure serve` keeps its size: its resident memory over many exchanges, sampled as it runs.

Members spend what they got by an exchange with another request, as people do. So the rows that a
ledger keeps in memory reach what its members need, and what grows after that is a leak. The size
after a warm-up is compared with the size at the end.
"""

import asyncio
import collections
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
from api.schema.core.limits import MUTATIONS_MAX
from tests.acceptance.stage import Json
from tests.benchmarks.client import Access, connect
from tests.benchmarks.exchange_server import enroll, prepare
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.over_http import free_port

CLIENTS = 128  # that many commands share a commit
MEMBERS = 2_000  # three groups for each client
SAVED = 5  # exchanges whose points a member spends at once
SAMPLES = 20
WARM_UP = 100_000  # exchanges; every cache, of pages and of documents, is full after some 80,000
WITHIN = 1 / 1.05  # 5 %
PASSPHRASE = "a pass phrase"  # of stage's network
EXCHANGED = """__typename ... on PointsExchangeSuccess { receipt { sequence leafHash } }
  ... on UserError { code }"""
REDEEMED = "__typename ... on UserError { code }"
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


async def _spend_and_save(
    exchanging: Access, taking: Access, members: list[str], exchanges: int
) -> int:
    """Let so many exchanges be made, and what comes of them be spent; return how many were.

    Each client takes the group of members that has rested longest, lets it exchange `SAVED` times
    and spend at once what it saved: so no two clients ever ask for one member.
    """
    groups = collections.deque(
        members[start : start + MUTATIONS_MAX] for start in range(0, len(members), MUTATIONS_MAX)
    )
    run, done = time.monotonic_ns(), 0

    async def one() -> None:
        nonlocal done
        saving = await connect(exchanging)
        spending = saving.of(taking.token)
        while done < exchanges:
            group = groups.popleft()
            done += len(group) * SAVED
            number = done
            for turn in range(SAVED):
                _held(await saving.post(_exchanges(group, f"{run}-{number}-{turn}")))
            _held(await spending.post(_redemptions(group, f"{run}-{number}")))
            groups.append(group)
        saving.close()

    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return done


def _held(answer: bytes) -> None:
    """Raise RuntimeError where one of a request's mutations was refused."""
    if answer.count(b"Success") != MUTATIONS_MAX:
        raise RuntimeError(answer.decode())


def _document(name: str, kind: str, selected: str) -> str:
    """Return the document of as many mutations of one name as a request may hold."""
    aliases = range(MUTATIONS_MAX)
    given = ", ".join(f"$i{at}: {kind}!" for at in aliases)
    fields = " ".join(f"m{at}: {name}(input: $i{at}) {{ {selected} }}" for at in aliases)
    return f"mutation M({given}) {{ {fields} }}"


EXCHANGES = _document("pointsExchange", "PointsExchangeInput", EXCHANGED)
REDEMPTIONS = _document("pointsRedeem", "PointsRedeemInput", REDEEMED)


def _exchanges(members: list[str], key: str) -> bytes:
    """Return the body in which each member exchanges 200 AIR into one HOTEL."""
    return _body(
        EXCHANGES,
        {
            f"i{at}": {
                "memberId": member, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "200",
                "idempotencyKey": f"exchange-{key}-{at}",
            }
            for at, member in enumerate(members)
        },
    )  # fmt: skip


def _redemptions(members: list[str], key: str) -> bytes:
    """Return the body in which each member spends what its exchanges brought."""
    return _body(
        REDEMPTIONS,
        {
            f"i{at}": {
                "memberId": member, "unit": "HOTEL", "amount": str(SAVED),
                "idempotencyKey": f"redeem-{key}-{at}",
            }
            for at, member in enumerate(members)
        },
    )  # fmt: skip


def _body(document: str, variables: Json) -> bytes:
    return json.dumps({"query": document, "variables": variables}).encode()


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
            done += asyncio.run(_spend_and_save(exchanging, taking, members, goal - done))
            size, seconds = resident(process), time.monotonic() - start
            series.append({"exchanges": done, "seconds": round(seconds, 1), "mib": round(size, 1)})
            say(f"{done:,} exchanges, {size:.1f} MiB, {done / seconds:,.0f}/s")
            SERIES.parent.mkdir(exist_ok=True)
            SERIES.write_text(json.dumps(series, indent=1) + "\n", encoding="utf-8")
    first, last = series[0]["mib"], series[-1]["mib"]
    return [LINE.found(last, first, first / last)]


GROUP = Group("memory", (LINE,), measure)
