"""Consents with limits that run out: what counts, what comes back, which one is used."""

from decimal import Decimal

import pytest

from tests.world.script import play

# 300.00 AIR; HOTEL takes them and makes two of them one of its own; only AIR speaks for mina.
NETWORK = """
given  partner AIR; partner HOTEL; partner SHOP; unit AIR scale 2; unit HOTEL; member mina
       HOTEL takes AIR for 7; SHOP takes AIR for 7; AIR becomes HOTEL at 1/2 for 7
       wallet mina/AIR 300
"""
REDEEM = "AIR lets HOTEL REDEEM AIR of mina up to 100 as k1"

# What HOTEL does with a consent to redeem 100.00, how much of it is used then, and what is left.
STORIES = """
steps                                                                        | used   | left
HOTEL redeems 100 AIR of mina                                                | 100    | 0
HOTEL redeems 99.99 AIR of mina                                              | 99.99  | 0.01
HOTEL redeems 60 AIR of mina; HOTEL redeems 40 AIR of mina                   | 100    | 0
HOTEL redeems 60 AIR of mina as r1; HOTEL reverses r1                        | 60     | 40
HOTEL redeems 60 AIR of mina as r1; HOTEL reverses 20 of r1                  | 60     | 40
AIR redeems 60 AIR of mina                                                   | 0      | 100
HOTEL holds 60 AIR of mina for 10m as h1                                     | 60     | 40
HOTEL holds 60 AIR of mina for 10m as h1; HOTEL captures h1                  | 60     | 40
HOTEL holds 60 AIR of mina for 10m as h1; HOTEL captures 25 of h1            | 25     | 75
HOTEL holds 60 AIR of mina for 10m as h1; HOTEL captures 0 of h1             | 0      | 100
HOTEL holds 60 AIR of mina for 10m as h1; HOTEL voids h1                     | 0      | 100
HOTEL holds 60 AIR of mina for 10m as h1; wait 10m                           | 60     | 100
HOTEL holds 60 AIR of mina for 10m as h1; wait 10m; expire mina/AIR          | 0      | 100
HOTEL holds 60 AIR of mina for 9m as h1; HOTEL holds 40 AIR of mina for 9h as h2; wait 9m | 100 | 60
"""


def lines(table: str) -> list[list[str]]:
    """A table's lines but its first, each cut at its bars."""
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()[1:]]


@pytest.mark.parametrize("row", lines(STORIES), ids=" ".join)
def test_a_consent_runs_out_to_the_last_unit(row: list[str]) -> None:
    """What is left can be used to the last hundredth and no further; a reversal refills nothing."""
    steps, used, left = row
    story = f"{NETWORK}\nwhen {REDEEM}\n{steps}\nthen k1 has used {used} AIR\n"
    hundredths = int(Decimal(left) * 100)
    over = f"{hundredths // 100}.{hundredths % 100 + 1:02d}"
    play(f"""{story}
        when   HOTEL redeems {over} AIR of mina
        then   refused CONSENT_LIMIT_EXCEEDED available={hundredths} required={hundredths + 1}
    """)
    if hundredths:
        play(f"""{story}
            when   HOTEL redeems {left} AIR of mina
                   HOTEL redeems 0.01 AIR of mina
            then   refused CONSENT_LIMIT_EXCEEDED required=1
        """)


def test_a_limit_is_one_partner_s_one_unit_s_and_one_action_s() -> None:
    """HOTEL's consent to redeem lets it exchange nothing, and SHOP nothing at all."""
    play(f"""{NETWORK}
        when   {REDEEM}
               HOTEL exchanges 10 AIR of mina into HOTEL
        then   refused CONSENT_REQUIRED partner=HOTEL unit=AIR action=EXCHANGE
        when   SHOP redeems 10 AIR of mina
        then   refused CONSENT_REQUIRED partner=SHOP unit=AIR action=REDEEM
    """)


def test_an_exchange_uses_what_is_debited_and_not_what_was_asked() -> None:
    """101.99 AIR give 50 HOTEL as 100.00 do: a limit of 100 covers it, and is used up."""
    play(f"""{NETWORK}
        when   AIR lets HOTEL EXCHANGE AIR of mina up to 100 as k1
               HOTEL exchanges 101.99 AIR of mina into HOTEL
        then   k1 has used 100 AIR; wallet mina/HOTEL 50
        when   HOTEL exchanges 2 AIR of mina into HOTEL
        then   refused CONSENT_LIMIT_EXCEEDED available=0 required=200
        when   HOTEL exchanges 1.99 AIR of mina into HOTEL
        then   refused AMOUNT_TOO_SMALL
    """)


def test_two_consents_do_not_add_up() -> None:
    """30 and 50 are left: 60 is refused with the greater; 40 takes from the one that covers it."""
    play(f"""{NETWORK}
        when   AIR lets HOTEL REDEEM AIR of mina up to 30 for 1d as k1
               AIR lets HOTEL REDEEM AIR of mina up to 50 for 2d as k2
               HOTEL redeems 60 AIR of mina
        then   refused CONSENT_LIMIT_EXCEEDED available=5000 required=6000
        when   HOTEL redeems 40 AIR of mina
        then   k1 has used 0 AIR; k2 has used 40 AIR
        when   HOTEL redeems 30 AIR of mina
        then   k1 has used 30 AIR; k2 has used 40 AIR
        when   HOTEL redeems 10.01 AIR of mina
        then   refused CONSENT_LIMIT_EXCEEDED available=1000 required=1001
    """)


def test_a_consent_that_ran_out_is_followed_by_a_new_one() -> None:
    """The old one stays used up; a hold placed under it gives back to it alone."""
    play(f"""{NETWORK}
        when   {REDEEM}
               HOTEL holds 100 AIR of mina for 10m as h1
               AIR lets HOTEL REDEEM AIR of mina up to 20 as k2
               HOTEL redeems 20 AIR of mina
        then   k1 has used 100 AIR; k2 has used 20 AIR
        when   HOTEL voids h1
        then   k1 has used 0 AIR; k2 has used 20 AIR
    """)


def test_a_revoked_or_ended_consent_still_has_its_hold_s_points_back() -> None:
    """Neither its revocation nor its end keeps a hold from ending well."""
    play(f"""{NETWORK}
        when   AIR lets HOTEL REDEEM AIR of mina up to 100 for 1d as k1
               HOTEL holds 60 AIR of mina for 3d as h1; AIR revokes k1
               wait 2d; HOTEL captures 10 of h1
        then   k1 has used 10 AIR; wallet mina/AIR 290
        when   HOTEL redeems 1 AIR of mina
        then   refused CONSENT_REQUIRED
    """)
