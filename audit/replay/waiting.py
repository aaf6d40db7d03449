"""Bank lines that wait for a person, until they are matched, dismissed or carried over.

What a payment leaves over of its line waits as well. A carried line is owed for in full, between
two partners, in one direction or the other: whose account the bank's statement is of no entry says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from audit.replay.fields import Obligation, Texts, positive, signed
from audit.replay.report import Reporter
from audit.replay.tables import Row

_WAITING: Final = "WAITING"
_OVERPAID: Final = "OVERPAID"


@dataclass(slots=True)
class _Line:
    reference: str
    currency: str
    amount: int
    reason: str
    note: str
    seq: int
    state: str = _WAITING
    outcome: str = ""
    settlement: str = ""
    closed_seq: int = 0


class Waiting:
    """The table `bank_waiting`, by the entries that made it."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._lines: dict[tuple[str, int], _Line] = {}
        self._references: dict[str, tuple[str, int]] = {}

    def appliers(self) -> dict[str, Callable[[Texts], None]]:
        """What applies each kind of entry but the one that makes somebody owe."""
        return {"bank.queued": self._queue, "bank.dismissed": self._dismiss}

    def _queue(self, fields: Texts) -> None:
        place, amount = _place(fields), signed(fields, "amount")
        if self._find(place, fields["reference"]) is not None or not amount:
            self._report.impossible("queues a bank line twice, or no money", line=place[1])
        named = (fields["reference"], fields["currency"], amount, fields["reason"])
        self._put(place, _Line(*named, fields["note"], self._report.seq))

    def _dismiss(self, fields: Texts) -> None:
        self._end(_place(fields), "DISMISSED", fields["reason"])

    def pay(self, fields: Texts, place: tuple[str, int], excess: int) -> None:
        """A payment takes its line; what is left of it waits."""
        found = self._find(place, fields["reference"])
        if found is not None and found.state != _WAITING:
            self._report.impossible("counts a bank line that does not wait", line=place[1])
        if excess:
            left = -excess if fields["leg"] == "PAY_OUT" else excess
            if found is None:
                named = (fields["reference"], fields["currency"], left, _OVERPAID)
                self._put(place, _Line(*named, "", self._report.seq))
            else:
                found.amount, found.reason = left, _OVERPAID
        elif found is not None:
            found.state = found.outcome = "MATCHED"
            found.closed_seq = self._report.seq

    def carry(self, fields: Texts, owed: list[Obligation]) -> None:
        """The end of a line's waiting by what is owed for it."""
        place = _place(fields)
        found = self._end(place, "CARRIED", fields["reason"])
        if found is None:
            return
        found.settlement = fields["settlement"]
        told = [(one[2], one[4], one[5], one[6]) for one in owed]
        if told != [(found.currency, abs(found.amount), "", "BANK")]:
            self._report.impossible("owes other than the bank line", line=place[1])

    def _end(self, place: tuple[str, int], state: str, reason: str) -> _Line | None:
        found = self._lines.get(place)
        if found is None or found.state != _WAITING:
            self._report.impossible("ends a bank line that does not wait", line=place[1])
            return None
        found.state, found.outcome, found.closed_seq = state, reason, self._report.seq
        return found

    def _find(self, place: tuple[str, int], reference: str) -> _Line | None:
        return self._lines.get(place) or self._lines.get(self._references.get(reference, place))

    def _put(self, place: tuple[str, int], line: _Line) -> None:
        self._lines[place] = line
        if line.reference:
            self._references[line.reference] = place

    def rows(self) -> Iterator[Row]:
        """The table `bank_waiting`, in key order."""
        for place in sorted(self._lines):
            one = self._lines[place]
            told = (one.reference, one.currency, one.amount, one.reason, one.note, one.state)
            yield (*place, *told, one.outcome, one.settlement, one.seq, one.closed_seq)


def _place(fields: Texts) -> tuple[str, int]:
    return fields["statement"], positive(fields["line"], "line")
