"""How far a settlement's payments are paid before a bank's file is read, and since when they stand.

A payment stands from the day before its settlement's approval: west of Greenwich it is still that
day. After a default nothing more is due of those who owed: what they lacked was drawn or became
claims, so money that comes late is nobody's payment, and waits for a person.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.clock import DAY, to_datetime
from domain.ledger.settling import DEFAULTED, PAY_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.settling import BankLine, Settlement
    from settlement.payments.orders import Payment


def paid_so_far(
    settlement: Settlement, payments: Iterable[Payment], lines: Iterable[BankLine]
) -> dict[str, int]:
    """Return what of each payment nobody waits for any more, by end-to-end id."""
    counted: Counter[str] = Counter()
    for line in lines:
        counted[line.end_to_end] += line.amount
    over = settlement.state == DEFAULTED
    return {
        one.end_to_end_id: one.amount if over and one.leg != PAY_OUT else counted[one.end_to_end_id]
        for one in payments
    }


def first_day(approved_at: int) -> str:
    """Return the first day, YYYY-MM-DD, on which a payment that was approved then can show."""
    return to_datetime(approved_at - DAY).date().isoformat()
