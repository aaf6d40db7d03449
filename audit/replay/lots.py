"""Lots: points that came in together, and what became of them.

A lot is named `seq.n` by the entry and the place in its `lots` that made it. What remains in it
includes what holds have pinned: 0 <= pinned <= remaining <= amount after every entry. What lots
gain and lose in an entry is what its legs move in the same wallets, so the sum of a wallet's
lots is its balance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from operator import attrgetter
from sys import intern

from audit.replay.fields import Leg, MalformedError, NewLot, Use, integer
from audit.replay.report import Reporter
from audit.replay.tables import Row

Moved = dict[tuple[str, str], tuple[int, int]]  # (book, unit) -> remaining, pinned


@dataclass(slots=True)
class Lot:
    """The row of one lot."""

    owner: str
    seq: int
    n: int
    unit: str
    obligor: str
    issuer: str
    funding: str
    expires_at: int
    currency: str
    cost: int
    amount: int
    remaining: int
    pinned: int


_place = attrgetter("owner", "seq", "n")
_row = attrgetter(*(column.name for column in dataclass_fields(Lot)))  # as the table has them


class Lots:
    """Every lot there ever was, by its name."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._lots: dict[str, Lot] = {}

    def apply(
        self, legs: list[Leg], new: list[NewLot], uses: list[Use], transfer: str
    ) -> tuple[list[Row], Moved]:
        """Make the new lots, then apply the uses. Returns the lot_use rows, and what moved.

        Raises MalformedError, before anything has changed, where a lot's name or leg is not one.
        """
        seq = self._report.seq
        made = self._made(legs, new, uses) if new else ()
        moved: Moved = {}
        for name, lot in made:
            self._lots[name] = lot
            remaining, pinned = moved.get((lot.owner, lot.unit), (0, 0))
            moved[lot.owner, lot.unit] = (remaining + lot.amount, pinned)
        rows: list[Row] = []
        touched: dict[str, Lot] = {}
        for n, (name, action, amount) in enumerate(uses):
            found = self._lots.get(name)
            if found is None:
                self._report.impossible("uses an unknown lot", lot=name)
                continue
            given, pinned = _change(action, amount)
            found.remaining += given
            found.pinned += pinned
            place = (found.owner, found.unit)
            before = moved.get(place)
            moved[place] = (before[0] + given, before[1] + pinned) if before else (given, pinned)
            touched[name] = found
            rows.append((found.owner, transfer, n, seq, found.seq, found.n, action, amount))
        for name, lot in touched.items():
            if not 0 <= lot.pinned <= lot.remaining <= lot.amount:
                self._report.impossible(
                    "takes, gives or pins more than the lot has",
                    lot=name,
                    amount=lot.amount,
                    remaining=lot.remaining,
                    pinned=lot.pinned,
                )
        return rows, moved

    def check_merge(self, new: list[NewLot], uses: list[Use]) -> None:
        """Report a merge that makes of its lots, as they stand, anything but one like them all.

        Its cost is what it takes from them: of each, the floor of its cost's share in what remains,
        before less after.
        """
        carried = 0
        for name, _, taken in uses:
            lot = self._lots.get(name)
            if lot is None:
                continue  # told when it is used
            carried += lot.cost * lot.remaining // lot.amount
            carried -= lot.cost * (lot.remaining - taken) // lot.amount
            like = (lot.obligor, lot.issuer, lot.funding, lot.expires_at, lot.currency)
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

    def _made(self, legs: list[Leg], new: list[NewLot], uses: list[Use]) -> list[tuple[str, Lot]]:
        seq = self._report.seq
        made: list[tuple[str, Lot]] = []
        for n, item in enumerate(new):
            name, leg, obligor, issuer, funding, expires_at, currency, cost, amount = item
            if name != f"{seq}.{n}":
                raise MalformedError("lots", name)
            owner, unit = self._place(leg, legs, uses)
            # A log has many lots of few owners: each name is held once.
            lot = Lot(
                intern(owner),
                seq,
                n,
                intern(unit),
                intern(obligor),
                intern(issuer),
                intern(funding),
                expires_at,
                intern(currency),
                cost,
                amount,
                remaining=amount,
                pinned=0,
            )
            made.append((name, lot))
        return made

    def _place(self, leg: str, legs: list[Leg], uses: list[Use]) -> tuple[str, str]:
        """The book and unit of a new lot: its leg's, or where nothing moves, its source's."""
        if legs:
            place = integer(leg, "lots")
            if place >= len(legs):
                raise MalformedError("lots", leg)
            return legs[place][0], legs[place][1]
        for name, _, _ in uses:
            source = self._lots.get(name)
            if source is not None:
                return source.owner, source.unit
        raise MalformedError("lots", leg)

    def set_expiries(self, expiries: list[tuple[str, int]]) -> set[tuple[str, str]]:
        """Set the expiry of lots anew. Returns the wallets they lie in."""
        places: set[tuple[str, str]] = set()
        for name, expires_at in expiries:
            lot = self._lots.get(name)
            if lot is None:
                self._report.impossible("sets the expiry of an unknown lot", lot=name)
            else:
                lot.expires_at = expires_at
                places.add((lot.owner, lot.unit))
        return places

    def obligor(self, name: str) -> str:
        """Who stands behind a lot; "" for an unknown one."""
        lot = self._lots.get(name)
        return lot.obligor if lot else ""

    def rows(self) -> Iterator[Row]:
        """The table `lot`, in key order."""
        return map(_row, sorted(self._lots.values(), key=_place))


def _change(action: str, amount: int) -> tuple[int, int]:
    """What a use changes in a lot: what remains, and what is pinned."""
    if action == "take":
        return -amount, 0
    if action == "give":
        return amount, 0
    return 0, amount if action == "pin" else -amount
