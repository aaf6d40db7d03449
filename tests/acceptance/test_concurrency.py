"""Many callers at once: nothing goes below zero, nothing happens twice, every answer is kept."""

import asyncio
from pathlib import Path

from tests.acceptance.stage import Json, Stage, open_stage

CLIENTS = 64
TRANSFERS = 500


async def _exchange(stage: Stage, member: str, key: str, amount: str) -> Json:
    return await stage.do(
        stage.tokens["AIRLINE"], "pointsExchange", key, memberId=member, fromUnit="AIR",
        toUnit="HOTEL", amount=amount,
    )  # fmt: skip


def test_one_wallet_under_64_clients_never_goes_below_zero(
    tmp_path: Path, database_url: str
) -> None:
    """Of 128 exchanges of 200 from 10,000, exactly 50 succeed; each repeats its answer later."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE", AIR="10000")
            keys = [f"race-{n}" for n in range(2 * CLIENTS)]
            gate = asyncio.Semaphore(CLIENTS)

            async def one(key: str) -> Json:
                async with gate:
                    return await _exchange(stage, mina, key, "200")

            answers = await asyncio.gather(*(one(key) for key in keys))
            done = [answer for answer in answers if answer["__typename"].endswith("Success")]
            refused = [answer for answer in answers if "code" in answer]
            assert len(done) == 50
            assert {answer["code"] for answer in refused} == {"INSUFFICIENT_POINTS"}
            assert len({answer["transfer"]["id"] for answer in done}) == 50
            air = stage.tokens["AIRLINE"]
            assert await stage.available(air, mina, "AIR") == 0
            assert await stage.available(stage.tokens["GRAND"], mina, "HOTEL") == 50
            again = await asyncio.gather(*(one(key) for key in keys))
            for first, second in zip(answers, again, strict=True):
                assert second.get("transfer") == first.get("transfer")
                assert second.get("code") == first.get("code")
                assert second.get("replayed", True) is True

    asyncio.run(story())


def test_500_transfers_reversed_twice_at_once_are_reversed_once(
    tmp_path: Path, database_url: str
) -> None:
    """Two whole reversals race for each of 500 redemptions: 500 succeed, 500 are refused."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            air = stage.tokens["AIRLINE"]
            members = [await stage.member("AIRLINE", AIR="100000") for _ in range(10)]

            async def redeem(n: int) -> str:
                got = await stage.done(
                    air, "pointsRedeem", f"redeem-{n}", memberId=members[n % 10], unit="AIR",
                    amount="100",
                )  # fmt: skip
                transfer: str = got["transfer"]["id"]
                return transfer

            transfers = await asyncio.gather(*(redeem(n) for n in range(TRANSFERS)))
            gate = asyncio.Semaphore(CLIENTS)  # more than wait at once are sent away

            async def reverse(key: str, transfer: str) -> Json:
                async with gate:
                    return await stage.do(air, "transferReverse", key, transferId=transfer)

            answers = await asyncio.gather(
                *(
                    reverse(f"{side}-{n}", transfer)
                    for n, transfer in enumerate(transfers)
                    for side in ("left", "right")
                )
            )
            codes = [answer.get("code", "") for answer in answers]
            assert codes.count("") == TRANSFERS
            assert codes.count("REVERSAL_EXCEEDS_ORIGINAL") == TRANSFERS
            for member in members:
                assert await stage.available(air, member, "AIR") == 100000

    asyncio.run(story())


def test_one_key_sent_by_many_at_once_happens_once(tmp_path: Path, database_url: str) -> None:
    """32 callers with one key get one transfer: one fresh answer, 31 repeated ones."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            mina = await stage.member("AIRLINE", AIR="10000")
            answers = await asyncio.gather(
                *(_exchange(stage, mina, "same", "200") for _ in range(32))
            )
            assert [answer["replayed"] for answer in answers].count(False) == 1
            assert len({str(answer["transfer"]) for answer in answers}) == 1
            assert await stage.available(stage.tokens["AIRLINE"], mina, "AIR") == 9800

    asyncio.run(story())
