"""Lots: points that came in together, and what became of them.

A lot is named `seq.n` by the entry and the place in its `lots` that made it. What remains in it
includes what holds have pinned: 0 <= pinned <= remaining <= amount after every entry. What lots
gain and lose in an entry is what its legs move in the same wallets, so the sum of a wallet's
lots is its balance.

Lots are many and small, so they are packed: what changes or differs is a row of cells, what many
share (unit, obligor, issuer, funding, currency) is told once.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from audit.replay.books import Books, chain
from audit.replay.fields import Leg, MalformedError, NewLot, Use, integer
from audit.replay.report import Reporter
from audit.replay.tables import Row

Moved = dict[tuple[str, str], tuple[int, int]]  # (book, unit) -> remaining, pinned


# A lot's cells: when it expires, cost, amount, what remains, what is pinned.
_CELLS: Final = 5
_EXPIRES, _COST, _AMOUNT, _REMAINING, _PINNED = range(_CELLS)
# A lot's links: its place in its entry, its book, what it shares with others.
_LINKS: Final = 3
_N, _BOOK, _SORT = range(_LINKS)

_STORED_MAX: Final = 2**63 - 1  # what a cell can hold; a hostile log may give back more and more


class _Sort(NamedTuple):
    """What many lots share."""

    unit: str
    obligor: str
    issuer: str
    funding: str
    currency: str


class _Made(NamedTuple):
    """A lot about to be made."""

    owner: str
    sort: _Sort
    cells: tuple[int, int, int, int, int]


class Lots:
    """Every lot there ever was, by its name."""

    def __init__(self, report: Reporter, books: Books) -> None:
        self._report = report
        self._books = books
        self._seqs = array("q")  # by lot, rising in every log whose numbers do
        self._cells = array("q")
        self._links = array("I")
        self._before = array("q")  # by lot: the one before it in its book
        self._sorts: list[_Sort] = []
        self._sort_numbers: dict[_Sort, int] = {}
        # Where numbers do not rise the log is tampered with: then lots are found by their names.
        self._names: dict[str, int] | None = None

    def apply(
        self, legs: list[Leg], new: list[NewLot], uses: list[Use], transfer: str
    ) -> tuple[list[Row], Moved]:
        """Make the new lots, then apply the uses. Returns the lot_use rows, and what moved.

        Raises MalformedError, before anything has changed, where a lot's name or leg is not one.
        """
        moved: Moved = {}
        for n, made in enumerate(self._made(legs, new, uses)):
            self._add(n, made)
            place, amount = (made.owner, made.sort.unit), made.cells[_AMOUNT]
            before = moved.get(place)
            moved[place] = (before[0] + amount, before[1]) if before else (amount, 0)
        return self._use(uses, transfer, moved) if uses else [], moved

    def _use(self, uses: list[Use], transfer: str, moved: Moved) -> list[Row]:
        """Apply the uses, and add to what moved; returns the lot_use rows."""
        seq, cells, links = self._report.seq, self._cells, self._links
        rows: list[Row] = []
        touched: dict[int, tuple[int, int]] = {}  # remaining and pinned
        for n, (name, action, amount) in enumerate(uses):
            at = self._find(name)
            if at is None:
                self._report.impossible("uses an unknown lot", lot=name)
                continue
            given, pinned = _change(action, amount)
            cell = at * _CELLS
            left = touched.get(at) or (cells[cell + _REMAINING], cells[cell + _PINNED])
            touched[at] = (left[0] + given, left[1] + pinned)
            place_n, book, sort = links[at * _LINKS : at * _LINKS + _LINKS]
            owner = self._books.names[book]
            place = (owner, self._sorts[sort].unit)
            before = moved.get(place)
            moved[place] = (before[0] + given, before[1] + pinned) if before else (given, pinned)
            rows.append((owner, transfer, n, seq, self._seqs[at], place_n, action, amount))
        for at, (remaining, pinned) in touched.items():
            cell = at * _CELLS
            if not 0 <= pinned <= remaining <= cells[cell + _AMOUNT]:
                self._report.impossible(
                    "takes, gives or pins more than the lot has",
                    lot=self._name(at),
                    amount=cells[cell + _AMOUNT],
                    remaining=remaining,
                    pinned=pinned,
                )
            cells[cell + _REMAINING] = _stored(remaining)
            cells[cell + _PINNED] = _stored(pinned)
        return rows

    def _find(self, name: str) -> int | None:
        """A lot's place by its name; None for an unknown one."""
        if self._names is not None:
            return self._names.get(name)
        first, _, last = name.partition(".")
        try:
            seq, n = int(first), int(last)
        except ValueError:
            return None
        at = bisect_left(self._seqs, seq) + n
        # int() reads more spellings than one, and the next entry's lots come after this one's.
        return at if 0 <= at < len(self._seqs) and self._name(at) == name else None

    def _name(self, at: int) -> str:
        return f"{self._seqs[at]}.{self._links[at * _LINKS + _N]}"

    def _add(self, n: int, made: _Made) -> None:
        """Store a new lot."""
        at, seq = len(self._seqs), self._report.seq
        if self._names is None and at and seq < self._seqs[-1] + (n == 0):
            self._names = {self._name(one): one for one in range(at)}
        if self._names is not None:
            self._names[f"{seq}.{n}"] = at
        sort = self._sort_numbers.get(made.sort)
        if sort is None:
            sort = self._sort_numbers[made.sort] = len(self._sorts)
            self._sorts.append(made.sort)
        book = self._books.number(made.owner)
        self._seqs.append(seq)
        self._cells.extend(made.cells)
        self._links.extend((n, book, sort))
        self._before.append(self._books.lots[book])
        self._books.lots[book] = at

    def check_merge(self, new: list[NewLot], uses: list[Use]) -> None:
        """Report a merge that makes of its lots, as they stand, anything but one like them all.

        Its cost is what it takes from them: of each, the floor of its cost's share in what remains,
        before less after.
        """
        carried = 0
        for name, _, taken in uses:
            at = self._find(name)
            if at is None:
                continue  # told when it is used
            expires_at, cost, amount, remaining, _ = self._cells[at * _CELLS : (at + 1) * _CELLS]
            carried += cost * remaining // amount - cost * (remaining - taken) // amount
            _, obligor, issuer, funding, currency = self._sorts[self._links[at * _LINKS + _SORT]]
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
            sort = _Sort(unit, obligor, issuer, funding, currency)
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
            at = self._find(name)
            if at is not None:
                return self._place_of(at)
        raise MalformedError("lots", leg)

    def _place_of(self, at: int) -> tuple[str, str]:
        """The book and unit of a lot."""
        _, book, sort = self._links[at * _LINKS : (at + 1) * _LINKS]
        return self._books.names[book], self._sorts[sort].unit

    def set_expiries(self, expiries: list[tuple[str, int]]) -> set[tuple[str, str]]:
        """Set the expiry of lots anew. Returns the wallets they lie in."""
        places: set[tuple[str, str]] = set()
        for name, expires_at in expiries:
            at = self._find(name)
            if at is None:
                self._report.impossible("sets the expiry of an unknown lot", lot=name)
            else:
                self._cells[at * _CELLS + _EXPIRES] = expires_at
                places.add(self._place_of(at))
        return places

    def obligor(self, name: str) -> str:
        """Who stands behind a lot; "" for an unknown one."""
        at = self._find(name)
        return "" if at is None else self._sorts[self._links[at * _LINKS + _SORT]].obligor

    def rows(self) -> Iterator[Row]:
        """The table `lot`, in key order."""
        for book in self._books.in_order():
            owner = self._books.names[book]
            places = chain(self._books.lots[book], self._before)
            if self._names is not None:  # of two entries with one number, the later one counts
                places = [at for at in places if self._names[self._name(at)] == at]
            for seq, n, at in sorted(
                (self._seqs[at], self._links[at * _LINKS], at) for at in places
            ):
                unit, obligor, issuer, funding, currency = self._sorts[
                    self._links[at * _LINKS + _SORT]
                ]
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
