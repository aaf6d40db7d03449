"""Points that end by inactivity: what keeps them, what does not, what comes after (LEDGER 3)."""

from domain.ledger.model import LOT_USES_MAX, Decision
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR expiry 'INACTIVITY 365'; unit HOTEL; unit SHOP expiry 'INACTIVITY 31'
       SHOP takes AIR for 5
       AIR becomes HOTEL at 1 for 1; HOTEL becomes AIR at 1 for 1
       member mina; member jun
       AIR lets SHOP REDEEM AIR of mina
       it is 2026-02-01
"""


def test_points_end_n_days_after_the_last_issue() -> None:
    """To the very instant; the lots themselves have no expiry, and the job needs no redeem."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; it is 2026-12-01; AIR issues 5 AIR to mina
        then   lot 1 of mina/AIR is 10 exp never
        given  it is 2027-11-30; wait 86399s
        then   mina can spend 15 AIR
        given  wait 1s
        then   mina can spend 0 AIR; wallet mina/AIR 15
        when   AIR redeems 1 AIR of mina
        then   refused INSUFFICIENT_POINTS available=0 required=1
        when   expire mina/AIR
        then   entries points.expired; lots mina/AIR 0, 0; no obligation
        when   expire mina/AIR
        then   refused NOTHING_TO_EXPIRE
    """)


def test_a_redeem_a_hold_and_its_capture_keep_all_points() -> None:
    """Wherever the points are spent; the hold counts when it is placed, and when it is captured."""
    play(f"""{NETWORK}
        when   AIR issues 100 AIR to mina; it is 2027-01-31; SHOP redeems 1 AIR of mina
               it is 2028-01-30; SHOP holds 10 AIR of mina for 30d as h1; wait 29d
               SHOP captures 5 of h1; it is 2029-02-26
        then   mina can spend 94 AIR
        given  it is 2029-02-28
        then   mina can spend 0 AIR
    """)


def test_an_exchange_a_gift_and_a_correction_keep_nothing() -> None:
    """Whatever goes out or comes in otherwise, the count goes on from the last issue."""
    play(f"""{NETWORK}
        when   AIR issues 100 AIR to mina; AIR issues 100 AIR to jun; it is 2026-12-01
               AIR exchanges 10 AIR of mina into HOTEL; AIR gifts 10 AIR of jun to mina
               AIR adjusts mina by 10 AIR for GOODWILL; AIR adjusts mina by -10 AIR for CORRECTION
               HOTEL issues 10 HOTEL to mina; HOTEL exchanges 10 HOTEL of mina into AIR
               it is 2027-02-02
        then   mina can spend 0 AIR; wallet mina/AIR 110
    """)


def test_what_is_voided_or_turned_round_was_an_activity_all_the_same() -> None:
    """A void and a reversal take back the points, not that the member was there."""
    play(f"""{NETWORK}
        when   AIR issues 100 AIR to mina; it is 2026-12-01
               SHOP redeems 10 AIR of mina as r1; SHOP reverses r1
               it is 2027-11-30
        then   mina can spend 100 AIR
        when   SHOP holds 10 AIR of mina for 1d as h1; SHOP voids h1; it is 2028-11-28
        then   mina can spend 100 AIR
    """)


def test_an_issue_does_not_revive_what_has_lapsed() -> None:
    """What the job had not come to is expired first, by an entry of its own, then points come."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; it is 2027-02-02; AIR issues 5 AIR to mina
        then   entries points.expired, points.issued
               lots mina/AIR 0, 5; mina can spend 5 AIR
    """)


def test_whether_the_job_has_run_changes_nothing() -> None:
    """Dated back to before the end, an issue entered after it still finds the old points gone."""
    for job in ("", "expire mina/AIR;"):
        play(f"""{NETWORK}
            when   AIR issues 10 AIR to mina; it is 2027-02-11; {job}
                   AIR issues 5 AIR to mina dated 30d ago
            then   lots mina/AIR 0, 5; mina can spend 5 AIR
            given  it is 2028-01-11
            then   mina can spend 5 AIR
            given  it is 2028-01-13
            then   mina can spend 0 AIR
        """)


def test_debt_is_repaid_from_the_lot_that_comes_after_the_expiry() -> None:
    """The entry that expires old points stands first, so the new lot has the next sequence."""
    play(f"""{NETWORK}
        when   AIR now has policy ALLOW_DEBT; AIR issues 10 AIR to mina as i1
               SHOP redeems 10 AIR of mina as r1; AIR reverses i1
        then   mina is in debt by 10 AIR
        when   AIR adjusts mina by 3 AIR for GOODWILL; it is 2027-02-02
               AIR issues 25 AIR to mina
        then   entries points.expired, points.issued
               lots mina/AIR 0, 0, 15; mina is in debt by 0 AIR
    """)


def test_points_that_come_to_an_empty_wallet_begin_the_count() -> None:
    """A first exchange is not dead on arrival, years after the last issue or without any."""
    play(f"""{NETWORK}
        when   HOTEL issues 30 HOTEL to mina; HOTEL exchanges 10 HOTEL of mina into AIR
               it is 2027-01-31
        then   mina can spend 10 AIR
        when   it is 2027-02-03; HOTEL exchanges 10 HOTEL of mina into AIR
        then   entries points.expired, points.exchanged; mina can spend 10 AIR
        when   it is 2029-01-01; AIR adjusts mina by 7 AIR for MIGRATION
        then   entries points.expired, points.adjusted; mina can spend 7 AIR
        given  it is 2029-12-31
        then   mina can spend 7 AIR
    """)


def test_a_gift_ends_with_its_new_owner_s_inactivity() -> None:
    """It copies the lots' expiry, which is none; lapsed points of the recipient are expired."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to jun; it is 2026-12-01; AIR issues 10 AIR to mina
               it is 2027-02-02; AIR gifts 4 AIR of mina to jun
        then   entries points.expired, points.gifted; lots jun/AIR 0, 4; jun can spend 4 AIR
        given  it is 2027-12-02
        then   mina can spend 0 AIR; jun can spend 4 AIR
    """)


def test_going_round_renews_nothing() -> None:
    """Points that leave the unit take its end with them, and bring it back."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; it is 2026-12-01
               AIR exchanges 10 AIR of mina into HOTEL
        then   lot 1 of mina/HOTEL is 10 exp 2027-02-01
        when   HOTEL exchanges 10 HOTEL of mina into AIR
        then   lot 2 of mina/AIR is 10 exp 2027-02-01
        given  it is 2027-02-01
        then   mina can spend 0 AIR
    """)


def test_overdue_holds_end_before_their_points_do() -> None:
    """A hold lasts less than the shortest inactivity, so what it pinned is free by then."""
    play(f"""{NETWORK}
        when   SHOP issues 10 SHOP to mina; SHOP holds 4 SHOP of mina for 30d as h1; wait 31d
        then   mina can spend 0 SHOP; wallet mina/SHOP 10 pending 4
        when   SHOP issues 1 SHOP to mina
        then   entries hold.expired, points.expired, points.issued; wallet mina/SHOP 1
    """)


def test_an_exchange_ends_the_holds_of_both_wallets() -> None:
    """First what stands in the way of the source, then what has lapsed in the target."""
    play(f"""{NETWORK}
        when   AIR issues 10 AIR to mina; AIR holds 5 AIR of mina for 30d as h1
               it is 2027-02-01
               HOTEL issues 10 HOTEL to mina; HOTEL holds 4 HOTEL of mina for 1m as h2; wait 1h
               HOTEL exchanges 10 HOTEL of mina into AIR
        then   entries hold.expired, hold.expired, points.expired, points.exchanged
               lots mina/AIR 0, 10; mina can spend 10 AIR
    """)


def test_any_number_of_lapsed_lots_makes_room_for_an_issue() -> None:
    """An entry takes 500 of them; the issue waits for as many entries as are needed."""
    scene = play(NETWORK)
    for _ in range(3):
        scene.world.endow("mina", "AIR", 1, LOT_USES_MAX // 2)
    play(
        """
        when   it is 2027-02-03; AIR issues 1 AIR to mina
        then   entries points.expired, points.expired, points.issued; wallet mina/AIR 1
        """,
        scene,
    )
    last = scene.world.last
    assert isinstance(last, Decision)
    assert [len(effect.uses) for effect in last.effects] == [LOT_USES_MAX, LOT_USES_MAX // 2, 0]
    assert len({effect.id for effect in last.effects}) == len(last.effects)
