"""An exchange or a reversal rewritten in the database: the check-up recomputes what was agreed."""

from pathlib import Path

from sqlalchemy import text

from api.bootstrap import Network
from api.checkup import check_up
from domain.store.engine import writing
from tests.acceptance.stage import Stage, play


def rewritten(network: Network, old: str, new: str) -> set[str]:
    """Change the last leaf in place, check up, and change it back; return the breaches' codes."""
    with writing(network.engine) as connection:
        last = text("SELECT seq, leaf FROM log_entry ORDER BY seq DESC LIMIT 1")
        seq, leaf = connection.execute(last).one()
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
