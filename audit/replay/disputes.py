"""Disputes of single lines, from their opening to their end or to the correction of the line.

A line has one open dispute at a time, each begins where the last one left it, and a correction is
exactly the difference, between the line's two partners. Whether the line stands in the log as the
dispute tells it is the warrants' to look up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audit.replay.fields import MalformedError, Obligation, Texts, line, number, positive
from audit.replay.report import Reporter
from audit.replay.tables import Row

_OPEN: Final = "OPEN"
_ENDS: Final = frozenset({"REJECTED", "WITHDRAWN"})


@dataclass(slots=True)
class _Dispute:
    line: tuple[int, int]
    named: tuple[str, str, str]  # debtor, creditor, party
    currency: str
    period: int
    amount: int
    stands: int
    corrected: int
    reason: str
    note: str
    seq: int
    state: str = _OPEN
    outcome: str = ""
    closed_seq: int = 0


class Disputes:
    """The table `dispute`, by the entries that made it."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._disputes: dict[str, _Dispute] = {}
        self._latest: dict[tuple[int, int], _Dispute] = {}  # by line

    def open(self, fields: Texts) -> None:
        """A dispute of a line of which none is open."""
        id_, of = fields["dispute"], line(fields, "line")
        amount, stands = positive(fields["amount"], "amount"), number(fields, "stands")
        debtor, creditor, party = (fields[name] for name in ("debtor", "creditor", "party"))
        period = positive(fields["window"], "window")
        before = self._latest.get(of)
        if id_ in self._disputes or (before is not None and before.state == _OPEN):
            self._report.impossible("disputes a line twice", dispute=id_, line=fields["line"])
        if stands != (before.corrected if before else amount):
            self._report.impossible(
                "takes a line for other than it comes to", dispute=id_, line=fields["line"]
            )
        if debtor == creditor or party not in (debtor, creditor):
            self._report.impossible("disputes what it is no party of", dispute=id_, partner=party)
        made = _Dispute(
            line=of,
            named=(debtor, creditor, party),
            currency=fields["currency"],
            period=period,
            amount=amount,
            stands=stands,
            corrected=stands,
            reason=fields["reason"],
            note=fields["note"],
            seq=self._report.seq,
        )
        self._disputes[id_] = self._latest[of] = made

    def close(self, fields: Texts) -> None:
        """The end of a dispute that leaves its line as it was."""
        if fields["state"] not in _ENDS:
            raise MalformedError("state", fields["state"])
        found = self._end(fields, fields["state"])
        named = tuple(fields[name] for name in ("debtor", "creditor", "party"))
        if found is not None and found.named != named:
            self._report.impossible("names other partners", dispute=fields["dispute"])

    def correct(self, fields: Texts, owed: list[Obligation]) -> None:
        """The end of a dispute by a correction, with what is owed for it."""
        corrected, of = number(fields, "corrected"), line(fields, "line")
        found = self._end(fields, "UPHELD")
        if found is None:
            return
        if of != found.line or corrected > 2 * found.amount:
            self._report.impossible(
                "corrects another line, or by more than it is", dispute=fields["dispute"]
            )
        debtor, creditor, _ = found.named
        more = corrected - found.stands
        if more < 0:
            debtor, creditor, more = creditor, debtor, -more
        told = [(one[0], one[1], one[2], one[4], one[5], one[6]) for one in owed]
        if not more or told != [(debtor, creditor, found.currency, more, "", "CORRECTION")]:
            self._report.impossible("owes other than the difference", dispute=fields["dispute"])
        found.corrected = corrected

    def _end(self, fields: Texts, state: str) -> _Dispute | None:
        found = self._disputes.get(fields["dispute"])
        if found is None or found.state != _OPEN:
            self._report.impossible("ends a dispute that is not open", dispute=fields["dispute"])
            return None
        found.state, found.outcome = state, fields["reason"]
        found.closed_seq = self._report.seq
        return found

    def rows(self) -> Iterator[Row]:
        """The table `dispute`, in key order."""
        for id_ in sorted(self._disputes):
            one = self._disputes[id_]
            debtor, creditor, party = one.named
            yield (
                *(id_, *one.line, debtor, creditor, one.currency, one.period),
                *(one.amount, one.stands, one.corrected, party, one.reason, one.note),
                *(one.state, one.outcome, one.seq, one.closed_seq),
            )
