"""A wallet as it was, asked for over HTTP."""

import asyncio
from pathlib import Path

from tests.acceptance.stage import Stage, open_stage

AS_OF = """
query($m: ID!, $s: Sequence, $t: DateTime) {
  walletAsOf(memberId: $m, sequence: $s, recordedAt: $t) {
    sequence balances { unit posted pending debt }
  }
}
"""


async def ask_back(stage: Stage) -> None:
    """Issue, exchange and hold, then ask for each moment as both brands."""
    air, hotel = stage.tokens["AIRLINE"], stage.tokens["GRAND"]
    mina = await stage.member("AIRLINE", AIR="20000")
    before = (await stage.ask(air, "{ auditCheckpoint { size } }"))["auditCheckpoint"]["size"]
    given = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "10000"}
    moved = (await stage.done(air, "pointsExchange", **given))["transfer"]
    pinned = {"unit": "AIR", "amount": "600", "expiresInSeconds": 3600}
    await stage.done(air, "pointsHold", memberId=mina, **pinned)
    head = (await stage.ask(air, "{ auditCheckpoint { size } }"))["auditCheckpoint"]["size"]

    async def stood(token: str, **at: object) -> tuple[object, list[tuple[str, ...]]]:
        found = (await stage.ask(token, AS_OF, m=mina, **at))["walletAsOf"]
        return found["sequence"], [tuple(one.values()) for one in found["balances"]]

    assert await stood(air, s=before - 1) == (before - 1, [("AIR", "20000", "0", "0")])
    at_exchange = (moved["sequence"], [("AIR", "10000", "0", "0")])
    assert await stood(air, s=moved["sequence"]) == at_exchange
    assert await stood(air, t=moved["recordedAt"]) == at_exchange
    assert await stood(hotel, s=moved["sequence"]) == (
        moved["sequence"],
        [("HOTEL", "50", "0", "0")],
    )
    assert await stood(air, s=10**9) == (head - 1, [("AIR", "10000", "600", "0")])
    assert await stood(air, t="1990-01-01T00:00:00Z") == (None, [])
    for at in ({}, {"s": 1, "t": moved["recordedAt"]}):
        refused = await stage.post(air, {"query": AS_OF, "variables": {"m": mina, **at}})
        assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_wallet_is_told_as_it_stood(tmp_path: Path, database_url: str) -> None:
    """By entry or by instant, a brand sees its own units as they were; it gives one of the two."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await ask_back(stage)

    asyncio.run(story())
