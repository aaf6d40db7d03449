"""Record a home that this release makes, whole and small, for every later one to open.

    python -m tests.releases.record tests/releases/VERSION.json.xz

The file holds the key files, the database as SQL, and requests with the answers they got; its
pass phrase stands in it. It is made once, by the very code that is released, and never again.
"""

import asyncio
import contextlib
import json
import lzma
import sqlite3
import sys
import tempfile
import tomllib
from pathlib import Path

import httpx2

from api.housekeeping import run_round
from domain.clock import DAY, MINUTE
from tests.acceptance.stage import Json, Stage
from tests.security.matrix.furniture import Furnished, furnished

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "a pass phrase"  # of the sandbox that the stage founds
ENTRIES_MIN = 300  # more than a tile, so that a tile of the next level stands
ANSWERS_MAX = 2  # kept of each mutation and outcome


class Listener:
    """Hears the requests that a client sends and keeps a few of each sort with their answers."""

    def __init__(self) -> None:
        """Have heard nothing."""
        self.heard: list[Json] = []
        self._counts: dict[str, int] = {}

    async def hear(self, response: httpx2.Response) -> None:
        """Keep a mutation and its answer."""
        await response.aread()
        sent = json.loads(response.request.content)
        if not sent["query"].startswith("mutation"):
            return
        ((name, payload),) = response.json()["data"].items()
        sort = f"{name} {payload['__typename']}"
        self._counts[sort] = self._counts.get(sort, 0) + 1
        if self._counts[sort] <= ANSWERS_MAX and name != "apiKeyCreate":  # its token is told once
            token = response.request.headers["authorization"]
            self.heard.append({"authorization": token, "sent": sent, "payload": payload})


async def _reach_every_table(here: Furnished) -> None:
    stage = here.stage
    air, operator = stage.tokens["AIRLINE"], stage.operators[0]
    await stage.done(
        operator, "pointUnitCreate", code="LAPSE", owner="AIRLINE", nameEn="Lapse", nameKo="소멸",
        scale=0, nominal="1/1", currency="KRW", expiry="INACTIVITY 31", graceDays=30,
    )  # fmt: skip
    await stage.done(operator, "partnerUpdate", partner="AIRLINE", reversalPolicy="ALLOW_DEBT")
    await stage.agree(
        "AIRLINE", "OTHER", type="CONVERSION", source="AIR", target="OTHR", rate="1/10",
        price="5/1", memberDailyCap="5000", pairDailyCap="50000",
    )  # fmt: skip
    jun, sora = await stage.member("AIRLINE", AIR="3000", LAPSE="70"), await stage.member("AIRLINE")
    one: Json = {"memberId": jun, "unit": "AIR"}
    await stage.done(air, "pointsGift", recipientId=sora, amount="200", **one)
    await stage.done(air, "pointsAdjust", amount="-50", reason="CORRECTION", **one)
    await stage.done(
        air, "pointsExchange", memberId=jun, fromUnit="AIR", toUnit="OTHR", amount="1000"
    )
    held = await stage.done(air, "pointsHold", amount="300", expiresInSeconds=60, **one)
    await stage.done(air, "holdCapture", holdId=held["hold"]["id"], amount="100")
    issued = await stage.done(air, "pointsIssue", memberId=sora, unit="AIR", amount="500")
    await stage.done(air, "pointsRedeem", memberId=sora, unit="AIR", amount="700")
    await stage.done(air, "transferReverse", transferId=issued["transfer"]["id"])
    await stage.do(air, "pointsRedeem", memberId=jun, unit="AIR", amount="9999999")
    await stage.do(air, "pointsRedeem", memberId="0" * 32, unit="AIR", amount="1")
    await stage.done(stage.tokens["GRAND"], "memberLink", memberId=jun, reference="jun-grand")
    stage.clock.advance(40 * DAY)
    services = stage.endpoint.services
    assert services is not None
    await run_round(services)


async def _leave_open(here: Furnished) -> None:
    """Leave a hold, a quote and a debt open, and fill the log."""
    stage = here.stage
    air, mina = stage.tokens["AIRLINE"], here.things["mina"]
    await stage.done(
        air, "pointsHold", memberId=mina, unit="AIR", amount="77", expiresInSeconds=86_400
    )
    size = 0
    while size < ENTRIES_MIN:
        filled = await stage.done(
            air, "pointsIssue", memberId=here.things["idle"], unit="AIR", amount="1"
        )
        size = filled["receipt"]["sequence"]
        stage.clock.advance(MINUTE)
    await stage.done(
        air, "pointsQuote", memberId=mina, fromUnit="AIR", toUnit="HOTEL", amount="200"
    )


def _listen(stage: Stage) -> Listener:
    listener = Listener()
    stage.client.event_hooks = {"request": [], "response": [listener.hear]}
    return listener


async def _live(home: Path) -> list[Json]:
    async with furnished(home, f"sqlite:///{home}/dure.db") as here:
        listener = _listen(here.stage)
        await _reach_every_table(here)
        await _leave_open(here)
        return listener.heard


def record(version: str) -> Json:
    """Let a network live a little, and return all that is left of it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        heard = asyncio.run(_live(home))
        with contextlib.closing(sqlite3.connect(home / "dure.db")) as database:
            empty = [
                table
                for (table,) in database.execute(
                    "SELECT name FROM sqlite_master WHERE type='table'"
                )
                if database.execute(f'SELECT NOT EXISTS (SELECT * FROM "{table}")').fetchone()[0]
            ]
            assert empty == [], f"no rows in {empty}"
            sql = "\n".join(database.iterdump())
        files = [path for path in home.rglob("*") if path.is_file() and "dure.db" not in path.name]
        return {
            "version": version,
            "passphrase": PASSPHRASE,
            "files": {str(path.relative_to(home)): path.read_text() for path in sorted(files)},
            "sql": sql,
            "heard": heard,
        }


def main(out: Path) -> None:
    """Write a record to a new file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    data = lzma.compress(json.dumps(record(version)).encode(), preset=9 | lzma.PRESET_EXTREME)
    with out.open("xb") as file:
        file.write(data)
    sys.stdout.write(f"{out}: {len(data):,} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
