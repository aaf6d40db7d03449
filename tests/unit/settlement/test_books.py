"""Policies of books, daily sums, journals as text, and the report of liability."""

import json
from dataclasses import dataclass

import pytest

from domain.clock import NEVER, parse_instant
from domain.money import Ratio
from settlement.books.breakage import NO_ESTIMATE, Estimate, Pool
from settlement.books.chart import (
    NAMES,
    POLICY_BYTES_MAX,
    Account,
    BooksError,
    Policy,
    read_policies,
)
from settlement.books.csv_form import postings, report
from settlement.books.daily import Ledger
from settlement.books.journal import Entry, Posting
from settlement.books.liability import liabilities
from settlement.books.plain_text import Heading, beancount, hledger

EVENING = parse_instant("2026-01-31T15:30:00Z")  # past midnight in Seoul
MI = "AIR.breakage.MI"
HEADING = Heading("AIR", "dure.example/test", 9, "ab" * 32)


def entry(seq: int, time: int, amount: int, currency: str = "USD", event: str = "ISSUE") -> Entry:
    """One issue of AIR_X points."""
    sides = (
        Posting(Account.DEFERRED_REVENUE, "", amount),
        Posting(Account.CONTRACT_LIABILITY, "AIR_X", -amount),
    )
    return Entry(seq, time, event, "t", "AIR", currency, sides)


def test_a_policy_is_read() -> None:
    """Names and estimates are taken; what is not named keeps its own."""
    told = {
        "AIR": {
            "accounts": {"BANK": "Assets:Bank:KB-1"},
            "breakage": {"MILE": {"version": "2", "share": "1/4"}},
        },
        "OPERATOR": {},
    }
    found = read_policies(json.dumps(told).encode())
    assert found["AIR"].name(Account.BANK, "") == "Assets:Bank:KB-1"
    assert found["AIR"].breakage == {"MILE": Estimate("2", Ratio(1, 4))}
    assert found["OPERATOR"] == Policy()
    assert (
        found["AIR"].name(Account.CONTRACT_LIABILITY, "A_B")
        == f"{NAMES[Account.CONTRACT_LIABILITY]}:A-B"
    )


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", ""), ("[]", ""), ("[" * 100_000, ""), ("\ud800", ""), ('{"air": {}}', "air"),
        ('{"AIR": 1}', "AIR"), ('{"AIR": {"other": {}}}', "AIR"),
        ('{"AIR": {"accounts": {"CASH": "Assets:Cash"}}}', "AIR.accounts.CASH"),
        ('{"AIR": {"accounts": {"BANK": "Bank"}}}', "AIR.accounts.BANK"),
        ('{"AIR": {"accounts": {"BANK": "Assets:bank"}}}', "AIR.accounts.BANK"),
        ('{"AIR": {"accounts": {"BANK": "Assets:Bank\\n"}}}', "AIR.accounts.BANK"),
        ('{"AIR": {"accounts": {"BANK": 1}}}', "AIR.accounts.BANK"),
        ('{"AIR": {"accounts": {"BANK": "Liabilities:Contract-Liability:AIR"}}}', "AIR.accounts"),
        ('{"AIR": {"breakage": {"MILE": {"version": "1"}}}}', "AIR.breakage.MILE"),
        ('{"AIR": {"breakage": {"mile": {"version": "1", "share": "1/2"}}}}', "AIR.breakage.mile"),
        ('{"AIR": {"breakage": {"MI": {"version": "", "share": "1/2"}}}}', f"{MI}.version"),
        ('{"AIR": {"breakage": {"MI": {"version": 1, "share": "1/2"}}}}', f"{MI}.version"),
        ('{"AIR": {"breakage": {"MI": {"version": "=1+1", "share": "1/2"}}}}', f"{MI}.version"),
        ('{"AIR": {"breakage": {"MI": {"version": "1", "share": "2/2"}}}}', f"{MI}.share"),
        ('{"AIR": {"breakage": {"MI": {"version": "1", "share": 0.5}}}}', f"{MI}.share"),
    ],
)  # fmt: skip
def test_a_policy_of_the_wrong_form_is_refused_by_its_place(text: str, at: str) -> None:
    """What cannot be read names the place at fault."""
    with pytest.raises(BooksError) as refused:
        read_policies(text.encode("utf-8", "surrogatepass"))
    assert (refused.value.code, refused.value.facts["at"]) == ("BOOKS_POLICY_INVALID", at)


