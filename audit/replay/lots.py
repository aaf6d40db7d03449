"""Lots: points that came in together, and what became of them.

A lot is named `seq.n` by the entry and the place in its `lots` that made it. What remains in it
includes what holds have pinned: 0 <= pinned <= remaining <= amount after every entry. What lots
gain and lose in an entry is what its legs move in the same wallets, so the sum of a wallet's
lots is its balance.

Lots are many and small, so they are packed: what changes or differs is a row of cells, what many
share (unit, obligor, issuer, funding, currency) is told once.
"""

from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

from audit.replay.books import Books, chain
from audit.replay.fields import Leg, MalformedError, NewLot, Use, integer
from audit.replay.names import LotNames
from audit.replay.report import Reporter
from audit.replay.tables import Row

Moved = dict[tuple[str, str], tuple[int, int]]  # (book, unit) -> remaining, pinned


# A lot's cells: when it expires, cost, amount, what remains, what is pinned.
_CELLS: Final = 5
_EXPIRES, _COST, _AMOUNT, _REMAINING, _PINNED = range(_CELLS)
# A lot's links: its book, and what it shares with others.
_LINKS: Final = 2

_STORED_MAX: Final = 2**63 - 1  # what a cell can hold; a hostile log may give back more and more


# What many lots share: unit, obligor, issuer, funding and currency.
Sort = tuple[str, str, str, str, str]
Cells = tuple[int, int, int, int, int]


class _Made(NamedTuple):
    """A lot about to be made."""

    owner: str
    sort: Sort
    cells: Cells


