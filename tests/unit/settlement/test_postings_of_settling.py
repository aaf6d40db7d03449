"""What settlement posts, from the draft to the last payment: nothing is left open."""

from dataclasses import dataclass

from settlement.books.chart import Account
from settlement.books.journal import Entry, Journal
from settlement.books.rows import Event, Owed
from settlement.books.settling import Claims, finished, funded, paid
from tests.unit.settlement.postings import KRW, told


@dataclass(frozen=True)
class Row:
    """A row of settlement's, as another room may have it."""

    partner: str = "A"
    payer: str = "A"
    payee: str = "OPERATOR"
    leg: str = "PAY_IN"
    amount: int = 0
    seq: int = 7
    time: int = 7
    settlement: str = "s1"
    currency: str = KRW


@dataclass(frozen=True)
class Side:
    """A partner's side of a settlement."""

    partner: str
    debits: int
    credits: int
    shared: int = 0
    paid: int = 0


@dataclass(frozen=True)
class Over:
    """A settlement that is over."""

    sides: tuple[Side, ...]
    windows: tuple[int, ...] = (1,)
    method: str = "CLEARING"
    operator_share: int = 0
    seq: int = 9
    time: int = 9
    settlement: str = "s1"
    currency: str = KRW


class Month:
    """Balances of all partners over a month, entry by entry."""

    def __init__(self) -> None:
        """Begin with none."""
        self.journal, self.claims = Journal(), Claims()
        self.total: dict[tuple[str, str], int] = {}

    def add(self, entries: list[Entry]) -> None:
        """Take in entries, each of which balances."""
        for entry in entries:
            assert sum(one.amount for one in entry.postings) == 0
            for account, _, amount in entry.postings:
                key = (entry.partner, account.value)
                self.total[key] = self.total.get(key, 0) + amount

    def owe(self, kind: str, *owed: tuple[str, str, int], period: int = 1) -> None:
        """Let partners owe one another, by a fee's or a claim's entry."""
        event = Event(
            1, 1, "", "CHARGE", "", "", (), (),
            tuple(Owed(d, c, KRW, amount, kind, period) for d, c, amount in owed),
        )  # fmt: skip
        self.claims.note(event)
        self.add(self.journal.post(event))

    def pay(self, payer: str, payee: str, leg: str, amount: int) -> None:
        """Let a bank's line be matched."""
        self.add(paid(Row(payer=payer, payee=payee, leg=leg, amount=amount)))

    def end(self, over: Over) -> None:
        """End a settlement."""
        self.add([*self.claims.due(over), *finished(over)])

    def left(self) -> dict[tuple[str, str], int]:
        """What stands on accounts of the balance sheet between partners, and on no other."""
        results = {Account.FEE_EXPENSE, Account.FEE_INCOME, Account.BANK}
        return {
            key: amount
            for key, amount in self.total.items()
            if amount and key[1] not in {one.value for one in results}
        }


def test_settlement_leaves_nothing_open() -> None:
    """Set off and paid through clearing, nothing stands, the operator's own net included."""
    for own in (70, -70):
        month = Month()
        # A owes 250 net, B is owed 250 less what is the operator's.
        month.owe("FEE", ("A", "B", 350), ("B", "A", 100 if own > 0 else 30))
        month.owe("FEE", *([("B", "OPERATOR", 70)] if own > 0 else [("OPERATOR", "B", 70)]))
        back = 100 if own > 0 else 30
        sides = (
            Side("A", 350, back),
            Side("B", back + max(0, own), 350 + max(0, -own)),
            Side("OPERATOR", max(0, -own), max(0, own)),
        )
        month.pay("A", "OPERATOR", "PAY_IN", 350 - back)
        month.pay("OPERATOR", "B", "PAY_OUT", 350 - back - own)
        assert month.left() != {}
        month.end(Over(sides))
        assert month.left() == {}
        assert month.total["OPERATOR", "BANK"] == own


