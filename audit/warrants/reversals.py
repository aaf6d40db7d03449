"""Reversals: each part gives back what the original gave for it, by the original's own contract.

What a transfer posted is a function of its source amount; after each part, what is posted equals
that function of what remains (LEDGER section 5). An original lies far back in the log, so reversals
wait for the end of the pass; then original and reversal are read again, by number, in the order of
the originals. In memory is a number for each transfer, and no more.
"""

from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final, NamedTuple, cast

from audit.entry import Fields
from audit.findings import Findings
from audit.replay import fields as read
from audit.replay.arithmetic import Rate
from audit.replay.fields import Leg, MalformedError, Texts
from audit.warrants.agreements import Agreements, Contract, Unit
from audit.warrants.prices import (
    Debts,
    Draws,
    Obligor,
    Prices,
    drawn,
    exchange_debts,
    funding_debts,
    rate_of,
    redemption_debts,
)

WALLET: Final = "WALLET"
DEBT: Final = "DEBT"

_REVERSIBLE: Final = frozenset(
    {
        "points.issued",
        "points.redeemed",
        "points.exchanged",
        "points.gifted",
        "points.adjusted",
        "hold.captured",
    }
)
_REVERSED: Final = "transfer.reversed"

Read = Callable[[int], Fields | None]


class _Original(NamedTuple):
    """A transfer, with what its parts are measured by."""

    kind: str
    fields: Texts
    source: int
    taken: Leg | None
    given: Leg | None
    repaid: int
    draws: Draws
    contract: Contract | None
    units: tuple[Unit, Unit] | None
    rate: Rate | None

    def points(self, kept: int) -> int:
        """The target points for a part of the source."""
        if self.given is None:
            return 0
        return self.rate.given(kept) if self.rate else kept

    def debts(self, kept: int) -> Debts:
        """Who owes whom for a part of the source: the first draws of it."""
        if self.contract is None or self.units is None:
            return Debts()
        unit, target = self.units
        if self.kind == "points.issued":
            return funding_debts(kept, unit, self.contract, _issuer(self.fields))
        draws = list(_first(self.draws, kept))
        if self.kind == "points.exchanged":
            return exchange_debts(draws, self.points(kept), unit, target, self.contract)
        return redemption_debts(draws, unit, self.contract, self.fields["acceptor"])


def _first(draws: Draws, kept: int) -> Iterator[tuple[str, int]]:
    for obligor, amount in draws:
        if kept <= 0:
            return
        yield obligor, min(amount, kept)
        kept -= amount


