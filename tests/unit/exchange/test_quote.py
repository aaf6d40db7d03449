"""Quotes: a rate held for one member and one amount for a minute (LEDGER sections 1 and 6)."""

from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP
       unit AIR scale 2; unit HOTEL; unit SHOP
       member mina; member jun
       AIR becomes HOTEL at 1/2 for 7
       AIR becomes SHOP at 1/2 for 7
       wallet mina/AIR 200
"""


def test_a_quote_outlives_the_end_of_its_contract() -> None:
    """A quote given before its contract ended still gives its rate, at its version's price."""
    scene = play(f"""{NETWORK}
        when   AIR quotes 100 AIR of mina into HOTEL as q1
               HOTEL ends AIR to HOTEL
               AIR exchanges 100 AIR of mina into HOTEL
        then   refused CONTRACT_MISSING
        when   AIR exchanges 100 AIR of mina into HOTEL at quote q1
        then   moved 100, 50; AIR owes HOTEL 350
    """)
    assert scene.effect.fields["contract"].endswith(".1")


def test_a_quote_is_used_once() -> None:
    """A second exchange at the same quote is refused, and takes nothing."""
    play(f"""{NETWORK}
        when   AIR quotes 100 AIR of mina into HOTEL as q1
               AIR exchanges 100 AIR of mina into HOTEL at quote q1
               AIR exchanges 100 AIR of mina into HOTEL at quote q1
        then   refused QUOTE_USED
               wallet mina/AIR 100
    """)


def test_a_quote_lives_a_minute_less_a_microsecond() -> None:
    """It is good 59 s after it was given, and not 60 s after."""
    play(f"""{NETWORK}
        when   AIR quotes 100 AIR of mina into HOTEL as q1
               AIR quotes 100 AIR of mina into HOTEL as q2
               wait 59s
               AIR exchanges 100 AIR of mina into HOTEL at quote q1
               wait 1s
               AIR exchanges 100 AIR of mina into HOTEL at quote q2
        then   refused QUOTE_EXPIRED
    """)


def test_a_quote_is_for_its_partner_member_amount_and_units() -> None:
    """Another partner or member does not know it; another amount or unit is a mismatch."""
    play(f"""{NETWORK}
        given  AIR lets HOTEL EXCHANGE AIR of mina; wallet jun/AIR 100
        when   AIR quotes 100 AIR of mina into HOTEL as q1
               HOTEL exchanges 100 AIR of mina into HOTEL at quote q1
        then   refused QUOTE_UNKNOWN
        when   AIR exchanges 100 AIR of jun into HOTEL at quote q1
        then   refused QUOTE_UNKNOWN
        when   AIR exchanges 50 AIR of mina into HOTEL at quote q1
        then   refused QUOTE_MISMATCH reason=amount
        when   AIR exchanges 100 AIR of mina into SHOP at quote q1
        then   refused QUOTE_MISMATCH reason=units
    """)


def test_a_quote_promises_a_rate_and_no_points() -> None:
    """Quoted points that are spent before are not there: INSUFFICIENT_POINTS, quote unused."""
    play(f"""{NETWORK}
        when   AIR quotes 100 AIR of mina into HOTEL as q1
               AIR redeems 150 AIR of mina
               AIR exchanges 100 AIR of mina into HOTEL at quote q1
        then   refused INSUFFICIENT_POINTS available=5000 required=10000
        when   AIR issues 50 AIR to mina
               AIR exchanges 100 AIR of mina into HOTEL at quote q1
        then   moved 100, 50
    """)
