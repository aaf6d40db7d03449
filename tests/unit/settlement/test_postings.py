"""Every row of FINANCE section 4's postings, with its figures, and what reverses it."""

import pytest

from domain.money import Ratio
from settlement.books.breakage import Estimate
from settlement.books.chart import Policy
from settlement.books.journal import Entry, Journal
from settlement.books.rows import Event, Opened, Owed, Used

KRW = "KRW"


def told(entries: list[Entry]) -> dict[str, dict[str, int]]:
    """Entries as partner to account to amount, debits positive."""
    found: dict[str, dict[str, int]] = {}
    for entry in entries:
        assert sum(one.amount for one in entry.postings) == 0
        for account, _, amount in entry.postings:
            found.setdefault(entry.partner, {})[account.value] = amount
    return found


class Story:
    """Events one after another; lots are named by the entry that opened them."""

    def __init__(self, policies: dict[str, Policy] | None = None) -> None:
        self.journal = Journal(policies)
        self.seq = 0

    def do(
        self,
        kind: str,
        *,
        opened: tuple[Opened, ...] = (),
        uses: tuple[tuple[int, str, int], ...] = (),
        owed: tuple[Owed, ...] = (),
        acceptor: str = "",
        original: int = 0,
    ) -> dict[str, dict[str, int]]:
        """Post one entry; return what it posted."""
        self.seq += 1
        transfer = f"t{self.seq}" if kind != "CHARGE" else ""
        reverses = f"t{original}" if original else ""
        event = Event(
            self.seq, self.seq, transfer, kind, reverses, acceptor, opened,
            tuple(Used(seq, 0, action, amount) for seq, action, amount in uses), owed,
        )  # fmt: skip
        return told(self.journal.post(event))

    def issue(self, cost: int, amount: int, unit: str = "AIR", obligor: str = "A") -> int:
        """Issue a partner's own points; return the lot's entry."""
        self.do("ISSUE", opened=(Opened(0, unit, obligor, obligor, KRW, cost, amount),))
        return self.seq


def test_own_points_issued() -> None:
    """The sale's deferred revenue against the contract liability, at the lot's cost."""
    assert Story().do("ISSUE", opened=(Opened(0, "AIR", "A", "A", KRW, 420, 70),)) == {
        "A": {"DEFERRED_REVENUE": 420, "CONTRACT_LIABILITY": -420}
    }


def test_redemption_at_home() -> None:
    """The carrying value of the part becomes revenue: floors, by difference."""
    story = Story()
    lot = story.issue(100, 3)
    one = {"uses": ((lot, "take", 1),), "acceptor": "A"}
    assert story.do("REDEEM", **one) == {"A": {"CONTRACT_LIABILITY": 34, "REVENUE": -34}}  # type: ignore[arg-type]
    assert story.do("REDEEM", **one) == {"A": {"CONTRACT_LIABILITY": 33, "REVENUE": -33}}  # type: ignore[arg-type]
    assert story.do("REDEEM", **one) == {"A": {"CONTRACT_LIABILITY": 33, "REVENUE": -33}}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "result"),
    [(350, {"GAIN": -70}), (500, {"LOSS": 80}), (420, {})],
)
def test_redemption_at_another_brand(price: int, result: dict[str, int]) -> None:
    """The obligor pays the price, and what it carried more or less is its gain or loss."""
    story = Story()
    lot = story.issue(420, 70)
    posted = story.do(
        "REDEEM", uses=((lot, "take", 70),), acceptor="C",
        owed=(Owed("A", "C", KRW, price, "REDEEM"),),
    )  # fmt: skip
    assert posted == {
        "A": {"CONTRACT_LIABILITY": 420, "CLEARING_PAYABLE": -price, **result},
        "C": {"CLEARING_RECEIVABLE": price, "REVENUE": -price},
    }


