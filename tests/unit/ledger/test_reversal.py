"""Reversal: the very lots, what follows what remains, every kind (LEDGER section 5)."""

import pytest

from domain.ledger.commands import ReverseTransfer
from tests.world.network import by, named, operator
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2 nominal 10; unit HOTEL nominal 20
       member mina; member jun
       AIR becomes HOTEL at 1/2 for 7; HOTEL takes AIR for 7/3
       AIR lets HOTEL REDEEM AIR of mina as k1
"""
SIXTY_FORTY = f"{NETWORK} \n given wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)"


def test_lots_are_given_back_in_the_reverse_order_of_their_consumption() -> None:
    """70 taken from 60 + 40; reversing 20 gives 10 to the second, then 10 to the first."""
    play(f"""{SIXTY_FORTY}
        when   AIR redeems 70 AIR of mina as r1
        then   lots mina/AIR 0, 30
        when   AIR reverses 20 of r1
        then   lots mina/AIR 10, 40
        when   AIR reverses 50 of r1
        then   lots mina/AIR 60, 40
        when   AIR reverses 0.01 of r1
        then   refused REVERSAL_EXCEEDS_ORIGINAL available=0 required=1
        when   AIR reverses r1
        then   refused REVERSAL_EXCEEDS_ORIGINAL available=0
    """)


def test_parts_never_sum_to_more_than_the_original() -> None:
    """After 69 of 70 only 1 is left: 1.01 is refused, and nothing said takes the rest."""
    play(f"""{SIXTY_FORTY}
        when   AIR redeems 70 AIR of mina as r1
               AIR reverses 69 of r1
               AIR reverses 1.01 of r1
        then   refused REVERSAL_EXCEEDS_ORIGINAL available=100 required=101
        when   AIR reverses r1
        then   reversed 1; wallet mina/AIR 100
    """)


def test_money_follows_what_remains() -> None:
    """At 7/3, 70 owe 163; after 20 back, 50 owe 116; after 49.99 more, 0.01 owes nothing."""
    play(f"""{SIXTY_FORTY}
        when   HOTEL redeems 70 AIR of mina as r1
        then   AIR owes HOTEL 163
        when   HOTEL reverses 20 of r1
        then   AIR owes HOTEL 116
        when   HOTEL reverses 49.99 of r1
        then   AIR owes HOTEL 0
        when   HOTEL reverses r1
        then   AIR owes HOTEL 0; no obligation; lots mina/AIR 60, 40
    """)


def test_a_reversal_is_posted_in_the_window_open_now() -> None:
    """The obligation stays in window 1; what takes it back falls in window 2."""
    play(f"""{SIXTY_FORTY}
        when   HOTEL redeems 30 AIR of mina as r1
               ann proposes to close window 1 as p1
               bob approves p1
               HOTEL reverses r1
        then   AIR is 70 in debit in window 1; AIR is -70 in debit in window 2
    """)


def test_a_redemption_of_several_obligors_is_undone_from_its_end() -> None:
    """10 of SHOP's were taken first, then 20 of AIR's: reversing 25 leaves 5 owed by SHOP."""
    play(f"""{NETWORK}
        given  SHOP may issue AIR for 9
               wallet mina/AIR 30 (10 exp 2026-12-01 obligor SHOP, 20)
        when   HOTEL redeems 30 AIR of mina as r1
        then   SHOP owes HOTEL 23; AIR owes HOTEL 46
        when   HOTEL reverses 25 of r1
        then   SHOP owes HOTEL 11; AIR owes HOTEL 0; lots mina/AIR 5, 20
    """)


def test_a_capture_is_reversed_like_a_redemption() -> None:
    """A hold's part captured and given back: the pins' lots are whole, nothing is owed."""
    play(f"""{SIXTY_FORTY}
        when   HOTEL holds 80 AIR of mina for 10m as h1
               HOTEL captures 70 of h1 as c1
               HOTEL reverses 20 of c1
        then   lots mina/AIR 10, 40; AIR owes HOTEL 116
        when   HOTEL reverses c1
        then   lots mina/AIR 60, 40; AIR owes HOTEL 0
    """)


def test_a_lot_that_has_expired_meanwhile_is_given_back_and_expires_next() -> None:
    """It comes back into its own lot, cannot be spent, and the job takes it."""
    play(f"""{SIXTY_FORTY}
        when   AIR redeems 70 AIR of mina as r1
               it is 2026-12-01
               AIR reverses r1
        then   lots mina/AIR 60, 40; mina can spend 40 AIR
        when   expire mina/AIR
        then   lots mina/AIR 0, 40
    """)


def test_an_exchange_is_undone_in_both_units_and_in_money() -> None:
    """All back: the lots, the target's points, the obligations of price and fee."""
    play("""
        given  partner AIR; partner HOTEL; unit AIR scale 2; unit HOTEL; member mina
               AIR becomes HOTEL at 1/2 for 7 with fee 1/10 money 1/10
               wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
        then   AIR owes HOTEL 315; AIR owes OPERATOR 10; lots mina/HOTEL 27, 18
        when   AIR reverses x1
        then   AIR owes HOTEL 0; AIR owes OPERATOR 0
               lots mina/AIR 60, 40; lots mina/HOTEL 0, 0
    """)


