"""Holds: points set aside until captured, voided or timed out; each ends once.

A hold also keeps exposure free for its debtor, in the credit lines of `partners`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from audit.replay.fields import Leg, MalformedError, Texts, reserves, time_us
from audit.replay.report import Reporter
from audit.replay.tables import Row

PENDING: Final = "PENDING"


@dataclass(slots=True)
class Hold:
    """The row of one hold."""

    owner: str
    id: str
    unit: str
    amount: int
    acceptor: str
    contract: str
    consent: str
    deadline: int
    reserve: str
    seq: int
    state: str = PENDING
    captured: int = 0
    ended_seq: int = 0

    def row(self) -> Row:
        """The hold as a row of the table `hold`."""
        return (
            *(self.owner, self.id, self.unit, self.amount, self.acceptor, self.contract),
            *(self.consent, self.deadline, self.reserve, self.state, self.captured),
            *(self.seq, self.ended_seq),
        )


class Holds:
    """Every hold there ever was."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._holds: dict[tuple[str, str], Hold] = {}

    def place(self, hold: Hold) -> None:
        """A new hold, pending."""
        key = (hold.owner, hold.id)
        if key in self._holds:
            self._report.impossible("places a hold twice", hold=hold.id)
        self._holds[key] = hold

    def end(self, owner: str, hold_id: str, state: str, captured: int, reserve: str) -> Hold | None:
        """End a pending hold in a state, with what was captured. None where there is none."""
        hold = self._holds.get((owner, hold_id))
        if hold is None:
            self._report.impossible("ends an unknown hold", hold=hold_id)
            return None
        if hold.state != PENDING:
            self._report.impossible("ends a hold that has ended", hold=hold_id, state=hold.state)
        if captured > hold.amount:
            self._report.impossible(
                "captures more than the hold has",
                hold=hold_id,
                amount=hold.amount,
                captured=captured,
            )
        if reserve != hold.reserve:
            self._report.impossible(
                "releases another reserve than the hold's", hold=hold_id, reserve=reserve
            )
        hold.state, hold.captured, hold.ended_seq = state, captured, self._report.seq
        return hold

    def rows(self) -> Iterator[Row]:
        """The table `hold`, in key order."""
        for key in sorted(self._holds):
            yield self._holds[key].row()


def hold_of(fields: Texts, legs: list[Leg], seq: int) -> Hold:
    """The hold that a transfer places or ends, with what it captures."""
    if not legs:
        raise MalformedError("legs", "")
    reserves(fields)
    return Hold(
        owner=legs[0][0],
        id=fields["hold"],
        unit=legs[0][1],
        amount=legs[0][5],
        acceptor=fields["acceptor"],
        contract=fields["contract"],
        consent=fields.get("consent", ""),
        deadline=time_us(fields["deadline"], "deadline"),
        reserve=fields["reserve"],
        seq=seq,
        captured=sum(leg[5] for leg in legs if leg[4] == "posted"),
    )