def test_redemption_of_points_of_several_obligors() -> None:
    """Of points that another stands behind, the acceptor is paid; its own are redeemed at home."""
    story = Story()
    mine, other = story.issue(100, 10, obligor="C"), story.issue(90, 10)
    posted = story.do(
        "CAPTURE", uses=((mine, "take", 10), (other, "unpin", 10), (other, "take", 10)),
        acceptor="C", owed=(Owed("A", "C", KRW, 60, "REDEEM"),),
    )  # fmt: skip
    assert posted == {
        "A": {"CONTRACT_LIABILITY": 90, "CLEARING_PAYABLE": -60, "GAIN": -30},
        "C": {"CONTRACT_LIABILITY": 100, "CLEARING_RECEIVABLE": 60, "REVENUE": -160},
    }


def exchanged(story: Story) -> dict[str, dict[str, int]]:
    """Exchange 70 of A's points, which carry 420, into 35 of B's for 350, with a fee of 5."""
    lot = story.issue(420, 70)
    return story.do(
        "EXCHANGE", uses=((lot, "take", 70),), opened=(Opened(0, "HOTEL", "B", "B", KRW, 350, 35),),
        owed=(Owed("A", "B", KRW, 350, "EXCHANGE"), Owed("A", "OPERATOR", KRW, 5, "FEE")),
    )  # fmt: skip


def test_exchange() -> None:
    """A pays, and gains what it carried more; B owes the new points; the operator has its fee."""
    assert exchanged(Story()) == {
        "A": {
            "CONTRACT_LIABILITY": 420, "CLEARING_PAYABLE": -355, "FEE_EXPENSE": 5, "GAIN": -70,
        },
        "B": {"CLEARING_RECEIVABLE": 350, "CONTRACT_LIABILITY": -350},
        "OPERATOR": {"CLEARING_RECEIVABLE": 5, "FEE_INCOME": -5},
    }  # fmt: skip


def test_a_reversal_is_the_same_the_other_way_round() -> None:
    """Every account of an exchange goes back to nothing; none is used that it did not use."""
    story = Story()
    posted = exchanged(story)
    back = story.do(
        "REVERSE", original=2, uses=((1, "give", 70), (2, "take", 35)),
        owed=(Owed("B", "A", KRW, 350, "EXCHANGE"), Owed("OPERATOR", "A", KRW, 5, "FEE")),
    )  # fmt: skip
    assert back == {
        partner: {account: -amount for account, amount in one.items()}
        for partner, one in posted.items()
    }


def test_a_reversed_redemption_gives_back_in_parts() -> None:
    """After two parts the books are where they were before the redemption."""
    story = Story()
    lot = story.issue(421, 70)
    spent = story.do(
        "REDEEM", uses=((lot, "take", 70),), acceptor="C",
        owed=(Owed("A", "C", KRW, 350, "REDEEM"),),
    )  # fmt: skip
    total: dict[tuple[str, str], int] = {}
    for part, money in ((33, 165), (37, 185)):
        back = story.do(
            "REVERSE", original=2, uses=((lot, "give", part),),
            owed=(Owed("C", "A", KRW, money, "REDEEM"),),
        )  # fmt: skip
        for partner, one in back.items():
            for account, amount in one.items():
                total[partner, account] = total.get((partner, account), 0) + amount
    assert total == {
        (partner, account): -amount
        for partner, one in spent.items()
        for account, amount in one.items()
    }


def test_funding_of_prepaid_points() -> None:
    """The issuer buys the points; their owner is paid for what it now owes."""
    posted = Story().do(
        "ISSUE", opened=(Opened(0, "COIN", "OWNER", "SHOP", KRW, 100, 30),),
        owed=(Owed("SHOP", "OWNER", KRW, 100, "FUNDING"),),
    )  # fmt: skip
    assert posted == {
        "OWNER": {"CLEARING_RECEIVABLE": 100, "CONTRACT_LIABILITY": -100},
        "SHOP": {"POINTS_BOUGHT": 100, "CLEARING_PAYABLE": -100},
    }


