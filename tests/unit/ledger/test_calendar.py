"""Points that end with a month or year of their unit's zone, and grace after it (LEDGER 3)."""

import pytest

from domain.clock import format_instant
from tests.world.script import play

# An issue's rule and zone, the day it is entered and how far it is dated back; the lot's end.
ENDS = """
rule              | zone       | day        | back | ends
CALENDAR MONTH 0  | UTC        | 2026-01-31 | 0s   | 2026-02-01T00:00:00.000000Z
CALENDAR MONTH 0  | Asia/Seoul | 2026-01-31 | 0s   | 2026-01-31T15:00:00.000000Z
CALENDAR MONTH 1  | Asia/Seoul | 2026-01-31 | 0s   | 2026-02-28T15:00:00.000000Z
CALENDAR MONTH 1  | UTC        | 2026-03-01 | 1d   | 2026-04-01T00:00:00.000000Z
CALENDAR MONTH 0  | UTC        | 2026-03-01 | 1s   | 2026-03-01T00:00:00.000000Z
CALENDAR YEAR 0   | UTC        | 2026-12-31 | 0s   | 2027-01-01T00:00:00.000000Z
CALENDAR YEAR 0   | Asia/Seoul | 2026-12-31 | 8h   | 2026-12-31T15:00:00.000000Z
CALENDAR YEAR 3   | UTC        | 2026-06-01 | 0s   | 2027-04-01T00:00:00.000000Z
"""


@pytest.mark.parametrize("row", [line.split("|") for line in ENDS.strip().splitlines()[1:]])
def test_points_end_with_the_calendar_of_their_unit(row: list[str]) -> None:
    """To the instant, from the effective time: spendable just before it, and not at it."""
    rule, zone, day, back, ends = (cell.strip() for cell in row)
    dated = "" if back == "0s" else f"dated {back} ago"
    scene = play(f"""
        given  partner AIR; unit AIR expiry '{rule}' in {zone}; member mina; it is {day}
        when   AIR issues 10 AIR to mina {dated}
    """)
    (lot,) = scene.world.lots("mina", "AIR")
    assert format_instant(lot.expires_at) == ends
    if lot.expires_at - 1 > scene.world.now:
        scene.world.now = lot.expires_at - 1
        play("then mina can spend 10 AIR", scene)
        scene.world.now = lot.expires_at
    play("then mina can spend 0 AIR\nwhen expire mina/AIR\nthen wallet mina/AIR 0", scene)


# AIR's own lot ends on 1 March; HOTEL's rule would give until 1 May. What the contract says of it.
MIXED = """
policy      | source end | ends
MIN_OF_BOTH | 2026-03-01 | 2026-03-01
MIN_OF_BOTH | 2026-09-01 | 2026-05-01
SOURCE_KEPT | 2026-03-01 | 2026-03-01
SOURCE_KEPT | 2026-09-01 | 2026-09-01
TARGET_RULE | 2026-03-01 | 2026-05-01
TARGET_RULE | 2026-09-01 | 2026-05-01
"""


@pytest.mark.parametrize("row", [line.split("|") for line in MIXED.strip().splitlines()[1:]])
def test_an_exchange_ends_as_its_contract_says(row: list[str]) -> None:
    """The earlier of both, the source's, or the target's own month."""
    policy, source, ends = (cell.strip() for cell in row)
    play(f"""
        given  partner AIR; partner HOTEL; unit AIR; unit HOTEL expiry 'CALENDAR MONTH 2'
               member mina; it is 2026-02-10
               AIR becomes HOTEL at 1/1 for 7 with expiry {policy}
               wallet mina/AIR 10 (10 exp {source})
        when   AIR exchanges 10 AIR of mina into HOTEL
        then   lot 1 of mina/HOTEL is 10 exp {ends}
    """)


@pytest.mark.parametrize(
    ("grace", "spendable", "ends"),
    [("", "0", "2026-03-01"), ("grace 10", "6", "2026-03-15"), ("grace 365", "6", "2027-03-05")],
)
def test_grace_after_the_end_of_a_month(grace: str, spendable: str, ends: str) -> None:
    """Given back on 5 March, the points of February live on for the days of grace alone."""
    play(f"""
        given  partner AIR; unit AIR expiry 'CALENDAR MONTH 0' {grace}; member mina
               it is 2026-02-10
        when   AIR issues 10 AIR to mina; AIR redeems 6 AIR of mina as r1
               it is 2026-03-05; AIR reverses r1
        then   lot 1 of mina/AIR is {"10" if not grace else "6"} exp {ends}
               mina can spend {spendable} AIR
    """)


def test_issues_of_one_month_are_alike_and_of_two_are_not() -> None:
    """Three lots of February become one, the March lot stays; all end as they would have."""
    play("""
        given  partner AIR; unit AIR expiry 'CALENDAR MONTH 0'; member mina; it is 2026-02-10
        when   AIR issues 1 AIR to mina; wait 3d; AIR issues 2 AIR to mina; wait 3d
               AIR issues 3 AIR to mina; merge mina/AIR
        then   lots mina/AIR 0, 0, 0, 6; lot 4 of mina/AIR is 6 exp 2026-03-01
        when   it is 2026-03-01; AIR issues 4 AIR to mina; merge mina/AIR
        then   refused NOTHING_TO_MERGE
               mina can spend 4 AIR
    """)
