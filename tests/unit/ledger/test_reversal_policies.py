"""Reversal where what was given is spent: REFUSE, WITHIN_BALANCE, ALLOW_DEBT (LEDGER 5)."""

import pytest

from tests.world.script import play


def network(policy: str) -> str:
    """AIR to HOTEL at 1/2, both partners of one policy; 100.00 AIR exchanged as x1."""
    return f"""
        given  partner AIR with policy {policy}; partner HOTEL with policy {policy}; partner SHOP
               unit AIR scale 2; unit HOTEL; member mina; member jun
               AIR becomes HOTEL at 1/2 for 7
               wallet mina/AIR 100 (60 exp 2026-12-01, 40 exp 2027-06-01)
        when   AIR exchanges 100 AIR of mina into HOTEL as x1
    """


@pytest.mark.parametrize("policy", ["REFUSE", "WITHIN_BALANCE", "ALLOW_DEBT"])
def test_the_policy_matters_only_where_points_are_spent(policy: str) -> None:
    """With all 50 HOTEL there, every policy takes them back whole."""
    play(f"""{network(policy)}
        when   AIR reverses x1
        then   reversed 100; wallet mina/HOTEL 0; wallet mina/AIR 100; AIR owes HOTEL 0
               mina is in debt by 0 HOTEL
    """)


def test_refuse_says_what_is_there() -> None:
    """30 of 50 spent: refused with 20 of 50; a part whose points are there succeeds."""
    play(f"""{network("REFUSE")}
        when   HOTEL redeems 30 HOTEL of mina
               AIR reverses x1
        then   refused POINTS_SPENT unit=HOTEL available=20 required=50
        when   AIR reverses 40 of x1
        then   wallet mina/HOTEL 0; wallet mina/AIR 40
        when   AIR reverses 0.01 of x1
        then   refused POINTS_SPENT available=0 required=1
    """)


def test_within_balance_reverses_the_greatest_part_whose_points_are_there() -> None:
    """50 HOTEL given for 10,000, 20 left: 4,000 are reversed; with none left, nothing."""
    play(f"""{network("WITHIN_BALANCE")}
        when   HOTEL redeems 30 HOTEL of mina
               AIR reverses x1
        then   reversed 40; wallet mina/HOTEL 0; lots mina/AIR 0, 40; AIR owes HOTEL 210
        when   AIR reverses x1
        then   refused POINTS_SPENT available=0 required=30
        when   HOTEL issues 3 HOTEL to mina
               AIR reverses 20 of x1
        then   reversed 6; wallet mina/HOTEL 0; AIR owes HOTEL 189
    """)


def test_pinned_points_are_not_there() -> None:
    """45 of 50 held: a reversal finds 5; an overdue hold's points are there again."""
    play(f"""{network("WITHIN_BALANCE")}
        when   HOTEL holds 45 HOTEL of mina for 10m as h1
               AIR reverses x1
        then   reversed 10; wallet mina/HOTEL 45 pending 45
        when   wait 10m
               AIR reverses x1
        then   entries hold.expired, transfer.reversed; reversed 90; wallet mina/HOTEL 0
    """)


def test_another_obligor_s_points_are_not_there() -> None:
    """HOTEL gave the 50; what SHOP issued of HOTEL does not stand in for them."""
    play(f"""{network("WITHIN_BALANCE")}
        given  SHOP may issue HOTEL for 5; wallet mina/HOTEL 50 (50 exp 2027-12-01 obligor SHOP)
        when   HOTEL adjusts mina by -50 HOTEL for FRAUD
        then   lots mina/HOTEL 0, 0, 50
        when   AIR reverses x1
        then   refused POINTS_SPENT available=0 required=50
    """)


def test_allow_debt_takes_what_is_there_and_books_the_rest() -> None:
    """20 taken, 30 owed; later issues repay before they can be spent, from their own lots."""
    play(f"""{network("ALLOW_DEBT")}
        when   HOTEL redeems 30 HOTEL of mina
               AIR reverses x1
        then   reversed 100; wallet mina/HOTEL 0; mina is in debt by 30 HOTEL
               wallet mina/AIR 100; AIR owes HOTEL 0
        when   HOTEL issues 12 HOTEL to mina
        then   moved 12, 12; wallet mina/HOTEL 0; mina is in debt by 18 HOTEL
        when   HOTEL issues 25 HOTEL to mina
        then   moved 25, 18; wallet mina/HOTEL 7; mina is in debt by 0 HOTEL
               lots mina/HOTEL 0, 0, 0, 7
    """)