def test_a_part_of_an_exchange_leaves_what_its_contract_gives_for_the_rest() -> None:
    """0.01 of 100.00 costs a whole HOTEL point, the next 1.99 cost none: 98.00 give 49."""
    play(f"""{SIXTY_FORTY}
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
               AIR reverses 0.01 of x1
        then   wallet mina/HOTEL 49; wallet mina/AIR 0.01; AIR owes HOTEL 343
        when   AIR reverses 1.99 of x1
        then   wallet mina/HOTEL 49; wallet mina/AIR 2; AIR owes HOTEL 343
        when   AIR reverses 48 of x1
        then   wallet mina/HOTEL 25; AIR owes HOTEL 175; lots mina/AIR 10, 40
    """)


def test_a_reversal_keeps_the_version_of_its_original() -> None:
    """Exchanged at 1/2, reversed when 1/4 is in force: 50 are taken back, not 25."""
    play(f"""{SIXTY_FORTY}
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
        given  AIR becomes HOTEL at 1/4 for 9 with version 2
        when   AIR reverses 50 of x1
        then   wallet mina/HOTEL 25; AIR owes HOTEL 175
    """)


def test_target_points_are_taken_newest_first_then_others_of_the_same_obligor() -> None:
    """The exchange's own lots from the last, then older points in spending order."""
    play(f"""{SIXTY_FORTY}
        given  wallet mina/HOTEL 60 (30, 30 exp 2026-12-01)
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
        then   lots mina/HOTEL 30, 30, 30, 20
        when   AIR reverses 50 of x1
        then   lots mina/HOTEL 30, 30, 25, 0
        when   HOTEL redeems 60 HOTEL of mina
        then   lots mina/HOTEL 25, 0, 0, 0
        when   AIR reverses 50 of x1
        then   lots mina/HOTEL 0, 0, 0, 0; lots mina/AIR 60, 40
    """)


def test_an_issue_is_taken_back_with_what_its_issuer_paid() -> None:
    """SHOP issued a prepaid unit's 3.50 for 15; 1.25 back leave floor(2.25 x 9/2) = 10 owed."""
    play("""
        given  partner AIR; partner SHOP; unit AIR scale 2 prepaid; member mina
               SHOP may issue AIR for 9/2
        when   SHOP issues 3.50 AIR to mina as t1
               SHOP reverses 1.25 of t1
        then   SHOP owes AIR 10; lots mina/AIR 2.25
        when   SHOP reverses t1
        then   SHOP owes AIR 0; lots mina/AIR 0
    """)


def test_a_gift_is_reversed_from_either_book_and_counts_once() -> None:
    """30 of 70 by the giver's book and 40 by the recipient's: together all, and no more."""
    play(f"""{SIXTY_FORTY}
        when   AIR gifts 70 AIR of mina to jun as g1
               AIR reverses 30 of g1
        then   lots mina/AIR 20, 40; lots jun/AIR 40, 0
        when   AIR reverses 40 of g1 in the book of jun
        then   lots mina/AIR 60, 40; lots jun/AIR 0, 0
        when   AIR reverses 1 of g1
        then   refused REVERSAL_EXCEEDS_ORIGINAL available=0 required=100
    """)


def test_an_adjustment_is_reversed_either_way() -> None:
    """What was added is taken back, what was taken is given back into its lots."""
    play(f"""{SIXTY_FORTY}
        when   AIR adjusts mina by 5 AIR for GOODWILL as a1
               AIR adjusts mina by -70 AIR for FRAUD as a2
               AIR reverses 2 of a1
        then   lots mina/AIR 0, 30, 3
        when   AIR reverses a2
        then   lots mina/AIR 60, 40, 3
    """)


@pytest.mark.parametrize(
    ("step", "caller"),
    [
        ("AIR issues 10 AIR to mina as t1", "HOTEL"),
        ("HOTEL redeems 10 AIR of mina as t1", "AIR"),
        ("AIR exchanges 10 AIR of mina into HOTEL as t1", "HOTEL"),
        ("AIR gifts 10 AIR of mina to jun as t1", "HOTEL"),
        ("AIR adjusts mina by 10 AIR for GOODWILL as t1", "HOTEL"),
    ],
)
def test_only_a_transfer_s_own_party_or_the_operator_reverses_it(step: str, caller: str) -> None:
    """Anyone else does not even learn that the transfer exists."""
    play(f"""{SIXTY_FORTY}
        when   {step}
               {caller} reverses t1
        then   refused TRANSFER_UNKNOWN
        when   OPERATOR reverses t1
        then   wallet mina/AIR 100
    """)


def test_neither_a_reversal_nor_a_hold_s_steps_nor_an_expiry_is_reversed() -> None:
    """Each is NOT_REVERSIBLE, with its kind."""
    scene = play(f"""{SIXTY_FORTY}
        when   AIR redeems 10 AIR of mina as r1
               AIR holds 10 AIR of mina for 1m as h1
               AIR reverses r1
    """)
    world = scene.world
    (reversal,) = [key for key, x in world.state.originals.items() if x.kind == "REVERSE"]
    command = ReverseTransfer(
        actor=by("AIR"), id=world.fresh(), owner=named("mina"), transfer=reversal[1]
    )
    assert world.refused(command) == "NOT_REVERSIBLE"
    play("when AIR reverses h1\nthen refused NOT_REVERSIBLE kind=HOLD", scene)
    play("given it is 2026-12-01\nwhen expire mina/AIR", scene)
    (expiry,) = [key for key, x in world.state.originals.items() if x.kind == "EXPIRE"]
    command = ReverseTransfer(
        actor=operator(), id=world.fresh(), owner=named("mina"), transfer=expiry[1]
    )
    assert world.refused(command) == "NOT_REVERSIBLE"