def test_a_gift_and_a_merge_post_nothing() -> None:
    """Points that only change hands or lots change no partner's books."""
    story = Story()
    lot = story.issue(100, 7)
    assert story.do("GIFT", uses=((lot, "take", 3),),
                    opened=(Opened(0, "AIR", "A", "A", KRW, 43, 3),)) == {}  # fmt: skip
    assert story.do("MERGE", uses=((lot, "take", 4), (2, "take", 3)),
                    opened=(Opened(0, "AIR", "A", "A", KRW, 100, 7),)) == {}  # fmt: skip
    assert story.do("HOLD", uses=((3, "pin", 7),)) == {}


def test_adjustments_fees_taxes_claims_and_corrections() -> None:
    """What is no sale and no redemption has accounts of its own on both sides."""
    story = Story()
    assert story.do("ADJUST", opened=(Opened(0, "AIR", "A", "A", KRW, 9, 3),)) == {
        "A": {"ADJUSTMENT": 9, "CONTRACT_LIABILITY": -9}
    }
    assert story.do("ADJUST", uses=((1, "take", 1),)) == {
        "A": {"ADJUSTMENT": -3, "CONTRACT_LIABILITY": 3}
    }
    for kind, owing, due in (
        ("PERIODIC_FEE", "FEE_EXPENSE", "FEE_INCOME"),
        ("TAX", "TAX_PAID", "TAX_DUE"),
        ("CORRECTION", "CORRECTION", "CORRECTION"),
    ):
        assert story.do("CHARGE", owed=(Owed("A", "C", KRW, 7, kind),)) == {
            "A": {"CLEARING_PAYABLE": -7, owing: 7},
            "C": {"CLEARING_RECEIVABLE": 7, due: -7},
        }
    assert story.do("CHARGE", owed=(Owed("A", "C", KRW, 7, "CLAIM"),)) == {
        "A": {"CLAIMS_PAYABLE": -7, "CLEARING_PAYABLE": 7},
        "C": {"CLAIMS_RECEIVABLE": 7, "CLEARING_RECEIVABLE": -7},
    }


def test_two_currencies_balance_each_by_itself() -> None:
    """Points that carry KRW and are paid for in USD give a gain in one and a loss in the other."""
    story = Story()
    lot = story.issue(420, 70)
    posted = story.journal.post(
        Event(9, 9, "t9", "REDEEM", "", "C", (), (Used(lot, 0, "take", 70),),
              (Owed("A", "C", "USD", 3, "REDEEM"),))
    )  # fmt: skip
    amounts = {
        (one.partner, one.currency): {p.account.value: p.amount for p in one.postings}
        for one in posted
    }
    assert amounts["A", "KRW"] == {"CONTRACT_LIABILITY": 420, "GAIN": -420}
    assert amounts["A", "USD"] == {"CLEARING_PAYABLE": -3, "LOSS": 3}


def test_expiry_is_breakage_and_nothing_is_released_twice() -> None:
    """Without an estimate what expires is breakage; with one, what was not released before."""
    story = Story()
    lot = story.issue(100, 10)
    assert story.do("EXPIRE", uses=((lot, "take", 10),)) == {
        "A": {"CONTRACT_LIABILITY": 100, "BREAKAGE": -100}
    }
    story = Story({"A": Policy(breakage={"AIR": Estimate("2026-1", Ratio(1, 5))})})
    lot = story.issue(1_000, 100)
    # 400 exercised of an expected 800: half of the 200 that are never exercised is released.
    assert story.do("REDEEM", uses=((lot, "take", 40),), acceptor="A") == {
        "A": {
            "CONTRACT_LIABILITY": 400,
            "REVENUE": -400,
            "BREAKAGE_RELEASED": 100,
            "BREAKAGE": -100,
        }
    }
    assert story.do("EXPIRE", uses=((lot, "take", 5),)) == {
        "A": {"CONTRACT_LIABILITY": 50, "BREAKAGE_RELEASED": -50}
    }
    assert story.do("EXPIRE", uses=((lot, "take", 55),)) == {
        "A": {"CONTRACT_LIABILITY": 550, "BREAKAGE_RELEASED": -50, "BREAKAGE": -500}
    }