class Lots:
    """Every lot there ever was, by its name."""

    def __init__(self, report: Reporter, books: Books) -> None:
        self._report = report
        self._books = books
        self._names = LotNames()
        self._cells = array("q")
        self._links = array("I")
        self._before = array("q")  # by lot: the one before it in its book
        self._sorts: list[Sort] = []
        self._sort_numbers: dict[Sort, int] = {}

    def apply(
        self, legs: list[Leg], new: list[NewLot], uses: list[Use], transfer: str
    ) -> tuple[list[Row], Moved]:
        """Make the new lots, then apply the uses. Returns the lot_use rows, and what moved.

        Raises MalformedError, before anything has changed, where a lot's name or leg is not one.
        """
        moved: Moved = {}
        for n, made in enumerate(self._made(legs, new, uses)):
            self.add(n, *made)
            place, amount = (made.owner, made.sort[0]), made.cells[_AMOUNT]
            before = moved.get(place)
            moved[place] = (before[0] + amount, before[1]) if before else (amount, 0)
        return self._use(uses, transfer, moved) if uses else [], moved

    def _use(self, uses: list[Use], transfer: str, moved: Moved) -> list[Row]:
        """Apply the uses, and add to what moved; returns the lot_use rows."""
        seq, cells, links = self._report.seq, self._cells, self._links
        rows: list[Row] = []
        touched: dict[int, tuple[int, int]] = {}  # remaining and pinned
        for n, (name, action, amount) in enumerate(uses):
            at = self._names.find(name)
            if at is None:
                self._report.impossible("uses an unknown lot", lot=name)
                continue
            given, pinned = _change(action, amount)
            cell = at * _CELLS
            left = touched.get(at) or (cells[cell + _REMAINING], cells[cell + _PINNED])
            touched[at] = (left[0] + given, left[1] + pinned)
            book, sort = links[at * _LINKS : at * _LINKS + _LINKS]
            owner = self._books.names[book]
            place = (owner, self._sorts[sort][0])
            before = moved.get(place)
            moved[place] = (before[0] + given, before[1] + pinned) if before else (given, pinned)
            rows.append((owner, transfer, n, seq, *self._names.parts(at), action, amount))
        for at, (remaining, pinned) in touched.items():
            cell = at * _CELLS
            if not 0 <= pinned <= remaining <= cells[cell + _AMOUNT]:
                self._report.impossible(
                    "takes, gives or pins more than the lot has",
                    lot=self._names.name(at),
                    amount=cells[cell + _AMOUNT],
                    remaining=remaining,
                    pinned=pinned,
                )
            cells[cell + _REMAINING] = _stored(remaining)
            cells[cell + _PINNED] = _stored(pinned)
        return rows

    def add(self, n: int, owner: str, sort: Sort, cells: Cells) -> None:
        """Store a new lot, the entry's `n`th."""
        at = self._names.add(self._report.seq, n)
        sort_number = self._sort_numbers.get(sort)
        if sort_number is None:
            sort_number = self._sort_numbers[sort] = len(self._sorts)
            self._sorts.append(sort)
        book = self._books.number(owner)
        self._cells.extend(cells)
        self._links.extend((book, sort_number))
        self._before.append(self._books.lots[book])
        self._books.lots[book] = at

    def check_merge(self, new: list[NewLot], uses: list[Use]) -> None:
        """Report a merge that makes of its lots, as they stand, anything but one like them all.

        Its cost is what it takes from them: of each, the floor of its cost's share in what remains,
        before less after.
        """
        carried = 0
        for name, _, taken in uses:
            at = self._names.find(name)
            if at is None:
                continue  # told when it is used
            expires_at, cost, amount, remaining, _ = self._cells[at * _CELLS : (at + 1) * _CELLS]
            carried += cost * remaining // amount - cost * (remaining - taken) // amount
            _, obligor, issuer, funding, currency = self._sorts[self._links[at * _LINKS + 1]]
            like = (obligor, issuer, funding, expires_at, currency)
            if any(made[2:7] != like for made in new):
                self._report.impossible("merges lots that differ", lot=name)
        costs = sum(made[7] for made in new)
        if len(new) != 1 or costs != carried:
            self._report.impossible(
                "merges to other than one lot of what they carry",
                lots=len(new),
                cost=costs,
                carried=carried,
            )

    def _made(self, legs: list[Leg], new: list[NewLot], uses: list[Use]) -> list[_Made]:
        seq = self._report.seq
        made: list[_Made] = []
        for n, item in enumerate(new):
            name, leg, obligor, issuer, funding, expires_at, currency, cost, amount = item
            if name != f"{seq}.{n}":
                raise MalformedError("lots", name)
            owner, unit = self._place(leg, legs, uses)
            sort = (unit, obligor, issuer, funding, currency)
            made.append(_Made(owner, sort, (expires_at, cost, amount, amount, 0)))
        return made

    def _place(self, leg: str, legs: list[Leg], uses: list[Use]) -> tuple[str, str]:
        """The book and unit of a new lot: its leg's, or where nothing moves, its source's."""
        if legs:
            place = integer(leg, "lots")
            if place >= len(legs):
                raise MalformedError("lots", leg)
            return legs[place][0], legs[place][1]
        for name, _, _ in uses:
            at = self._names.find(name)
            if at is not None:
                return self._place_of(at)
        raise MalformedError("lots", leg)

    def _place_of(self, at: int) -> tuple[str, str]:
        """The book and unit of a lot."""
        book, sort = self._links[at * _LINKS : (at + 1) * _LINKS]
        return self._books.names[book], self._sorts[sort][0]

    def set_expiries(self, expiries: list[tuple[str, int]]) -> set[tuple[str, str]]:
        """Set the expiry of lots anew. Returns the wallets they lie in."""
        places: set[tuple[str, str]] = set()
        for name, expires_at in expiries:
            at = self._names.find(name)
            if at is None:
                self._report.impossible("sets the expiry of an unknown lot", lot=name)
            else:
                self._cells[at * _CELLS + _EXPIRES] = expires_at
                places.add(self._place_of(at))
        return places

    def rows(self) -> Iterator[Row]:
        """The table `lot`, in key order."""
        names = self._names
        for book in self._books.in_order():
            owner = self._books.names[book]
            places = chain(self._books.lots[book], self._before)
            for seq, n, at in sorted((*names.parts(at), at) for at in places if names.is_last(at)):
                sort = self._sorts[self._links[at * _LINKS + 1]]
                unit, obligor, issuer, funding, currency = sort
                expires_at, *amounts = self._cells[at * _CELLS : (at + 1) * _CELLS]
                yield (
                    owner,
                    seq,
                    n,
                    unit,
                    obligor,
                    issuer,
                    funding,
                    expires_at,
                    currency,
                    *amounts,
                )


def _stored(value: int) -> int:
    """What a cell keeps of a value; where it is cut, a finding has said so."""
    return min(max(value, -_STORED_MAX), _STORED_MAX)


def _change(action: str, amount: int) -> tuple[int, int]:
    """What a use changes in a lot: what remains, and what is pinned."""
    if action == "take":
        return -amount, 0
    if action == "give":
        return amount, 0
    return 0, amount if action == "pin" else -amount
