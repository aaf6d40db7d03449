"""The product's story over HTTP, on both databases."""

import asyncio
import hashlib
from pathlib import Path

from tests.acceptance.stage import TRANSFER, Stage, open_stage


async def earn_exchange_redeem(stage: Stage) -> None:
    """Issue, exchange, redeem at the other brand by consent, hold, capture, reverse."""
    air, hotel = stage.tokens["AIRLINE"], stage.tokens["GRAND"]
    mina = await stage.member("AIRLINE", AIR="20000")
    got = await stage.done(
        air, "pointsExchange", memberId=mina, fromUnit="AIR", toUnit="HOTEL", amount="10199"
    )
    transfer = got["transfer"]
    assert transfer["source"] == {"amount": "10000", "unit": "AIR"}
    assert transfer["target"] == {"amount": "50", "unit": "HOTEL"}
    owed = transfer["obligations"]
    assert [(o["debtor"], o["creditor"], o["amount"]) for o in owed] == [
        ("AIRLINE", "GRAND", "350")
    ]
    leaf = got["receipt"]["leaf"].encode()
    assert got["receipt"]["leafHash"] == hashlib.sha256(b"\0" + leaf).hexdigest()
    refused = await stage.do(hotel, "pointsRedeem", memberId=mina, unit="AIR", amount="100")
    assert refused["code"] == "CONSENT_REQUIRED"
    await stage.done(
        air, "consentGrant", memberId=mina, partner="GRAND", unit="AIR", action="REDEEM",
        limit="5000", evidence="ab" * 32,
    )  # fmt: skip
    redeemed = await stage.done(hotel, "pointsRedeem", memberId=mina, unit="AIR", amount="1000")
    assert redeemed["transfer"]["obligations"][0]["amount"] == "30"
    held = await stage.done(
        hotel, "pointsHold", memberId=mina, unit="AIR", amount="600", expiresInSeconds=3600
    )
    assert held["hold"]["state"] == "PENDING"
    assert await stage.available(air, mina, "AIR") == 20000 - 10000 - 1000 - 600
    captured = await stage.done(hotel, "holdCapture", holdId=held["hold"]["id"], amount="400")
    assert captured["hold"]["captured"] == "400"
    assert await stage.available(air, mina, "AIR") == 20000 - 10000 - 1000 - 400
    reversed_ = await stage.done(air, "transferReverse", transferId=transfer["id"], amount="4000")
    assert reversed_["transfer"]["kind"] == "REVERSE"
    assert reversed_["transfer"]["target"] == {"amount": "4000", "unit": "AIR"}
    assert reversed_["transfer"]["source"] == {"amount": "20", "unit": "HOTEL"}


def test_points_cross_brands_and_come_back(tmp_path: Path, database_url: str) -> None:
    """Points are earned, exchanged, redeemed elsewhere, held and given back, to the minor unit."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await earn_exchange_redeem(stage)

    asyncio.run(story())


def test_a_quote_holds_its_rate_once_and_for_a_minute(tmp_path: Path, sqlite_url: str) -> None:
    """A quote is used once, by its own member, and not after its minute."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", sqlite_url) as stage:
            air = stage.tokens["AIRLINE"]
            mina = await stage.member("AIRLINE", AIR="20000")
            given = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "200"}
            quote = (await stage.done(air, "pointsQuote", **given))["quote"]
            assert quote["target"] == {"amount": "1", "unit": "HOTEL"}
            used = await stage.done(air, "pointsExchange", **given, quoteId=quote["id"])
            assert used["transfer"]["quote"] == quote["id"]
            again = await stage.do(air, "pointsExchange", **given, quoteId=quote["id"])
            assert again["code"] == "QUOTE_USED"
            late = (await stage.done(air, "pointsQuote", **given))["quote"]
            stage.clock.advance(61_000_000)
            refused = await stage.do(air, "pointsExchange", **given, quoteId=late["id"])
            assert refused["code"] == "QUOTE_EXPIRED"

    asyncio.run(story())


def test_a_window_closes_by_two_people(tmp_path: Path, database_url: str) -> None:
    """Who proposes a closing cannot decide it; another person can, and the next window is open."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            await earn_exchange_redeem(stage)
            first, second = stage.operators
            made = await stage.done(first, "settlementWindowClose", currency="KRW")
            proposal = made["proposal"]["id"]
            refused = await stage.do(
                first, "proposalDecide", proposalId=proposal, decision="APPROVE"
            )
            assert refused["code"] == "SAME_SUBJECT"
            decided = await stage.done(
                second, "proposalDecide", proposalId=proposal, decision="APPROVE"
            )
            assert decided["proposal"]["state"] == "APPROVED"
            data = await stage.ask(
                first, "{ settlementWindows { edges { node { period state } } } }"
            )
            assert [edge["node"] for edge in data["settlementWindows"]["edges"]] == [
                {"period": 1, "state": "CLOSED"},
                {"period": 2, "state": "OPEN"},
            ]

    asyncio.run(story())


def test_fresh_replayed_and_queried_transfers_are_equal(tmp_path: Path, database_url: str) -> None:
    """One transfer reads the same when made, when its key is repeated, and when asked for."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air = stage.tokens["AIRLINE"]
            mina = await stage.member("AIRLINE", AIR="20000")
            given = {"memberId": mina, "fromUnit": "AIR", "toUnit": "HOTEL", "amount": "400"}
            fresh = await stage.done(air, "pointsExchange", "once", **given)
            stage.clock.advance(1_000_000)
            await stage.member("AIRLINE", AIR="1")
            replayed = await stage.done(air, "pointsExchange", "once", **given)
            assert (fresh["replayed"], replayed["replayed"]) == (False, True)
            assert replayed["transfer"] == fresh["transfer"]
            assert replayed["receipt"]["leaf"] == fresh["receipt"]["leaf"]
            query = "query($id: ID!) { transfer(id: $id) { ...T } }" + TRANSFER
            queried = await stage.ask(air, query, id=fresh["transfer"]["id"])
            assert queried["transfer"] == fresh["transfer"]
            listed = await stage.ask(
                air,
                "query($m: ID!) { transfers(memberId: $m) { edges { node { ...T } } } }" + TRANSFER,
                m=mina,
            )
            assert listed["transfers"]["edges"][0]["node"] == fresh["transfer"]
            reused = await stage.do(air, "pointsExchange", "once", **{**given, "amount": "500"})
            assert reused["code"] == "IDEMPOTENCY_KEY_REUSED"

    asyncio.run(story())