def test_an_issue_that_repaid_a_debt_is_reversed_with_the_debt() -> None:
    """Of 25, 18 had repaid: taking 10 back costs 7 spendable and brings back 3 of the debt."""
    play(f"""{network("ALLOW_DEBT")}
        when   HOTEL redeems 18 HOTEL of mina
               AIR reverses x1
        then   mina is in debt by 18 HOTEL
        when   HOTEL issues 25 HOTEL to mina as t1
        then   wallet mina/HOTEL 7
        when   HOTEL reverses 10 of t1
        then   mina is in debt by 3 HOTEL; wallet mina/HOTEL 0
        when   HOTEL reverses t1
        then   mina is in debt by 18 HOTEL; wallet mina/HOTEL 0
        when   HOTEL issues 18 HOTEL to mina
        then   mina is in debt by 0 HOTEL; wallet mina/HOTEL 0
    """)


def test_an_issue_that_repaid_and_was_spent_becomes_debt_twice() -> None:
    """18 repaid and 7 spent of 25: reversed whole, the member owes all 25."""
    play(f"""{network("ALLOW_DEBT")}
        when   HOTEL redeems 18 HOTEL of mina
               AIR reverses x1
               HOTEL issues 25 HOTEL to mina as t1
               HOTEL redeems 7 HOTEL of mina
               HOTEL reverses t1
        then   mina is in debt by 25 HOTEL; wallet mina/HOTEL 0
    """)


def test_a_repaid_debt_comes_back_under_refuse_too() -> None:
    """The policy changed to REFUSE: the repaid part counts as there, the spent part does not."""
    scene = play(f"""{network("ALLOW_DEBT")}
        when   HOTEL redeems 18 HOTEL of mina
               AIR reverses x1
               HOTEL issues 25 HOTEL to mina as t1
               HOTEL redeems 5 HOTEL of mina
        given  HOTEL now has policy REFUSE
        when   HOTEL reverses t1
        then   refused POINTS_SPENT available=20 required=25
        given  HOTEL now has policy WITHIN_BALANCE
        when   HOTEL reverses t1
    """)
    assert scene.effect.fields["part"] == "2"  # of 7 spendable 5 are spent; then the debt's 18


def test_a_unit_of_several_obligors_allows_no_debt() -> None:
    """SHOP may issue HOTEL points: what is spent cannot become one debt to one of two."""
    play(f"""{network("ALLOW_DEBT")}
        given  SHOP may issue HOTEL for 5
        when   HOTEL redeems 30 HOTEL of mina
               AIR reverses x1
        then   refused DEBT_NOT_ALLOWED unit=HOTEL
        when   AIR reverses 40 of x1
        then   wallet mina/HOTEL 0
    """)


def test_a_spent_gift_follows_the_unit_owner_s_policy() -> None:
    """Debt falls on the recipient; the giver has the very lots back."""
    play("""
        given  partner AIR with policy ALLOW_DEBT; unit AIR; member mina; member jun
               wallet mina/AIR 100 (60 exp 2026-12-01, 40)
        when   AIR gifts 70 AIR of mina to jun as g1
               AIR redeems 65 AIR of jun
               AIR reverses g1
        then   lots mina/AIR 60, 40; jun is in debt by 65 AIR; wallet jun/AIR 0
    """)


def test_a_spent_issue_is_reversed_within_its_balance() -> None:
    """Of 100 issued 65 are spent: 35 are reversed, and the rest stays refused."""
    play("""
        given  partner AIR with policy WITHIN_BALANCE; unit AIR; member mina
        when   AIR issues 100 AIR to mina as t1
               AIR redeems 65 AIR of mina
               AIR reverses 80 of t1
        then   reversed 35; wallet mina/AIR 0
        when   AIR reverses t1
        then   refused POINTS_SPENT available=0 required=65
    """)


def test_points_past_their_expiry_but_not_yet_expired_can_be_taken_back() -> None:
    """There is what no hold pins, expired or not: nothing is given twice."""
    play(f"""{network("REFUSE")}
        given  it is 2026-12-02
        when   AIR reverses x1
        then   wallet mina/HOTEL 0; wallet mina/AIR 100; mina can spend 40 AIR
    """)


def test_a_reversal_that_would_overflow_a_counter_is_refused() -> None:
    """A wallet whose counter is full takes nothing back: COUNTER_LIMIT, not a fault."""
    scene = play("""
        given  partner AIR; unit AIR; member mina; wallet mina/AIR 10
        when   AIR redeems 10 AIR of mina as r1
    """)
    for account in scene.world.state.accounts.values():
        account.debits_posted += 2**62 - 10
        account.credits_posted += 2**62 - 10
    play("when AIR reverses r1\nthen refused COUNTER_LIMIT", scene)