def test_a_claim_that_is_paid_is_cleared() -> None:
    """After a default the claims stand; once their own window is paid, nothing does."""
    for sharing, shares in (("BY_NET", (18, 12)), ("OPERATOR", (0, 0))):
        month = Month()
        month.add(funded(Row(partner="A", amount=70, settlement="")))
        month.owe("FEE", ("A", "B", 60), ("A", "OPERATOR", 40))
        # A pays nothing: 70 of its collateral is drawn, 30 are lost.
        month.add(funded(Row(partner="A", amount=-70)))
        b, own = shares
        month.pay("OPERATOR", "B", "PAY_OUT", 60 - b)
        operator = own if sharing == "BY_NET" else 30
        claims = [("A", c, n) for c, n in (("B", b), ("OPERATOR", operator)) if n]
        month.owe("CLAIM", *claims, period=2)
        month.end(
            Over(
                (Side("A", 100, 0, 30), Side("B", 0, 60, b), Side("OPERATOR", 0, 40, own)),
                operator_share=operator,
            )
        )
        standing = {key: n for key, n in month.left().items() if n}
        assert {key[1] for key in standing} == {"CLAIMS_PAYABLE", "CLAIMS_RECEIVABLE"}, sharing
        assert standing["A", "CLAIMS_PAYABLE"] == -30
        month.pay("A", "OPERATOR", "PAY_IN", 30)
        if b:
            month.pay("OPERATOR", "B", "PAY_OUT", b)
        month.end(
            Over((Side("A", 30, 0), Side("B", 0, b), Side("OPERATOR", 0, operator)), windows=(2, 3))
        )
        assert month.left() == {}
        assert (month.total["A", "BANK"], month.total["B", "BANK"]) == (-100, 60)


def test_what_is_drawn_for_the_operator_itself_is_held_for_nobody() -> None:
    """Owed directly, it gets a part by its bank, a part of collateral, and claims the rest."""
    month = Month()
    month.add(funded(Row(partner="A", amount=51, settlement="")))
    month.owe("FEE", ("A", "OPERATOR", 71), ("B", "OPERATOR", 90))
    month.pay("A", "OPERATOR", "DIRECT", 20)
    month.add(funded(Row(partner="A", amount=-51)))
    month.owe("CLAIM", ("B", "OPERATOR", 90), period=2)
    sides = (Side("A", 71, 0, paid=20), Side("B", 90, 0, 90), Side("OPERATOR", 0, 161, 90, 20))
    month.end(Over(sides, method="DIRECT", operator_share=90))
    standing = {key: n for key, n in month.left().items() if n}
    assert {key[1] for key in standing} == {"CLAIMS_PAYABLE", "CLAIMS_RECEIVABLE"}
    assert month.total["OPERATOR", "BANK"] == 71


def test_what_a_bank_moved_otherwise_is_owed_and_on_the_account() -> None:
    """A payment that came back is the payer's money again, and a receivable of whoever lost it."""
    month = Month()
    month.pay("A", "OPERATOR", "PAY_IN", 50)
    month.owe("BANK", ("A", "OPERATOR", 50), period=2)
    assert (month.total["A", "BANK"], month.total["OPERATOR", "BANK"]) == (0, 0)
    assert month.total["OPERATOR", "CLEARING_RECEIVABLE"] == 50


def test_a_tax_names_its_invoice() -> None:
    """The entry's reference is the number of the invoice that the tax is on."""
    number = "KRW-1-C-A-REDEEM"
    event = Event(
        1, 1, "", "CHARGE", "", "", (), (), (Owed("A", "C", KRW, 7, "TAX", 1, number),)
    )  # fmt: skip
    assert {entry.reference for entry in Journal().post(event)} == {number}


def test_direct_payments_need_no_account_between() -> None:
    """A direct payment clears the payer's payable and the payee's receivable."""
    assert told(paid(Row(payer="A", payee="B", leg="DIRECT", amount=9))) == {
        "A": {"CLEARING_PAYABLE": 9, "BANK": -9},
        "B": {"BANK": 9, "CLEARING_RECEIVABLE": -9},
    }
    assert finished(Over((Side("A", 5, 0), Side("B", 0, 5)), method="DIRECT")) == []