class Reversals:
    """Reversals waiting for the end of the pass, and where transfers stand by their ids."""

    def __init__(
        self, agreements: Agreements, prices: Prices, obligor: Obligor, findings: Findings
    ) -> None:
        self._agreements = agreements
        self._prices = prices
        self._obligor = obligor
        self._findings = findings
        # The later half of each transfer's id, which is the random one, and its number.
        self._halves = array("Q")
        self._seqs = array("Q")
        self._waiting: list[tuple[int, int]] = []  # a reversal's number, half of its original's id

    def note(self, seq: int, fields: Texts) -> None:
        """Remember where a transfer stands."""
        kind = fields["kind"]
        if kind in _REVERSIBLE:
            self._halves.append(_half(fields["id"]))
            self._seqs.append(seq)
        elif kind == _REVERSED:
            try:
                self._waiting.append((seq, _half(fields["original"])))
            except ValueError:
                self._invalid(seq, "names no transfer")

    def finish(self, read_entry: Read) -> None:
        """Check every reversal; `read_entry` finds an entry by its number."""
        wanted = {half for _, half in self._waiting}
        found: dict[int, list[int]] = {}
        if wanted:
            for half, seq in zip(self._halves, self._seqs, strict=True):
                if half in wanted:
                    found.setdefault(half, []).append(seq)
        placed: list[tuple[int, int]] = []
        for seq, half in self._waiting:
            original = self._place(seq, found.get(half, []), read_entry)
            if original is None:
                self._invalid(seq, "names no transfer before it")
            else:
                placed.append((original, seq))
        placed.sort()
        for original, group in groupby(placed, lambda pair: pair[0]):
            self._check(original, [seq for _, seq in group], read_entry)

    @staticmethod
    def _place(seq: int, candidates: list[int], read_entry: Read) -> int | None:
        """The number of a reversal's original; halves are as good as unique, ids are."""
        if len(candidates) == 1:
            return candidates[0] if candidates[0] < seq else None
        reversal = read_entry(seq)
        for candidate in candidates:
            entry = read_entry(candidate)
            if entry and reversal and candidate < seq and entry["id"] == reversal.get("original"):
                return candidate
        return None

    def _invalid(self, seq: int, why: str) -> None:
        self._findings.add("REVERSAL_INVALID", seq=seq, why=why)

    def _check(self, original_seq: int, parts: list[int], read_entry: Read) -> None:
        """Hold the parts of one original against it, in their order."""
        found = cast("Texts | None", read_entry(original_seq))
        try:
            # In a log whose numbers are not its places another entry may stand here.
            known = found is not None and found["kind"] in _REVERSIBLE
            original = self._original(found) if found and known else None
        except MalformedError:
            return  # replay has told
        left = original.source if original else 0
        for seq in parts:
            entry = cast("Texts | None", read_entry(seq))
            if entry is None or original is None or entry["kind"] != _REVERSED:
                continue
            if entry["original"] != original.fields["id"]:
                self._invalid(seq, "names no transfer before it")
                continue
            try:
                part = read.number(entry, "part")
                if not 0 < part <= left:
                    self._invalid(seq, "reverses more than is left")
                    continue
                self._check_author(seq, entry, original)
                self._check_part(seq, entry, original, left, part)
            except MalformedError:
                continue
            left -= part

    def _original(self, fields: Texts) -> _Original | None:
        legs = [leg for leg in read.legs(fields) if leg[4] == "posted"]
        if not legs:
            return None
        given = next((leg for leg in legs if leg[3] == WALLET), None)
        taken = next((leg for leg in legs if leg[2] == WALLET and leg[3] != DEBT), None)
        repaid = sum(leg[5] for leg in legs if leg[3] == DEBT)
        kind = fields["kind"]
        contract = self._agreements.contracts.get(fields.get("contract", ""))
        units: tuple[Unit, Unit] | None = None
        rate: Rate | None = None
        if contract is not None:
            source = self._agreements.units.get(contract.source)
            target = self._agreements.units.get(contract.target or contract.source)
            units = (source, target) if source and target else None
            if kind == "points.exchanged" and units:
                rate = rate_of(contract, *units)
        draws = drawn(fields, self._obligor)
        amount = (taken or legs[0])[5]
        return _Original(kind, fields, amount, taken, given, repaid, draws, contract, units, rate)

    def _check_part(
        self, seq: int, entry: Texts, original: _Original, left: int, part: int
    ) -> None:
        legs = read.legs(entry)
        kept = left - part
        if original.taken is not None:
            book, unit, _, account, *_ = original.taken
            back = _sum(legs, book, unit, {account}, {WALLET})
            self._differs(seq, "source", part, back)
        if original.given is not None:
            book, unit, account, *_ = original.given
            step = original.points(left) - original.points(kept)
            self._differs(seq, "target", step, _sum(legs, book, unit, {WALLET, DEBT}, {account}))
            regained = min(original.repaid, left) - min(original.repaid, kept)
            self._differs(seq, "debt", regained, _sum(legs, book, unit, {DEBT}, {WALLET}))
        before, after = original.debts(left), original.debts(kept)
        owed = Debts()
        for debtor, creditor, kind in before.keys() | after.keys():
            step = after[debtor, creditor, kind] - before[debtor, creditor, kind]
            if step > 0:
                owed[debtor, creditor, kind] += step
            elif step < 0:
                owed[creditor, debtor, kind] -= step
        self._prices.owed(seq, entry, owed, original.contract)

    def _differs(self, seq: int, what: str, expected: int, found: int) -> None:
        if expected != found:
            self._findings.add("RATE_MISMATCH", seq=seq, what=what, expected=expected, found=found)

    def _check_author(self, seq: int, entry: Texts, original: _Original) -> None:
        """A transfer's own party reverses it, or the operator."""
        author = entry["author"]
        room, _, _ = author.partition("/")
        fields = original.fields
        if original.kind == "points.issued":
            own = _issuer(fields)
        elif "acceptor" in fields:
            own = fields["acceptor"]
        elif original.kind == "points.exchanged":
            own = fields["author"].partition("/")[0].removeprefix("partner:")
        else:
            own = self._agreements.owner(read.legs(fields)[0][1])
        if room not in {"operator", f"partner:{own}"}:
            self._findings.add(
                "AUTHOR_NOT_PERMITTED", seq=seq, author=author, kind=_REVERSED, partner=own
            )


def _issuer(fields: Texts) -> str:
    """Who issued: the issuer of the one lot of an issue."""
    lots = read.lots(fields)
    if len(lots) != 1:
        raise MalformedError("lots", fields["lots"])
    return lots[0][3]


def _half(id_: str) -> int:
    return int(id_[16:], 16)


def _sum(legs: list[Leg], book: str, unit: str, debits: set[str], credits_: set[str]) -> int:
    """What posted legs of a book and unit move from any of some accounts to any of others."""
    return sum(
        leg[5]
        for leg in legs
        if leg[0] == book and leg[1] == unit and leg[2] in debits and leg[3] in credits_
    )
