"""What belongs to one payment, settlement or creditor is not taken from another."""

from api.payments import payments_of
from tests.property.settlement.test_histories import replay_makes
from tests.unit.settlement.test_settlements import DRAFTED, NETWORK
from tests.world.network import named
from tests.world.script import play


def test_what_is_over_in_a_direct_payment_takes_no_other_one_s_place() -> None:
    """AIR pays HOTEL 40 too much: CAFE's 40 to HOTEL and AIR's own to SHOP are still awaited."""
    play(f"""{NETWORK.replace("partner SHOP", "partner SHOP; partner CAFE")}
        given  CAFE owes HOTEL 40 from now on
        when   ann proposes to close window 2 as w2
               bob approves w2
               ann settles windows 1,2 directly as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
               ann submits s1 with files of AIR, CAFE
               line 1 has AIR pay HOTEL 60 and 40 more in s1
        then   the excess of line 1 is 40; AIR is due 40 in s1; HOTEL is due 40 in s1
        when   line 2 has CAFE pay HOTEL 40 and 0 more in s1
               line 3 has AIR pay SHOP 40 and 1000000000000001 more in s1
        then   refused VALUE_INVALID
        when   line 3 has AIR pay SHOP 40 in s1
        then   s1 is SETTLED
    """)


def test_pay_outs_wait_for_what_the_operator_is_owed_too() -> None:
    """What a debtor still lacks every creditor may lose a share of: no file is out before that."""
    play(f"""{NETWORK.replace("partner SHOP", "partner SHOP; PERIODIC_FEE of AIR is '100 0/1'")}
        when   ann settles windows 1 due in 1h as s1
               ann proposes to APPROVE s1 as p1
               bob approves p1
               ann submits s1 with files of AIR
               line 1 has AIR pay 100 into s1
               ann releases s1
        then   refused PAYOUT_NOT_COVERED available=100 required=200
        when   wait 2h
               ann proposes to DEFAULT s1 as d1
               bob approves d1
        then   HOTEL is due 30 in s1; SHOP is due 20 in s1
        when   ann releases s1
        then   entries payment.written
               s1 is DEFAULTED
    """)


def test_a_draft_waits_for_an_older_window_that_is_closed_again() -> None:
    """Given up, the first settlement's window comes first again: also when it is decided."""
    play(f"""{DRAFTED}
        when   HOTEL owes SHOP 7 from now on
               ann proposes to close window 2 as w2
               bob approves w2
               ann settles windows 2 as s2
               ann proposes to ABORT s1 as a1
               ann proposes to APPROVE s2 as p2
               bob approves a1
               bob approves p2
        then   refused WINDOW_SKIPPED period=1
        when   bob rejects p2
               ann proposes to APPROVE s2 as p3
        then   refused WINDOW_SKIPPED period=1
        when   ann settles windows 1 as s3
               ann proposes to APPROVE s2 as p3
               bob approves p3
        then   s2 is APPROVED
    """)


# AIR owes HOTEL 60, SHOP 40 and the operator 100, directly; of HOTEL's 60 it pays 10. Its prefund
# is 60, so 130 are lost, by nets of 60, 40 and 100.
DIRECTLY = """
given  partner AIR with prefund 60 cap 900; partner HOTEL; partner SHOP
       PERIODIC_FEE of AIR is '100 0/1'
       AIR owes HOTEL 60 from now on
       AIR owes SHOP 40 from now on
       ann proposes to close window 1 as w1
       bob approves w1
       ann settles windows 1 directly as s1
       ann proposes to APPROVE s1 as p1
       bob approves p1
       ann submits s1 with files of AIR
       line 1 has AIR pay HOTEL 10 in s1
       wait 2d
       ann proposes to DEFAULT s1 as d1
       bob approves d1
"""


def test_after_a_default_the_operator_pays_out_what_it_drew() -> None:
    """Also where partners were to pay one another; what it is owed itself it has already."""
    scene = play(f"""{DIRECTLY}
        then   s1 is DEFAULTED; HOTEL is due 11 in s1; SHOP is due 14 in s1
        when   ann releases s1
        then   entries payment.written
    """)
    state = scene.world.state
    settlement = state.reference.settlements[named("s1")]
    lines = [*state.bank_lines.values()]
    nets = [*state.nets[settlement.id].values()]
    made = payments_of("here", settlement, nets, lines)
    assert sorted((one.payer, one.payee, one.amount, one.leg) for one in made) == [
        ("AIR", "HOTEL", 60, "DIRECT"),
        ("AIR", "OPERATOR", 100, "DIRECT"),
        ("AIR", "SHOP", 40, "DIRECT"),
        ("OPERATOR", "HOTEL", 11, "PAY_OUT"),
        ("OPERATOR", "SHOP", 14, "PAY_OUT"),
    ]
    play(
        """
        when   line 2 has HOTEL get 11 out of s1
        then   s1 is DEFAULTED
        when   line 3 has SHOP get 14 out of s1
        then   s1 is SETTLED; AIR is 130 in debit in window 2
        """,
        scene,
    )
    replay_makes(scene.world)
