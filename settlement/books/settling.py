"""A settlement as postings: money as it moves, and at the end gross sums set off.

A payment clears the payer's payable and the payee's receivable; through the operator it passes an
account of money held for others. Collateral lies with the operator, apart from that account, until
it is drawn for a defaulter. Once a settlement is over nothing of it is left open: claims that fell
due in its windows have become payables and receivables, the smaller of what a partner owes and is
owed is set off from both, and the operator's own net leaves the account of money held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ids import OPERATOR
from settlement.books.chart import Account
from settlement.books.journal import Entry, Posting

if TYPE_CHECKING:
    from settlement.books.rows import Event, Finished, Funds, Paid

NETTED = "NETTED"
PAID = "PAID"
PREFUND = "PREFUND"
DRAWN = "DRAWN"
CLAIM_DUE = "CLAIM_DUE"
OWN_NET = "OWN_NET"
PAY_IN = "PAY_IN"
PAY_OUT = "PAY_OUT"
CLEARING = "CLEARING"
CLAIM = "CLAIM"


def paid(payment: Paid) -> list[Entry]:
    """Return the two entries of a payment: the payer's and the payee's."""
    amount = payment.amount
    assert amount > 0, "a bank line without money"
    head = (payment.seq, payment.time, PAID, payment.settlement)
    out_of = Account.CLEARING_HELD if payment.leg == PAY_OUT else Account.CLEARING_PAYABLE
    into = Account.CLEARING_HELD if payment.leg == PAY_IN else Account.CLEARING_RECEIVABLE
    out = (Posting(out_of, "", amount), Posting(Account.BANK, "", -amount))
    received = (Posting(Account.BANK, "", amount), Posting(into, "", -amount))
    return [
        Entry(*head, payment.payer, payment.currency, out),
        Entry(*head, payment.payee, payment.currency, received),
    ]


def funded(funds: Funds) -> list[Entry]:
    """Return the entries of collateral: paid in, given back, or drawn to pay what is owed."""
    amount, drawn = funds.amount, bool(funds.settlement)
    assert amount, "collateral without money"
    head = (funds.seq, funds.time, DRAWN if drawn else PREFUND, funds.settlement)
    own, other = (Account.CLEARING_PAYABLE, Account.CLEARING_HELD) if drawn else (Account.BANK,) * 2
    partner = (Posting(Account.PREFUND, "", amount), Posting(own, "", -amount))
    operator = (Posting(other, "", amount), Posting(Account.PREFUND_HELD, "", -amount))
    return [
        Entry(*head, funds.partner, funds.currency, partner),
        Entry(*head, OPERATOR, funds.currency, operator),
    ]


class Claims:
    """Claims by window and currency, until the settlement of their window is over."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting: dict[tuple[int, str], list[tuple[str, str, int]]] = {}

    def note(self, event: Event) -> None:
        """Remember the claims of an entry."""
        for one in event.owed:
            if one.kind == CLAIM:
                place = (one.period, one.currency)
                self._waiting.setdefault(place, []).append((one.debtor, one.creditor, one.amount))

    def due(self, over: Finished) -> list[Entry]:
        """Return the entries by which the claims of a settlement's windows are owed through it."""
        head = (over.seq, over.time, CLAIM_DUE, over.settlement)
        made: list[Entry] = []
        for period in over.windows:
            for debtor, creditor, amount in self._waiting.pop((period, over.currency), []):
                owing = (
                    Posting(Account.CLAIMS_PAYABLE, "", amount),
                    Posting(Account.CLEARING_PAYABLE, "", -amount),
                )
                owed = (
                    Posting(Account.CLEARING_RECEIVABLE, "", amount),
                    Posting(Account.CLAIMS_RECEIVABLE, "", -amount),
                )
                made.append(Entry(*head, debtor, over.currency, owing))
                made.append(Entry(*head, creditor, over.currency, owed))
        return made


def finished(over: Finished) -> list[Entry]:
    """Return the entries that leave nothing of a settlement open."""
    head = (over.seq, over.time, NETTED, over.settlement)
    made: list[Entry] = []
    for side in over.sides:
        both = min(side.debits, side.credits)
        if both:
            postings = (
                Posting(Account.CLEARING_PAYABLE, "", both),
                Posting(Account.CLEARING_RECEIVABLE, "", -both),
            )
            made.append(Entry(*head, side.partner, over.currency, postings))
    return made + _own(over)


def _own(over: Finished) -> list[Entry]:
    """Return the operator's payment to or from itself: its own net, less the losses it bears."""
    own = next((side for side in over.sides if side.partner == OPERATOR), None)
    net = own.debits - own.credits if own else 0
    through = over.method == CLEARING
    owing = max(0, net) if through else 0
    # Of what it is owed directly others paid a part; the rest was drawn, or is its share. What it
    # bears beyond that share it paid out of its own pocket, and claims.
    owed = max(0, -net) - (own.paid if own and net < 0 and not through else 0)
    taken = owed - over.operator_share
    postings = tuple(
        posting
        for posting in (
            Posting(Account.CLEARING_PAYABLE, "", owing),
            Posting(Account.CLEARING_HELD, "", taken - owing),
            Posting(Account.CLEARING_RECEIVABLE, "", -taken),
        )
        if posting.amount
    )
    if not postings:
        return []
    return [Entry(over.seq, over.time, OWN_NET, over.settlement, OPERATOR, over.currency, postings)]
