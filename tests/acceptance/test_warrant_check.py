"""An exchange or a reversal rewritten in the database: the check-up recomputes what was agreed."""

from pathlib import Path

from sqlalchemy import text

from api.bootstrap import Network
from api.checkup import check_up
from domain.store.engine import writing
from tests.acceptance.stage import Json, Stage, play
from tests.acceptance.test_settlement import decided
from tests.acceptance.test_signed_requests import send


def rewritten(network: Network, old: str, new: str, back: int = 0) -> set[str]:
    """Change the last leaf, or one before it, check up, change it back; return breaches' codes."""
    with writing(network.engine) as connection:
        last = text("SELECT seq, leaf FROM log_entry ORDER BY seq DESC LIMIT 1 OFFSET :back")
        seq, leaf = connection.execute(last, {"back": back}).one()
        changed = bytes(leaf).replace(old.encode(), new.encode())
        assert changed != leaf
        update = text("UPDATE log_entry SET leaf = :leaf WHERE seq = :seq")
        connection.execute(update, {"leaf": changed, "seq": seq})
    found = {breach.code for breach in check_up(network, lambda _: None).breaches}
    with writing(network.engine) as connection:
        connection.execute(update, {"leaf": bytes(leaf), "seq": seq})
    return found


def test_amounts_are_what_rates_and_prices_give(tmp_path: Path, database_url: str) -> None:
    """An exchange of another rate or price, and a part reversed at another, are named as such."""

    async def story(stage: Stage) -> None:
        member = await stage.member("AIRLINE", AIR="20000")
        token = stage.tokens["AIRLINE"]
        done = await stage.done(
            token, "pointsExchange", memberId=member, fromUnit="AIR", toUnit="HOTEL", amount="10000"
        )
        assert check_up(stage.network, lambda _: None).breaches == []
        assert "RATE_MISMATCH" in rewritten(stage.network, "posted,50", "posted,60")
        assert "PRICE_MISMATCH" in rewritten(stage.network, ",1,350,", ",1,351,")
        await stage.done(token, "transferReverse", transferId=done["transfer"]["id"], amount="2000")
        assert check_up(stage.network, lambda _: None).breaches == []
        assert "RATE_MISMATCH" in rewritten(stage.network, 'posted,10"', 'posted,11"')
        assert "PRICE_MISMATCH" in rewritten(stage.network, ",1,70,", ",1,69,")
        assert "REVERSAL_INVALID" in rewritten(stage.network, '"part":"2000"', '"part":"12000"')
        other = '"author":"partner:GRAND/'
        assert "AUTHOR_UNKNOWN" in rewritten(stage.network, '"author":"partner:AIRLINE/', other)

    play(tmp_path / "home", database_url, story)


def test_what_two_agreed_on_and_what_a_closing_charges(tmp_path: Path, sqlite_url: str) -> None:
    """A cap that nobody approved, and a fee of another amount or partner, are named as such."""

    async def story(stage: Stage) -> None:
        one = {"partner": "AIRLINE", "currency": "KRW"}
        await decided(
            stage, "policyPropose", name="PERIODIC_FEE", value="500 0/1", **one
        )  # fmt: skip
        assert "APPROVAL_MISSING" in rewritten(stage.network, "500 0/1", "900 0/1")
        await decided(stage, "fundsPropose", type="CAP", amount="70", **one)
        assert check_up(stage.network, lambda _: None).breaches == []
        assert "APPROVAL_MISSING" in rewritten(stage.network, '"cap":"70"', '"cap":"71"')
        await decided(stage, "settlementWindowClose", currency="KRW")
        assert check_up(stage.network, lambda _: None).breaches == []
        assert "APPROVAL_MISSING" in rewritten(stage.network, '"window":"1"', '"window":"2"')
        assert "CHARGE_AMOUNT" in rewritten(stage.network, ",500,", ",501,", back=1)
        assert "CHARGE_PARTNER" in rewritten(stage.network, "AIRLINE,", "GRAND,", back=1)

    play(tmp_path / "home", sqlite_url, story)


def test_an_entry_that_did_other_than_was_signed(tmp_path: Path, sqlite_url: str) -> None:
    """The request that a partner signed is held against the entry, also by the check-up."""

    async def story(stage: Stage) -> None:
        given: Json = {"memberId": await stage.member("AIRLINE"), "unit": "AIR", "amount": "700"}
        await send(stage, "AIRLINE", "pointsIssue", "signed", given)
        assert check_up(stage.network, lambda _: None).breaches == []
        assert "COMMAND_DIFFERS" in rewritten(stage.network, ",700", ",900")

    play(tmp_path / "home", sqlite_url, story)
