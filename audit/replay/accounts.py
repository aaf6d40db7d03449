"""Accounts: four counters each, moved only by legs, and since when a wallet's inactivity counts.

A leg debits one account and credits another of the same book and unit, so debits equal credits
by its form. `posted` and `pending` add; `released` takes from pending, which never goes below
zero. What a WALLET's debits, posted and pending, take never passes what its credits brought.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from audit.replay.fields import Leg
from audit.replay.report import Reporter
from audit.replay.tables import Row

WALLET: Final = "WALLET"
CLEARING: Final = "CLEARING"  # what leaves one book for another; it holds nothing in the end

COUNTER_MAX: Final = 2**62  # a database column is 64 bits wide; past half of it a sum may wrap

_Key = tuple[str, str, str]


class Accounts:
    """Balances of every (book, unit, purpose) that a leg has touched."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        # Debits, credits; pending debits, credits; since when inactivity counts.
        self._counters: dict[_Key, list[int]] = {}

    def apply(self, legs: list[Leg]) -> dict[tuple[str, str], tuple[int, int]]:
        """Move the counters. Returns what each wallet gained: (posted, pending debits)."""
        counters = self._counters
        moved: dict[tuple[str, str], tuple[int, int]] = {}
        for book, unit, debit, credit, phase, amount in legs:
            left = counters.get((book, unit, debit))
            if left is None:
                left = counters[book, unit, debit] = [0, 0, 0, 0, 0]
            right = counters.get((book, unit, credit))
            if right is None:
                right = counters[book, unit, credit] = [0, 0, 0, 0, 0]
            if phase == "posted":
                posted, pending = amount, 0
                left[0] += amount
                right[1] += amount
            else:
                posted, pending = 0, amount if phase == "pending" else -amount
                left[2] += pending
                right[3] += pending
                if left[2] < 0 or right[3] < 0:
                    self._report.impossible(
                        "releases more than is pending", book=book, unit=unit, amount=amount
                    )
            if debit == WALLET:
                before = moved.get((book, unit), (0, 0))
                moved[book, unit] = (before[0] - posted, before[1] + pending)
            elif credit == WALLET:
                before = moved.get((book, unit), (0, 0))
                moved[book, unit] = (before[0] + posted, before[1])
        for book, unit in moved:
            self._check_wallet(book, unit, counters[book, unit, WALLET])
        return moved

    def _check_wallet(self, book: str, unit: str, counters: list[int]) -> None:
        debits, credits_posted, pending, *_ = counters
        if debits + pending > credits_posted:
            self._report.impossible(
                "debits pass the wallet's credits",
                book=book,
                unit=unit,
                debits=debits + pending,
                credits=credits_posted,
            )
        if credits_posted > COUNTER_MAX:
            self._report.impossible("counter too large", book=book, unit=unit)

    def wallets(self, book: str, units: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        """What a book's wallets hold: unit, balance, pending debits."""
        for unit in units:
            counters = self._counters.get((book, unit, WALLET))
            if counters is not None:
                debits, credits_posted, pending, *_ = counters
                yield unit, (credits_posted - debits, pending)

    def balance(self, book: str, unit: str) -> int:
        """What a wallet that a leg has touched holds."""
        debits, credits_posted, *_ = self._counters[book, unit, WALLET]
        return credits_posted - debits

    def count_from(self, book: str, unit: str, time: int) -> None:
        """Let a wallet's inactivity count from a time, unless it counts from a later one."""
        counters = self._counters[book, unit, WALLET]
        counters[4] = max(counters[4], time)

    def clearing_left(self) -> list[tuple[str, int]]:
        """Units whose CLEARING accounts do not sum to zero over the network, and the sum."""
        sums: dict[str, int] = {}
        for (_, unit, purpose), (debits, credits_posted, *_) in self._counters.items():
            if purpose == CLEARING:
                sums[unit] = sums.get(unit, 0) + debits - credits_posted
        return sorted((unit, left) for unit, left in sums.items() if left)

    def rows(self) -> Iterator[Row]:
        """The table `account`, in key order."""
        for key in sorted(self._counters):
            yield (*key, *self._counters[key])
