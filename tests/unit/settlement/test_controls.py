"""Caps, collateral and policies by four eyes (FINANCE section 2)."""

from domain.ledger.settling import Policy
from settlement.controls.policies import alerts
from tests.unit.settlement.test_settlements import SUBMITTED
from tests.world.script import play

NETWORK = """
given  partner AIR with prefund 100 cap 10; partner HOTEL
"""


def test_collateral_moves_when_a_second_person_agrees() -> None:
    """In and out; nobody decides what they proposed."""
    play(f"""{NETWORK}
        when   ann proposes PREFUND_IN of 50 for AIR as f1
               ann approves f1
        then   refused SAME_SUBJECT
               AIR has 100 prefunded
        when   bob approves f1
        then   entries proposal.decided, funds.moved; AIR has 150 prefunded
        when   ann proposes PREFUND_OUT of 150 for AIR as f2
               bob approves f2
        then   AIR has 0 prefunded
    """)


def test_collateral_that_covers_what_is_owed_stays() -> None:
    """What the cap does not cover of an exposure, the prefund must; also when it is decided."""
    play(f"""{NETWORK}
        when   AIR owes HOTEL 60 from now on
               ann proposes PREFUND_OUT of 51 for AIR as f1
        then   refused FUNDS_INSUFFICIENT available=50 required=51
        when   ann proposes PREFUND_OUT of 50 for AIR as f1
               AIR owes HOTEL 1 from now on
               bob approves f1
        then   refused FUNDS_INSUFFICIENT available=49 required=50
               AIR has 100 prefunded
    """)


def test_a_cap_is_raised_by_two() -> None:
    """The new cap takes the place of the old; the same cannot be proposed twice at a time."""
    play(f"""{NETWORK}
        when   ann proposes CAP of 900 for AIR as f1
               bob proposes CAP of 800 for AIR as f2
        then   refused PROPOSAL_PENDING
        when   bob approves f1
        then   entries proposal.decided, cap.set; AIR may owe 900 beyond its prefund
    """)


def test_the_operator_bears_a_loss_where_the_network_says_so() -> None:
    """Creditors are paid in full, and the claim is the operator's."""
    play(f"""{SUBMITTED}
        when   ann proposes the policy LOSS_SHARING OPERATOR as l1
               bob approves l1
        then   entries proposal.decided, policy.set
        when   line 1 has AIR pay 70 into s1
               wait 2h
               ann proposes to DEFAULT s1 as d1
               bob approves d1
        then   HOTEL is due 60 in s1; SHOP is due 40 in s1
        when   ann releases s1
               line 2 has HOTEL get 60 out of s1
               line 3 has SHOP get 40 out of s1
        then   s1 is SETTLED; AIR is 30 in debit in window 2; OPERATOR is -30 in debit in window 2
    """)


def test_an_alert_is_told_above_its_threshold() -> None:
    """At the threshold it is silent, above it it speaks, and 0 never does."""
    policies = {
        key: Policy(*key, value, 1)
        for key, value in {
            ("EXPOSURE_ALERT", "AIR", "KRW"): "50",
            ("EXPOSURE_ALERT", "HOTEL", "KRW"): "0",
            ("LOSS_SHARING", "", ""): "BY_NET",
        }.items()
    }
    assert alerts(policies, {("AIR", "KRW"): 50, ("HOTEL", "KRW"): 9}) == []
    assert alerts(policies, {("AIR", "KRW"): 51}) == [("AIR", "KRW", 51, 50)]
