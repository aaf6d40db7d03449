"""Which payments a waiting line may be: a hint for a person, and never a match.

A candidate is a payment of the line's currency and direction with something still due. What the
line names comes first, then what it would pay exactly, then the largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.ledger.settling import PAY_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.waiting import WaitingLine
    from settlement.payments.orders import Payment

CANDIDATES_MAX = 5  # a line of a table; a person who needs more looks at the settlement


class Candidate(NamedTuple):
    """A payment of ``settlement`` that a line may be: ``due`` is what is still to be paid."""

    settlement: str
    payment: Payment
    due: int

    @property
    def partner(self) -> str:
        """Return whose net it pays."""
        one = self.payment
        return one.payee if one.leg == PAY_OUT else one.payer


def candidates(
    line: WaitingLine, end_to_end: str, due: Iterable[Candidate]
) -> tuple[Candidate, ...]:
    """Return the payments that a line may be, the likeliest first."""
    fitting = [
        one
        for one in due
        if one.payment.currency == line.currency
        and one.due > 0
        and (one.payment.leg == PAY_OUT) == (line.amount < 0)
    ]

    def order(one: Candidate) -> tuple[bool, bool, int, str]:
        named = bool(end_to_end) and one.payment.end_to_end_id == end_to_end.lower()
        return not named, one.due != abs(line.amount), -one.due, one.payment.end_to_end_id

    return tuple(sorted(fitting, key=order)[:CANDIDATES_MAX])
