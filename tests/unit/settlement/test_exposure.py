"""The net debit cap: what a partner may owe before its transfers are refused (FINANCE 2)."""

from domain.errors import Refusal
from domain.ledger.commands import RedeemPoints
from tests.world.network import by, named
from tests.world.script import play

NETWORK = """
given  partner AIR with cap 100 prefund 50; partner HOTEL
       unit AIR; unit HOTEL; member mina
       AIR becomes HOTEL at 1/1 for 7; HOTEL becomes AIR at 1/1 for 7
       HOTEL takes AIR for 7; AIR lets HOTEL REDEEM AIR of mina
       wallet mina/AIR 100; wallet mina/HOTEL 100
"""


def test_prefund_and_cap_are_what_a_partner_may_owe() -> None:
    """Of 150, 147 are owed by 21 points; one more would be 154, and is refused with the facts."""
    play(f"""{NETWORK}
        when   AIR exchanges 21 AIR of mina into HOTEL
               AIR exchanges 1 AIR of mina into HOTEL
        then   refused NET_DEBIT_CAP_EXCEEDED partner=AIR currency=KRW available=3 required=7
               exposure of AIR is 147
    """)


def test_only_the_debtor_and_the_operator_learn_the_amounts() -> None:
    """HOTEL's redemption is refused for AIR's cap, and says no more than that."""
    world = play(f"{NETWORK} \n when AIR exchanges 21 AIR of mina into HOTEL").world
    found = world.run(
        RedeemPoints(actor=by("HOTEL"), id=world.fresh(), owner=named("mina"), unit="AIR", amount=1)
    )
    assert isinstance(found, Refusal)
    assert found.facts == {"partner": "AIR", "currency": "KRW"}


def test_what_others_owe_is_taken_off_and_never_below_nothing() -> None:
    """HOTEL owes AIR 70, so AIR may come to owe 220; what is reserved is not taken off."""
    play(f"""{NETWORK}
        when   HOTEL exchanges 10 HOTEL of mina into AIR
               AIR exchanges 31 AIR of mina into HOTEL
        then   exposure of AIR is 147
        when   AIR exchanges 1 AIR of mina into HOTEL
        then   refused NET_DEBIT_CAP_EXCEEDED available=3
    """)


def test_credit_does_not_make_room_for_what_holds_reserve() -> None:
    """With 70 to its credit AIR's exposure is 0, so a hold may reserve 147 and not 154."""
    play(f"""{NETWORK}
        when   HOTEL exchanges 10 HOTEL of mina into AIR
               HOTEL holds 22 AIR of mina for 1h as h1
        then   refused NET_DEBIT_CAP_EXCEEDED
        when   HOTEL holds 21 AIR of mina for 1h as h2
        then   AIR has 147 reserved; exposure of AIR is -70
    """)


def test_what_is_reserved_counts_as_owed() -> None:
    """A hold of 140 leaves 10: a redemption of 7 fits, of 14 does not, until it is voided."""
    play(f"""{NETWORK}
        when   HOTEL holds 20 AIR of mina for 1h as h1
               HOTEL redeems 2 AIR of mina
        then   refused NET_DEBIT_CAP_EXCEEDED
        when   HOTEL redeems 1 AIR of mina
               HOTEL voids h1
               HOTEL redeems 2 AIR of mina
        then   exposure of AIR is 21; AIR has 0 reserved
    """)


def test_a_reversal_is_never_refused_by_the_cap() -> None:
    """HOTEL's cap is nothing when it has to give 147 back: it does."""
    play(f"""{NETWORK}
        when   AIR exchanges 21 AIR of mina into HOTEL as x1
               ann proposes to close window 1 as p1
               bob approves p1
        given  cap of HOTEL falls to 0
        when   AIR reverses x1
        then   HOTEL is 147 in debit in window 2; exposure of HOTEL is 0
    """)


def test_what_lifts_nobody_s_exposure_passes_above_a_lowered_cap() -> None:
    """AIR owes 147 when its cap falls to 0; paying down by HOTEL's exchange still works."""
    play(f"""{NETWORK}
        when   AIR exchanges 21 AIR of mina into HOTEL
        given  cap of AIR falls to 0
        when   HOTEL exchanges 10 HOTEL of mina into AIR
        then   exposure of AIR is 77
        when   AIR exchanges 1 AIR of mina into HOTEL
        then   refused NET_DEBIT_CAP_EXCEEDED available=0 required=7
    """)


def test_using_up_one_s_credit_lifts_no_exposure() -> None:
    """AIR has 70 to its credit and 147 reserved above a cap of 0: 70 more may be owed, not 77."""
    play(f"""{NETWORK}
        when   HOTEL exchanges 10 HOTEL of mina into AIR
               HOTEL holds 21 AIR of mina for 1h as h1
        given  cap of AIR falls to 0
        when   AIR exchanges 11 AIR of mina into HOTEL
        then   refused NET_DEBIT_CAP_EXCEEDED available=0 required=7
        when   AIR exchanges 10 AIR of mina into HOTEL
        then   exposure of AIR is 0; AIR has 147 reserved
    """)
