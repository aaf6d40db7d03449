"""What belongs to one payment, settlement or creditor is not taken from another."""

from tests.unit.settlement.test_settlements import DRAFTED, NETWORK
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