def test_a_policy_has_a_greatest_size() -> None:
    """A file of any size is refused before it is parsed."""
    with pytest.raises(BooksError):
        read_policies(b" " * (POLICY_BYTES_MAX + 1))


def test_journals_are_daily_sums() -> None:
    """Entries of one day, event and currency become one; a day is the zone's."""
    ledger = Ledger(Policy(), "Asia/Seoul")
    hour = 3_600_000_000
    ledger.add([entry(3, EVENING - hour, 5), entry(4, EVENING, 7), entry(5, EVENING + 1, 100)])
    told = [(day.day, day.entries, day.first, day.last) for day in ledger.in_order()]
    assert told == [("2026-01-31", 1, 3, 3), ("2026-02-01", 2, 4, 5)]
    text = beancount(HEADING, ledger)
    assert '2026-02-01 * "ISSUE" "2 entries, 4 to 5"' in text
    assert "  Liabilities:Contract-Liability:AIR-X  -1.07 USD" in text
    assert "2026-02-02 balance Liabilities:Contract-Liability:AIR-X  -1.12 ~ 0 USD" in text
    assert "2026-01-31 open Liabilities:Contract-Liability:AIR-X USD" in text
    other = hledger(HEADING, ledger)
    assert "commodity 1000.00 USD" in other
    assert "    Liabilities:Contract-Liability:AIR-X  0.00 USD = -1.12 USD" in other
    rows = postings([entry(3, EVENING, 5)], Policy(), "UTC").splitlines()
    assert rows[0].endswith("ISSUE,t,DEFERRED_REVENUE,Income:Deferred-Revenue,USD,0.05,")
    assert rows[1].endswith(",USD,,0.05")


def test_books_of_nothing_are_books() -> None:
    """A partner without a posting has journals without entries."""
    empty = Ledger(Policy(), "UTC")
    assert "open" not in beancount(HEADING, empty)
    assert "BALANCES" not in hledger(HEADING, empty)


@dataclass(frozen=True)
class Lot:
    """A lot as the store has it."""

    funding: str
    expires_at: int
    cost: int
    amount: int
    remaining: int
    unit: str = "AIR"
    obligor: str = "AIR"
    currency: str = "KRW"


def test_liability_by_funding_and_month() -> None:
    """Floors by lot, months by zone, estimated breakage split by what is carried."""
    lots = [
        Lot("FREE", EVENING, 100, 3, 1), Lot("FREE", EVENING, 100, 3, 2),
        Lot("PAID", NEVER, 50, 10, 10),
    ]  # fmt: skip
    standing = {("AIR", "AIR", "KRW"): (30, Estimate("2026-1", Ratio(1, 5)))}
    made = liabilities(lots, standing, "Asia/Seoul")
    assert [one[2:8] for one in made] == [
        ("FREE", "2026-02", "KRW", 3, 99, 20), ("PAID", "", "KRW", 10, 50, 10),
    ]  # fmt: skip
    assert [one.net for one in made] == [79, 40]
    text = report(made, {"AIR": 1}).splitlines()
    assert text[1] == "AIR,AIR,FREE,2026-02,0.3,KRW,99,20,79,2026-1,PROPORTIONAL"


def test_estimated_breakage_never_exceeds_what_is_carried() -> None:
    """A wrong estimate is taken back as points are exercised; all of it is gone with the points."""
    pool = Pool(Estimate("1", Ratio(1, 2)))
    pool.move(100, 0, 0)
    total = 0
    for part in (30, 30, 30, 10):
        step = pool.move(-part, part, 0)
        total += step.released
        assert 0 <= pool.standing <= pool.carried
    assert (total, pool.standing, pool.carried) == (0, 0, 0)
    assert NO_ESTIMATE.method == "NONE"
