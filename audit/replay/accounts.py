"""Accounts: four counters each, moved only by legs, and since when a wallet's inactivity counts.

A leg debits one account and credits another of the same book and unit, so debits equal credits
by its form. `posted` and `pending` add; `released` takes from pending, which never goes below
zero. What a WALLET's debits, posted and pending, take never passes what its credits brought.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from audit.replay.books import Books, chain
from audit.replay.fields import Leg
from audit.replay.report import Reporter
from audit.replay.tables import Row

WALLET: Final = "WALLET"
ISSUED: Final = "ISSUED"
CLEARING: Final = "CLEARING"  # what leaves one book for another; it holds nothing in the end

COUNTER_MAX: Final = 2**62  # a database column is 64 bits wide; past half of it a sum may wrap

# An account's cells: posted debits, credits; pending debits, credits; when inactivity began.
_CELLS: Final = 5
_CREDITS, _PENDING, _PENDING_CREDITS, _ACTIVE = 1, 2, 3, 4
_NEW: Final = (0,) * _CELLS

# An account's key is its book's number above, and the number of its unit and purpose below.
_PURPOSE_BITS: Final = 32
_PURPOSE_MASK: Final = 2**_PURPOSE_BITS - 1


class Accounts:
    """Balances of every (book, unit, purpose) that a leg has touched."""

    def __init__(self, report: Reporter, books: Books) -> None:
        self._report = report
        self._books = books
        self._places: dict[int, int] = {}  # an account's key -> the place of its first cell
        self._cells = array("q")
        self._before = array("q")  # by account: the one before it in its book
        self._purpose_of = array("q")  # by account
        self._numbers: dict[tuple[str, str], int] = {}  # a unit's purpose -> its number
        self._pairs: dict[tuple[str, str, str], tuple[int, int]] = {}

    def apply(self, legs: list[Leg]) -> dict[tuple[str, str], tuple[int, int]]:
        """Move the counters. Returns what each wallet gained: (posted, pending debits)."""
        cells, places = self._cells, self._places
        moved: dict[tuple[str, str], tuple[int, int]] = {}
        debited: dict[int, tuple[str, str]] = {}
        for book, unit, debit, credit, phase, amount in legs:
            pair = self._pairs.get((unit, debit, credit)) or self._pair(unit, debit, credit)
            key = self._books.number(book) << _PURPOSE_BITS
            left = places.get(key | pair[0])
            if left is None:
                left = self._open(key | pair[0])
            right = places.get(key | pair[1])
            if right is None:
                right = self._open(key | pair[1])
            try:
                if phase == "posted":
                    posted, pending = amount, 0
                    cells[left] += amount
                    cells[right + _CREDITS] += amount
                else:
                    posted, pending = 0, amount if phase == "pending" else -amount
                    cells[left + _PENDING] += pending
                    cells[right + _PENDING_CREDITS] += pending
                    if cells[left + _PENDING] < 0 or cells[right + _PENDING_CREDITS] < 0:
                        self._report.impossible(
                            "releases more than is pending", book=book, unit=unit, amount=amount
                        )
            except OverflowError:
                self._report.impossible("counter too large", book=book, unit=unit)
            if debit == WALLET:
                before = moved.get((book, unit), (0, 0))
                moved[book, unit] = (before[0] - posted, before[1] + pending)
                debited[left] = book, unit
            elif credit == WALLET:
                before = moved.get((book, unit), (0, 0))
                moved[book, unit] = (before[0] + posted, before[1])
                if cells[right + _CREDITS] > COUNTER_MAX:
                    self._report.impossible("counter too large", book=book, unit=unit)
        for wallet, (book, unit) in debited.items():
            self._check_wallet(book, unit, wallet)
        return moved

    def issue(self, book: str, unit: str, amount: int) -> bool:
        """Move one leg from ISSUED to WALLET; False, and nothing moved, where a counter is full."""
        pair = self._pairs.get((unit, ISSUED, WALLET)) or self._pair(unit, ISSUED, WALLET)
        key = self._books.number(book) << _PURPOSE_BITS
        places = self._places
        left = places.get(key | pair[0])
        if left is None:
            left = self._open(key | pair[0])
        right = places.get(key | pair[1])
        if right is None:
            right = self._open(key | pair[1])
        cells = self._cells
        if max(cells[left], cells[right + _CREDITS]) > COUNTER_MAX - amount:
            return False
        cells[left] += amount
        cells[right + _CREDITS] += amount
        return True

    def _pair(self, unit: str, debit: str, credit: str) -> tuple[int, int]:
        """The numbers of two purposes of a unit, new ones where there are none."""
        left = self._numbers.setdefault((unit, debit), len(self._numbers))
        right = self._numbers.setdefault((unit, credit), len(self._numbers))
        self._pairs[unit, debit, credit] = left, right
        return left, right

    def _open(self, key: int) -> int:
        """A new account, with zeros. Returns the place of its first cell."""
        book, purpose = key >> _PURPOSE_BITS, key & _PURPOSE_MASK
        place = self._places[key] = len(self._cells)
        self._before.append(self._books.accounts[book])
        self._books.accounts[book] = place // _CELLS
        self._purpose_of.append(purpose)
        self._cells.extend(_NEW)
        return place

    def _wallet(self, book: str, unit: str) -> int:
        """The place of a wallet that a leg has touched."""
        key = self._books.number(book) << _PURPOSE_BITS | self._numbers[unit, WALLET]
        return self._places[key]

    def _check_wallet(self, book: str, unit: str, place: int) -> None:
        """What was taken from a wallet, and what is pending, was brought before."""
        cells = self._cells
        debits = cells[place] + cells[place + _PENDING]
        if debits > cells[place + _CREDITS]:
            self._report.impossible(
                "debits pass the wallet's credits",
                book=book,
                unit=unit,
                debits=debits,
                credits=cells[place + _CREDITS],
            )

    def wallets(self, book: str, units: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        """What a book's wallets hold: unit, balance, pending debits."""
        key = self._books.number(book) << _PURPOSE_BITS
        cells = self._cells
        for unit in units:
            purpose = self._numbers.get((unit, WALLET))
            place = None if purpose is None else self._places.get(key | purpose)
            if place is not None:
                yield unit, (cells[place + _CREDITS] - cells[place], cells[place + _PENDING])

    def balance(self, book: str, unit: str) -> int:
        """What a wallet that a leg has touched holds."""
        place = self._wallet(book, unit)
        return self._cells[place + _CREDITS] - self._cells[place]

    def count_from(self, book: str, unit: str, time: int) -> None:
        """Let a wallet's inactivity count from a time, unless it counts from a later one."""
        active = self._wallet(book, unit) + _ACTIVE
        self._cells[active] = max(self._cells[active], time)

    def clearing_left(self) -> list[tuple[str, int]]:
        """Units whose CLEARING accounts do not sum to zero over the network, and the sum."""
        sums = {n: 0 for (_, purpose), n in self._numbers.items() if purpose == CLEARING}
        units = {n: unit for (unit, _), n in self._numbers.items()}
        cells = self._cells
        for key, place in self._places.items() if sums else ():
            number = key & _PURPOSE_MASK
            if number in sums:
                sums[number] += cells[place] - cells[place + _CREDITS]
        return sorted((units[number], left) for number, left in sums.items() if left)

    def rows(self) -> Iterator[Row]:
        """The table `account`, in key order."""
        purposes = {number: purpose for purpose, number in self._numbers.items()}
        cells = self._cells
        for number in self._books.in_order():
            book = self._books.names[number]
            found = [
                (*purposes[self._purpose_of[at]], at * _CELLS)
                for at in chain(self._books.accounts[number], self._before)
            ]
            found.sort()
            for unit, purpose, place in found:
                yield (book, unit, purpose, *cells[place : place + _CELLS])
