"""Disputes: a partner's word against one line of what is owed, and what came of it.

A line is one obligation, named by its entry's sequence and its place ``n`` in the entry. It never
changes; what a dispute corrects of it is an obligation of its own, of the kind ``CORRECTION``.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN = "OPEN"
UPHELD = "UPHELD"
REJECTED = "REJECTED"
WITHDRAWN = "WITHDRAWN"
STATES = (OPEN, UPHELD, REJECTED, WITHDRAWN)

# The kind of the obligation by which a line is corrected.
CORRECTION = "CORRECTION"
# The type of a proposal to uphold a dispute; its ``amount`` is what the line is to come to, its
# ``value`` the dispute.
UPHOLD = "DISPUTE_UPHOLD"

Line = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Dispute:
    """One dispute of one line; amounts are minor units of ``currency``.

    ``amount`` is the line's own. ``stands`` is what it came to when the dispute was opened, earlier
    corrections counted, ``corrected`` what it comes to since: the same, unless it was UPHELD.
    ``party`` is whose dispute it is, the line's debtor or creditor; ``note`` the HMAC of a free
    text. ``outcome`` is the reason code of its end, ``closed_seq`` that entry's sequence; while it
    is OPEN they are empty and 0.
    """

    id: str
    line_seq: int
    line_n: int
    debtor: str
    creditor: str
    currency: str
    period: int
    amount: int
    stands: int
    corrected: int
    party: str
    reason: str
    note: str
    state: str
    outcome: str
    seq: int
    closed_seq: int

    @property
    def line(self) -> Line:
        """Return which line it is of."""
        return self.line_seq, self.line_n


def line_text(line: Line) -> str:
    """Return a line's name as the log spells it, ``SEQ.N``."""
    return f"{line[0]}.{line[1]}"


def read_line(text: str) -> Line:
    """Read what ``line_text`` wrote."""
    seq, _, n = text.partition(".")
    return int(seq), int(n)
