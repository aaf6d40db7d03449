"""Fees and tax at closing (FINANCE section 1): one entry an invoice, then the window's end."""

import pytest

from domain.ids import OPERATOR
from domain.ledger.settling import Policy
from settlement.charges.charging import PERIODIC_FEE, charges, read_fee, read_tax
from settlement.commands import ProposePolicy
from tests.world.network import World, operator
from tests.world.script import play

NETWORK = """
given  partner AIR; partner HOTEL
"""
CLOSED = """
when   ann proposes to close window 1 as w1
       bob approves w1
"""


def test_a_periodic_fee_is_a_fixed_amount_and_a_part_of_gross_debits() -> None:
    """1,000 and a thirtieth of 100 floored; what others owe the partner counts for nothing."""
    play(f"""{NETWORK}
        given  PERIODIC_FEE of AIR is '1000 1/30'
               AIR owes HOTEL 100 from now on
               HOTEL owes AIR 900 from now on
        {CLOSED}
        then   entries proposal.decided, obligation.charged, window.closed
               AIR owes OPERATOR 1003 as PERIODIC_FEE; window 1 is CLOSED
               AIR is 203 in debit in window 1; OPERATOR is -1003 in debit in window 1
    """)


def test_a_fee_alone_is_something_to_settle() -> None:
    """A window in which nothing else happened is closed with its fee, not settled at once."""
    play(f"""{NETWORK}
        given  PERIODIC_FEE of AIR is '7 0/1'
        {CLOSED}
        then   window 1 is CLOSED; AIR is 7 in debit in window 1
    """)


def test_the_operator_owes_itself_no_fee() -> None:
    """A fee of the operator's own is refused; one that stands declared makes no obligation."""
    world = World()
    world.partner("AIR")
    fee = ProposePolicy(
        actor=operator("ann"), id=world.fresh(), name=PERIODIC_FEE, partner=OPERATOR,
        currency="KRW", value="7 0/1", reason="AGREED",
    )  # fmt: skip
    assert world.refused(fee) == "VALUE_INVALID"
    key = (PERIODIC_FEE, OPERATOR, "KRW")
    world.state.reference.policies[key] = Policy(*key, "7 0/1", 1)
    assert charges(world.state, 1, "KRW") == []


def test_tax_is_on_the_net_of_an_invoice_at_its_creditor_s_rate() -> None:
    """A tenth of 91 is 9: what was taken back is not taxed."""
    play(f"""{NETWORK}
        given  TAX of HOTEL is 'FEE,KR,1/10@REDEEM,NONE,0/1'
               AIR owes HOTEL 100 from now on
               HOTEL owes AIR 9 from now on
        {CLOSED}
        then   AIR owes HOTEL 9 as TAX
    """)


def test_the_operator_s_tax_is_also_on_the_fee_of_the_same_closing() -> None:
    """The fee is an invoice like any other, of one entry of its own."""
    play(f"""{NETWORK}
        given  PERIODIC_FEE of AIR is '1000 0/1'
               TAX of OPERATOR is 'PERIODIC_FEE,KR,1/10'
        {CLOSED}
        then   entries proposal.decided, obligation.charged, obligation.charged, window.closed
               AIR owes OPERATOR 100 as TAX; AIR is 1100 in debit in window 1
    """)


def test_what_nets_the_other_way_is_taxed_at_the_other_s_rate() -> None:
    """The net's creditor is the one who supplied; without a rate of its own there is no tax."""
    play(f"""{NETWORK}
        given  TAX of HOTEL is 'FEE,KR,1/10'
               AIR owes HOTEL 10 from now on
               HOTEL owes AIR 500 from now on
        {CLOSED}
        then   entries proposal.decided, window.closed
    """)


@pytest.mark.parametrize(
    "value", ["", "1", "1 2/1", "01 1/2", "1 1/0", "-1 1/2", "1000000000000001 1/2", "1 1/2 "]
)
def test_a_fee_that_is_none_is_not_read(value: str) -> None:
    """A fraction above 1, another spelling or an amount beyond all is refused."""
    assert read_fee(value) is None


@pytest.mark.parametrize(
    "value",
    ["", "FEE", "FEE,KR,2/1", "FEE,KR,1/10;FEE,KR,1/5", "CLAIM,KR,1/10", "FEE,kr,1/10", "FEE,KR,1"],
)
def test_a_rate_of_tax_that_is_none_is_not_read(value: str) -> None:
    """A rate above 1, a kind twice, or one that is no supply is refused."""
    assert read_tax(value) is None
