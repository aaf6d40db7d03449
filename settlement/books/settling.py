"""A settlement as postings: gross sums set off, then money against what is left.

Setting off takes the smaller of what a partner owes and is owed from both. A payment then clears
its payable or receivable; through the operator it passes an account of money held for others, which
is empty once every net creditor is paid. What the operator itself is owed or owes is a payment from
or to itself through that account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.books.chart import Account
from settlement.books.journal import Entry, Posting

if TYPE_CHECKING:
    from settlement.books.rows import Netted, Paid

NETTED = "NETTED"
PAID = "PAID"
PAY_IN = "PAY_IN"
PAY_OUT = "PAY_OUT"


def set_off(netted: Netted) -> list[Entry]:
    """Return the entry that sets a partner's gross sums off against each other."""
    both = min(netted.debits, netted.credits)
    if not both:
        return []
    postings = (
        Posting(Account.CLEARING_PAYABLE, "", both),
        Posting(Account.CLEARING_RECEIVABLE, "", -both),
    )
    head = (netted.seq, netted.time, NETTED, netted.settlement)
    return [Entry(*head, netted.partner, netted.currency, postings)]


def paid(payment: Paid) -> list[Entry]:
    """Return the two entries of a payment: the payer's and the payee's."""
    amount = payment.amount
    assert amount > 0, "a bank line without money"
    head = (payment.seq, payment.time, PAID, payment.settlement)
    out_of = Account.CLEARING_HELD if payment.leg == PAY_OUT else Account.CLEARING_PAYABLE
    into = Account.CLEARING_HELD if payment.leg == PAY_IN else Account.CLEARING_RECEIVABLE
    out = (
        Posting(out_of, "", amount),
        Posting(Account.BANK, "", -amount),
    )
    received = (
        Posting(Account.BANK, "", amount),
        Posting(into, "", -amount),
    )
    return [
        Entry(*head, payment.payer, payment.currency, out),
        Entry(*head, payment.payee, payment.currency, received),
    ]
