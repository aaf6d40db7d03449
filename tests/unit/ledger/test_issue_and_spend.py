"""Issue, redeem, gift, expire, adjust: legs, lots, spending order, money (LEDGER 2 and 3)."""

import pytest

from domain.clock import MINUTE
from domain.errors import Refusal
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2 nominal 10; unit HOTEL
       member mina; member jun
"""


def test_an_issue_makes_one_lot_at_nominal_value() -> None:
    """1.99 AIR at 10 won a point cost 19 won; the lot's obligor and issuer are AIR."""
    play(f"""{NETWORK}
        when   AIR issues 1.99 AIR to mina PAID
        then   lot 1 of mina/AIR is 1.99 PAID exp never cost 19 obligor AIR issuer AIR
               no obligation; moved 1.99
    """)


def test_another_partner_issues_under_a_funding_contract_only() -> None:
    """SHOP needs a contract; then it is the obligor itself, its price the cost, nothing owed."""
    play(f"""{NETWORK}
        when   SHOP issues 10 AIR to mina
        then   refused CONTRACT_MISSING type=funding source=AIR other=SHOP
        given  SHOP may issue AIR for 9
        when   SHOP issues 10 AIR to mina
        then   lot 1 of mina/AIR is 10 FREE cost 90 obligor SHOP issuer SHOP
               no obligation
    """)


def test_a_prepaid_unit_s_owner_stands_behind_what_others_issue() -> None:
    """SHOP pays AIR at issue, floored once: 3.50 at 9/2 won a point are 15."""
    play("""
        given  partner AIR; partner SHOP; unit AIR scale 2 prepaid; member mina
               SHOP may issue AIR for 9/2
        when   SHOP issues 3.50 AIR to mina
        then   lot 1 of mina/AIR is 3.50 FREE cost 15 obligor AIR issuer SHOP
               SHOP owes AIR 15 as FUNDING
    """)


def test_a_backdated_issue_expires_from_its_effective_time() -> None:
    """Dated 30 days ago under DAYS 365, points end 335 days from now; 91 days are too far."""
    scene = play("""
        given  partner AIR; unit AIR expiry 'DAYS 365'; member mina
        when   AIR issues 5 AIR to mina dated 30d ago
    """)
    lot = scene.world.lots("mina", "AIR")[0]
    assert lot.expires_at - scene.world.now == pytest.approx(335 * 86_400_000_000, abs=10)
    play("when AIR issues 5 AIR to mina dated 91d ago\nthen refused BACKDATE_NOT_PERMITTED", scene)


def test_spending_takes_the_earliest_expiry_then_free_then_the_oldest() -> None:
    """Each lot is emptied before the next in spending order is touched."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 50 (10, 10 PAID exp 2026-12-01, 10 exp 2026-12-01, 10 PAID, 10)
        when   AIR redeems 15 AIR of mina
        then   lots mina/AIR 10, 5, 0, 10, 10
        when   AIR redeems 16 AIR of mina
        then   lots mina/AIR 0, 0, 0, 10, 9
        when   AIR redeems 10 AIR of mina
        then   lots mina/AIR 0, 0, 0, 9, 0
    """)


def test_points_past_their_expiry_are_not_spendable_before_the_job_has_run() -> None:
    """At the very instant of expiry the points are gone from what can be spent."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 30 (10 exp 2026-02-01, 20)
               it is 2026-02-01
        then   mina can spend 20 AIR; wallet mina/AIR 30
        when   AIR redeems 21 AIR of mina
        then   refused INSUFFICIENT_POINTS available=2000 required=2100
        when   expire mina/AIR
        then   entries points.expired; lots mina/AIR 0, 20; wallet mina/AIR 20; no obligation
        when   expire mina/AIR
        then   refused NOTHING_TO_EXPIRE unit=AIR
    """)


def test_a_redemption_elsewhere_is_owed_by_the_obligors_of_the_lots() -> None:
    """7/3 a point, floored for each obligor: AIR 23 for 10, SHOP 46 for 20, SHOP none to itself."""
    play(f"""{NETWORK}
        given  SHOP may issue AIR for 9
               HOTEL takes AIR for 7/3; SHOP takes AIR for 7/3
               AIR lets HOTEL REDEEM AIR of mina; AIR lets SHOP REDEEM AIR of mina
               wallet mina/AIR 60 (10, 50 obligor SHOP)
        when   HOTEL redeems 30 AIR of mina
        then   AIR owes HOTEL 23 as REDEEM; SHOP owes HOTEL 46 as REDEEM
        when   SHOP redeems 30 AIR of mina
        then   no obligation; wallet mina/AIR 0
    """)


def test_a_redemption_at_home_costs_nobody_anything() -> None:
    """AIR redeems its own points without contract, consent or obligation."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 10
        when   AIR redeems 10 AIR of mina
        then   no obligation; wallet mina/AIR 0
    """)


def test_a_redemption_elsewhere_needs_contract_and_consent() -> None:
    """First the contract is missing, then the consent, then its limit."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 100
        when   HOTEL redeems 10 AIR of mina
        then   refused CONTRACT_MISSING type=acceptance source=AIR other=HOTEL
        given  HOTEL takes AIR for 7
        when   HOTEL redeems 10 AIR of mina
        then   refused CONSENT_REQUIRED partner=HOTEL unit=AIR action=REDEEM
        when   AIR lets HOTEL REDEEM AIR of mina up to 15 for 1d as k1
               HOTEL redeems 10 AIR of mina
               HOTEL redeems 6 AIR of mina
        then   refused CONSENT_LIMIT_EXCEEDED available=500 required=600
        when   wait 1d
               HOTEL redeems 1 AIR of mina
        then   refused CONSENT_REQUIRED
    """)


