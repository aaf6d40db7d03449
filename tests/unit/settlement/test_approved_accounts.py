"""Bank accounts that two people approve with a settlement, as scenarios; and the text of them."""

import pytest

from domain.errors import InvalidValueError
from domain.ledger.settling import CLEARING, DIRECT, Net
from settlement.payments.accounts import bic_account, iban_account, korean_account
from settlement.payments.approved import (
    commitment,
    differing,
    facts_of,
    masked,
    now_told,
    read_facts,
)
from tests.world.script import play

DRAFTED = """
given  partner AIR; partner HOTEL
       AIR owes HOTEL 60 from now on
       ann proposes to close window 1 as w1
       bob approves w1
       ann settles windows 1 due in 1h as s1
"""
APPROVED = f"""{DRAFTED}
       ann proposes to APPROVE s1 with old accounts as p1
       bob approves p1 seeing old
"""


def test_a_decision_sees_the_accounts_that_were_proposed() -> None:
    """Who has other accounts before it, or none, does not approve; rejecting asks for none."""
    play(f"""{DRAFTED}
        when   ann proposes to APPROVE s1 with old accounts as p1
               bob approves p1 seeing new
        then   refused ACCOUNTS_CHANGED; s1 is DRAFT
        when   bob approves p1
        then   refused ACCOUNTS_CHANGED
        when   bob rejects p1
        then   entries proposal.decided; s1 is DRAFT
        when   ann proposes to APPROVE s1 with new accounts as p2
               bob approves p2 seeing new
        then   s1 is APPROVED
    """)


def test_files_are_written_by_the_accounts_that_were_approved() -> None:
    """Any others are refused, and none; pay-ins and pay-outs alike name what was approved."""
    play(f"""{APPROVED}
        when   ann submits s1 with files of AIR
        then   refused ACCOUNTS_CHANGED
        when   ann submits s1 by new accounts with files of AIR
        then   refused ACCOUNTS_CHANGED; s1 is APPROVED
        when   ann submits s1 by old accounts with files of AIR
        then   entries payment.ordered, settlement.moved; s1 is SUBMITTED
        when   line 1 has AIR pay 60 into s1
               ann releases s1 by new accounts
        then   refused ACCOUNTS_CHANGED
        when   ann releases s1 by old accounts
        then   entries payment.ordered
    """)


def test_other_accounts_take_two_people_again() -> None:
    """Until they agree the old ones hold; the settlement stays where it is, also once submitted."""
    play(f"""{APPROVED}
        when   ann submits s1 by old accounts with files of AIR
               line 1 has AIR pay 60 into s1
               ann proposes to APPROVE s1 with new accounts as p2
        then   entries proposal.tabled
        when   ann releases s1 by new accounts
        then   refused ACCOUNTS_CHANGED
        when   ann approves p2 seeing new
        then   refused SAME_SUBJECT
        when   bob approves p2 seeing new
        then   entries proposal.decided; s1 is PARTIALLY_PAID
        when   ann releases s1 by old accounts
        then   refused ACCOUNTS_CHANGED
        when   ann releases s1 by new accounts
        then   entries payment.ordered
        when   ann proposes to APPROVE s1 as p3
        then   refused SETTLEMENT_STATE
    """)


def test_an_approval_without_accounts_is_paid_as_before() -> None:
    """As releases before this one made it, and who pays by no file; accounts may follow."""
    play(f"""{DRAFTED}
        when   ann proposes to APPROVE s1 as p1
               bob approves p1
               ann proposes to APPROVE s1 as p2
        then   refused SETTLEMENT_UNCHANGED
        when   ann submits s1 by new accounts with files of AIR
        then   refused ACCOUNTS_CHANGED
        when   ann submits s1 with files of AIR
        then   entries payment.written, settlement.moved
        when   line 1 has AIR pay 60 into s1
               ann proposes to APPROVE s1 with old accounts as p3
               bob approves p3 seeing old
               ann releases s1
        then   refused ACCOUNTS_CHANGED
        when   ann releases s1 by old accounts
        then   entries payment.ordered
    """)


def test_accounts_are_of_an_approval_alone() -> None:
    """No other step takes any."""
    play(f"""{DRAFTED}
        when   ann proposes to ABORT s1 with old accounts as a1
        then   refused VALUE_INVALID; s1 is DRAFT
    """)


AIR = korean_account("나래항공", "004", "123456-04-123456")
HOTEL = iban_account("Grand Hotel", "DE89 3704 0044 0532 0130 00")
DURE = bic_account("Dure", "12345678", "CHASUS33")
NETS = (Net("s", "AIR", 60, 0), Net("s", "HOTEL", 0, 60), Net("s", "SHOP", 5, 5))


def test_the_text_is_of_all_who_pay_or_are_paid() -> None:
    """Nobody else's account is in it; the operator's is through clearing, or where it has one."""
    listed = {"AIR": AIR, "HOTEL": HOTEL, "OPERATOR": DURE, "SHOP": AIR, "OTHER": AIR}
    text = facts_of(CLEARING, NETS, listed)
    assert read_facts(text) == {"AIR": AIR, "HOTEL": HOTEL, "OPERATOR": DURE}
    del listed["OPERATOR"]
    assert read_facts(facts_of(DIRECT, NETS, listed)) == {"AIR": AIR, "HOTEL": HOTEL}
    with pytest.raises(InvalidValueError) as refused:
        facts_of(CLEARING, NETS, listed)
    assert (refused.value.code, refused.value.facts["partner"]) == ("ACCOUNT_MISSING", "OPERATOR")


def test_every_fact_of_an_account_counts() -> None:
    """Holder, bank and number: who changes one changes what the log would have, under one key."""
    listed = {"AIR": AIR, "HOTEL": HOTEL, "OPERATOR": DURE}
    text, key = facts_of(CLEARING, NETS, listed), b"k" * 32
    assert (now_told(text, {**listed, "OTHER": AIR}), differing(text, listed)) == (text, [])
    for other in (
        korean_account("나래", "004", "123456-04-123456"),
        korean_account("나래항공", "020", "1002-123-456789"),
        korean_account("나래항공", "004", "123456-04-123457"),
        korean_account("나래항공", "004", "123456-04-123456", latin="NARAE"),
    ):
        changed = {**listed, "AIR": other}
        assert differing(text, changed) == ["AIR"]
        assert commitment(key, now_told(text, changed)) != commitment(key, text)
    del listed["HOTEL"]
    assert (differing(text, listed), now_told(text, listed) == text) == (["HOTEL"], False)


def test_the_log_does_not_tell_a_number() -> None:
    """The same accounts under another key have nothing in common; a screen shows four digits."""
    text = facts_of(DIRECT, NETS, {"AIR": AIR, "HOTEL": HOTEL})
    assert commitment(b"a" * 32, text) != commitment(b"b" * 32, text)
    assert masked(AIR.number) == "****3456"
