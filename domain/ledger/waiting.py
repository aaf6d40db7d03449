"""Bank lines that no payment took, or not wholly: each waits until a person has said what it is.

A line is known by its place: SHA-256 of its statement, and its number in it from 1. ``amount`` is
what of it waits, positive where money came in on the statement's account, negative where it went
out. The log has place, amount and reason; what the bank says of people lies beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

WAITING = "WAITING"
MATCHED = "MATCHED"  # it was a payment after all
DISMISSED = "DISMISSED"  # it concerns no partner
CARRIED = "CARRIED"  # owed back in the window that was open then
STATES = (WAITING, MATCHED, DISMISSED, CARRIED)

OVERPAID = "OVERPAID"  # what is left of a line whose payment needed less

CARRY = "BANK_CARRY"  # the type of a proposal to carry a line
BANK = "BANK"  # the kind of what is owed for a carried line

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line of the queue; ``note`` is the HMAC of what the bank said, ``outcome`` a reason.

    ``reference`` is the line's name whatever file tells of it, "" where it has none; ``settlement``
    is the one whose payment came back, of a carried line.
    """

    statement: str
    line: int
    reference: str
    currency: str
    amount: int
    reason: str
    note: str
    state: str
    outcome: str
    settlement: str
    seq: int
    closed_seq: int

    @property
    def place(self) -> Place:
        """Return which line of which statement it is."""
        return self.statement, self.line


def carried_text(place: Place, holder: str) -> str:
    """Return what a proposal says of the line that it carries, ``STATEMENT.LINE.HOLDER``."""
    return f"{place[0]}.{place[1]}.{holder}"


def read_carried(text: str) -> tuple[Place, str]:
    """Read what ``carried_text`` wrote."""
    statement, line, holder = text.split(".")
    return (statement, int(line)), holder
