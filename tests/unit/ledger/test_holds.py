"""Holds: pins, captures, voids, time-outs, reserves (LEDGER section 4)."""

from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2 nominal 10; unit HOTEL
       member mina
       HOTEL takes AIR for 7
       AIR lets HOTEL REDEEM AIR of mina up to 100 as k1
       wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
"""


def test_a_hold_pins_and_reserves_and_a_capture_takes_and_owes() -> None:
    """Held, points are pending and cannot be spent; captured, they are posted and owed."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
        then   wallet mina/AIR 100 pending 70; mina can spend 30 AIR; lots mina/AIR 60, 40
               AIR has 490 reserved; AIR owes HOTEL 0
        when   HOTEL captures h1
        then   wallet mina/AIR 30; lots mina/AIR 0, 30
               AIR has 0 reserved; AIR owes HOTEL 490 as REDEEM
    """)


def test_a_part_captured_takes_the_pins_in_spending_order_and_releases_the_rest() -> None:
    """65 of 70 come from the first 60 and 5 of the next; once captured, a hold has ended."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               HOTEL captures 65 of h1
        then   moved 70, 65; lots mina/AIR 0, 35; wallet mina/AIR 35
               AIR owes HOTEL 455; k1 has used 65 AIR
        when   HOTEL captures 5 of h1
        then   refused HOLD_ENDED state=CAPTURED
    """)


def test_a_void_or_a_capture_of_nothing_releases_all() -> None:
    """Either way nothing is owed, and the consent has its limit back."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               HOTEL voids h1
        then   entries hold.voided; wallet mina/AIR 100; k1 has used 0 AIR; no obligation
        when   HOTEL holds 70 AIR of mina for 10m as h2
               HOTEL captures 0 of h2
        then   entries hold.voided; wallet mina/AIR 100; AIR has 0 reserved
        when   HOTEL voids h2
        then   refused HOLD_ENDED state=VOIDED
    """)


def test_a_capture_never_exceeds_its_hold() -> None:
    """70.01 of 70 is refused, and the hold goes on."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               HOTEL captures 70.01 of h1
        then   refused CAPTURE_EXCEEDS_HOLD available=7000 required=7001
        when   HOTEL captures h1
        then   wallet mina/AIR 30
    """)


def test_a_hold_ends_at_its_deadline_before_anybody_wrote_so() -> None:
    """At the deadline the points can be spent; the next draw writes the time-out first."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               wait 10m
        then   mina can spend 100 AIR; wallet mina/AIR 100 pending 70
        when   HOTEL captures h1
        then   refused HOLD_EXPIRED
        when   AIR redeems 100 AIR of mina
        then   entries hold.expired, points.redeemed; wallet mina/AIR 0; AIR has 0 reserved
               k1 has used 0 AIR
        when   HOTEL captures h1
        then   refused HOLD_ENDED state=EXPIRED
    """)


def test_every_command_that_draws_writes_the_time_out_first() -> None:
    """Exchange, gift, hold, adjustment and reversal alike, the oldest deadline first."""
    network = f"""{NETWORK}
        given  member jun; AIR becomes HOTEL at 1/2 for 7
        when   AIR issues 10 AIR to mina as t1
               HOTEL holds 20 AIR of mina for 10m as h1
               HOTEL holds 20 AIR of mina for 5m as h2
               wait 10m
    """
    for step, kind in (
        ("AIR exchanges 110 AIR of mina into HOTEL", "points.exchanged"),
        ("AIR gifts 110 AIR of mina to jun", "points.gifted"),
        ("HOTEL holds 100 AIR of mina for 1m as h3", "hold.placed"),
        ("AIR adjusts mina by -110 AIR for FRAUD", "points.adjusted"),
        ("AIR reverses t1", "transfer.reversed"),
    ):
        scene = play(f"{network}\nwhen {step}\nthen entries hold.expired, hold.expired, {kind}")
        ended = [hold.ended_seq for hold in scene.world.state.holds.values()][:2]
        assert ended[0] == ended[1] + 1


def test_an_overdue_hold_no_longer_reserves_its_debtor_s_cap() -> None:
    """The cap is full while the hold lives; at its deadline another redemption fits."""
    play(f"""{NETWORK}
        given  cap of AIR falls to 490
        when   HOTEL holds 70 AIR of mina for 10m as h1
               HOTEL redeems 30 AIR of mina
        then   refused NET_DEBIT_CAP_EXCEEDED partner=AIR currency=KRW
        when   wait 10m
               HOTEL redeems 70 AIR of mina
        then   entries hold.expired, points.redeemed; exposure of AIR is 490
    """)


def test_an_overdue_hold_no_longer_uses_its_consent() -> None:
    """Of a limit of 100, 70 were held and are free at the deadline."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               HOTEL redeems 30 AIR of mina
               HOTEL redeems 1 AIR of mina
        then   refused CONSENT_LIMIT_EXCEEDED available=0 required=100
        when   wait 10m
               HOTEL redeems 70 AIR of mina
        then   k1 has used 100 AIR; wallet mina/AIR 0
    """)


def test_a_capture_is_never_refused_for_the_cap_that_its_hold_reserved() -> None:
    """The cap may fall to nothing meanwhile: what was promised is taken and owed."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
        given  cap of AIR falls to 0
        when   HOTEL redeems 1 AIR of mina
        then   refused NET_DEBIT_CAP_EXCEEDED
        when   HOTEL captures h1
        then   exposure of AIR is 490; AIR has 0 reserved
    """)


def test_a_hold_keeps_its_contract_after_its_end() -> None:
    """HOTEL's contract ends; the capture is priced at the version that the hold cites."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               AIR ends AIR at HOTEL
               HOTEL redeems 1 AIR of mina
        then   refused CONTRACT_MISSING
        when   HOTEL captures h1
        then   AIR owes HOTEL 490
    """)


def test_pinned_points_survive_their_expiry_until_the_capture() -> None:
    """Held before their end and captured after it: the points are taken, not expired."""
    play(f"""{NETWORK}
        given  it is 2026-11-30
        when   HOTEL holds 70 AIR of mina for 3d as h1
               it is 2026-12-01
               expire mina/AIR
        then   refused NOTHING_TO_EXPIRE
        when   HOTEL captures 30 of h1
        then   lots mina/AIR 30, 40; mina can spend 40 AIR
        when   expire mina/AIR
        then   lots mina/AIR 0, 40
    """)


def test_the_unit_s_owner_may_void_but_not_capture() -> None:
    """AIR knows the hold and can end it; SHOP does not even know it."""
    play(f"""{NETWORK}
        when   HOTEL holds 70 AIR of mina for 10m as h1
               AIR captures h1
        then   refused NOT_PERMITTED
        when   SHOP voids h1
        then   refused HOLD_UNKNOWN
        when   AIR voids h1
               AIR captures h1
        then   refused NOT_PERMITTED
    """)


def test_a_hold_lasts_from_a_second_to_thirty_days() -> None:
    """0 s and 31 d are refused, 30 d is not."""
    play(f"""{NETWORK}
        when   HOTEL holds 7 AIR of mina for 0s as h1
        then   refused DEADLINE_INVALID
        when   HOTEL holds 7 AIR of mina for 31d as h1
        then   refused DEADLINE_INVALID
        when   HOTEL holds 7 AIR of mina for 30d as h1
        then   wallet mina/AIR 100 pending 7
    """)


def test_daily_caps_count_holds() -> None:
    """A hold counts when it is placed, and its void does not refill the day."""
    play("""
        given  partner AIR; partner HOTEL; unit AIR; member mina
               HOTEL takes AIR for 7 with member 50 pair 60
               AIR lets HOTEL REDEEM AIR of mina; wallet mina/AIR 100
        when   HOTEL holds 40 AIR of mina for 10m as h1
               HOTEL voids h1
               HOTEL redeems 11 AIR of mina
        then   refused MEMBER_CAP_EXCEEDED available=10 required=11 day=2026-01-01
    """)
