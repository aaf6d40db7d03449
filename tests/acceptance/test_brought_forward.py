"""What a statement brings forward, by hand: the same before and after its windows are settled."""

import asyncio
from pathlib import Path

from api.bundles import export_bundle
from api.checkup import check_up
from api.statements import read_statement
from audit.evidence import Evidence, Saved
from audit.note import VerifierKey
from audit.verification import verify_bundle
from domain.clock import DAY, format_instant
from domain.store.engine import reading
from settlement.statements.json_form import as_json
from settlement.statements.model import Statement
from tests.acceptance.stage import Stage, open_stage, stop_housekeeping
from tests.acceptance.test_settlement import HASH, decided

# In window 1 AIRLINE owes GRAND 350 for an exchange. What each statement brings forward and what
# is to be settled by it, worked out by hand; below zero it is owed.
BY_HAND = """
window  AIRLINE  settled by it  GRAND  settled by it
1       0        350            0      -350
2       350      350            -350   -350
3       350      350            -350   -350
4       250      250            -350   -350
5       220      220            -350   -350
6       220      220            -250   -250
7       0        220            0      -220
8       220      220            -220   -220
"""


Made = dict[tuple[str, int], bytes]  # statements by partner and window


async def close(stage: Stage, made: Made) -> None:
    """Close the window that is open, and make its statements at once."""
    await decided(stage, "settlementWindowClose", currency="KRW")
    window = len(made) // 2 + 1
    for partner in ("AIRLINE", "GRAND"):
        made[partner, window] = as_json(statement(stage, partner, window))


def statement(stage: Stage, partner: str, window: int) -> Statement:
    """The statement as it can be made now."""
    with reading(stage.network.engine) as connection:
        return read_statement(connection, partner, "KRW", [window])


async def drafted(stage: Stage) -> str:
    """A settlement of all closed windows."""
    made = await stage.done(
        stage.operators[0], "settlementCreate", currency="KRW",
        payBy=format_instant(stage.clock.now() + DAY),
    )  # fmt: skip
    id_: str = made["settlement"]["id"]
    return id_


async def pay(stage: Stage, settlement: str, partner: str, amount: int, line: int) -> str:
    """Match a line of a bank; the settlement's state."""
    done = await stage.done(
        stage.operators[0], "settlementMatch", settlementId=settlement, partner=partner, line=line,
        leg="PAY_IN" if partner == "AIRLINE" else "PAY_OUT", amount=str(amount), statement=HASH,
    )  # fmt: skip
    state: str = done["settlement"]["state"]
    return state


async def month(stage: Stage) -> Made:
    """Window 1 owed; then a window closed at every step of its settlement."""
    made: Made = {}
    member = await stage.member("AIRLINE", AIR="20000")
    await stage.done(
        stage.tokens["AIRLINE"], "pointsExchange", memberId=member, fromUnit="AIR",
        toUnit="HOTEL", amount="10000",
    )  # fmt: skip
    await close(stage, made)
    await close(stage, made)  # 2: nothing has begun
    await decided(stage, "settlementAbort", settlementId=await drafted(stage))
    await close(stage, made)  # 3: aborted
    settlement = await drafted(stage)
    await decided(stage, "settlementApprove", settlementId=settlement)
    files = [{"partner": "AIRLINE", "messageId": f"{1:032x}", "hash": HASH}]
    await stage.done(stage.operators[0], "settlementSubmit", settlementId=settlement, files=files)
    assert await pay(stage, settlement, "AIRLINE", 100, 1) == "PARTIALLY_PAID"
    await close(stage, made)  # 4: AIRLINE has paid 100
    await decided(
        stage, "fundsPropose", type="PREFUND_OUT", partner="AIRLINE", currency="KRW",
        amount=str(1_000_000_000 - 30),
    )  # fmt: skip
    stage.clock.advance(2 * DAY)
    await decided(stage, "settlementDefault", settlementId=settlement)
    await close(stage, made)  # 5: its prefund of 30 is drawn, GRAND loses 220 of 350 for now
    assert await pay(stage, settlement, "GRAND", 100, 2) == "DEFAULTED"
    await close(stage, made)  # 6: GRAND has got 100
    assert await pay(stage, settlement, "GRAND", 30, 3) == "SETTLED"
    await close(
        stage, made
    )  # 7: all is over but GRAND's claim of 220, which fell due in this window
    await close(stage, made)  # 8: that claim is brought forward

    return made


def test_what_is_brought_forward(tmp_path: Path, database_url: str) -> None:
    """All is as of the closing, whenever it is made, and `dure-verify` makes the same."""

    async def story() -> None:
        async with open_stage(tmp_path / "home", database_url) as stage:
            stop_housekeeping()
            first = await month(stage)
            found = {key: statement(stage, *key) for key in first}
            assert {key: as_json(one) for key, one in found.items()} == first
            told = ["window  AIRLINE  settled by it  GRAND  settled by it"]
            for window in range(1, 9):
                one, other = found["AIRLINE", window], found["GRAND", window]
                cells = (window, one.opening, one.closing, other.opening, other.closing)
                told.append("{:<8}{:<9}{:<15}{:<7}{}".format(*cells))
            assert told == BY_HAND.strip().splitlines()
            out = tmp_path / "bundle"
            export_bundle(stage.network, out, lambda _: None)
            files = tuple(Saved(f"{key}", one) for key, one in first.items())
            key = VerifierKey.parse(stage.network.verifier_key)
            report = verify_bundle(out, key, evidence=Evidence(statements=files))
            assert report.clean, report.findings
            assert check_up(stage.network, lambda _: None).breaches == []

    asyncio.run(story())