def test_a_revoked_consent_covers_nothing() -> None:
    """After AIR revoked it, HOTEL's consent is as good as none."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 100; HOTEL takes AIR for 7
        when   AIR lets HOTEL REDEEM AIR of mina as k1
               HOTEL revokes k1
               HOTEL redeems 1 AIR of mina
        then   refused CONSENT_REQUIRED
        when   AIR revokes k1
        then   refused CONSENT_REVOKED
    """)


def test_of_several_consents_the_one_that_ends_first_is_used() -> None:
    """A short consent that covers the amount goes before a long one."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 100; HOTEL takes AIR for 7
               AIR lets HOTEL REDEEM AIR of mina as k1
               AIR lets HOTEL REDEEM AIR of mina up to 8 for 2d as k2
        when   HOTEL redeems 6 AIR of mina
        then   k2 has used 6 AIR; k1 has used 0 AIR
        when   HOTEL redeems 6 AIR of mina
        then   k2 has used 6 AIR; k1 has used 6 AIR
    """)


def test_a_gift_copies_issuer_funding_cost_and_expiry() -> None:
    """Half of a lot goes over with half its carrying value; nobody owes anything."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 40 (30 exp 2026-12-01 PAID obligor SHOP cost 101, 10)
        when   AIR gifts 35 AIR of mina to jun
        then   lots mina/AIR 0, 5; moved 35, 35; no obligation
               lot 1 of jun/AIR is 30 PAID exp 2026-12-01 cost 101 obligor SHOP issuer SHOP
               lot 2 of jun/AIR is 5 FREE exp never cost 50 obligor AIR issuer AIR
    """)


def test_parts_of_a_lot_carry_its_whole_cost_between_them() -> None:
    """Three gifts of 10 out of 30 that cost 100 carry 34, 33 and 33: nothing is lost or made."""
    scene = play(f"""{NETWORK}
        given  wallet mina/AIR 30 (30 cost 100)
        when   AIR gifts 10 AIR of mina to jun
               AIR gifts 10 AIR of mina to jun
               AIR gifts 10 AIR of mina to jun
    """)
    assert [lot.cost for lot in scene.world.lots("jun", "AIR")] == [34, 33, 33]


def test_a_partner_s_adjustment_up_makes_a_lot_and_down_takes_in_spending_order() -> None:
    """Goodwill of 5 is a FREE lot of AIR's; a correction takes from the earliest expiry."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 20 (10, 10 exp 2026-12-01)
        when   AIR adjusts mina by 5 AIR for GOODWILL
        then   lot 3 of mina/AIR is 5 FREE exp never cost 50 obligor AIR; no obligation
        when   AIR adjusts mina by -12 AIR for CORRECTION
        then   lots mina/AIR 8, 0, 5
        when   AIR adjusts mina by -13.01 AIR for CORRECTION
        then   refused INSUFFICIENT_POINTS available=1300 required=1301
        when   HOTEL adjusts mina by 5 AIR for GOODWILL
        then   refused NOT_PERMITTED
        when   AIR adjusts mina by 5 AIR for WHIM
        then   refused VALUE_INVALID
    """)


def test_an_expiry_job_ends_overdue_holds_and_expires_what_they_pinned() -> None:
    """Pinned points outlive their expiry while the hold lives, and end with it."""
    play(f"""{NETWORK}
        given  wallet mina/AIR 30 (30 exp 2026-01-03)
        when   AIR holds 20 AIR of mina for 3d as h1
               it is 2026-01-03
               expire mina/AIR
        then   entries points.expired; wallet mina/AIR 20 pending 20
        when   wait 2d
               expire mina/AIR
        then   entries hold.expired, points.expired; wallet mina/AIR 0
    """)


def test_more_than_five_hundred_unlike_lots_are_too_many_for_one_transfer() -> None:
    """500 lots can be spent at once, 501 of as many ends cannot; expiry takes 500 at a time."""
    scene = play(NETWORK)
    scene.world.endow(
        "mina", "AIR", 1, count=501, apart=1, expires_at=scene.world.now + 60 * MINUTE - 501
    )
    play(
        """
        when   AIR redeems 5.01 AIR of mina
        then   refused TOO_MANY_LOTS lots=501 maximum=500
        when   AIR gifts 5.01 AIR of mina to jun
        then   refused TOO_MANY_LOTS lots=501 maximum=500
        when   wait 1h
               expire mina/AIR
        then   wallet mina/AIR 0.01
        when   expire mina/AIR
        then   wallet mina/AIR 0
        """,
        scene,
    )


def test_a_lot_s_cost_fits_a_column_or_is_refused() -> None:
    """10^15 points at 10^12 won each cost more than a counter holds: refused, no overflow."""
    scene = play("""
        given  partner AIR; unit AIR nominal 1000000000000; member mina
        when   AIR issues 1000000000000000 AIR to mina
        then   refused COUNTER_LIMIT
        when   AIR adjusts mina by 1000000000000000 AIR for GOODWILL
        then   refused COUNTER_LIMIT
        when   AIR issues 4000000 AIR to mina
    """)
    assert not isinstance(scene.world.last, Refusal)
