"""How far payments are paid before a bank's file is read, and since when they stand.

A payment stands from the day before its settlement's approval: west of Greenwich it is still that
day. After a default nothing more is due of those who owed: what they lacked was drawn or became
claims, so money that comes late is nobody's payment, and waits for a person.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.clock import DAY, to_datetime
from domain.ledger.settling import PAY_OUT

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from domain.ledger.settling import BankLine
    from settlement.payments.orders import Payment


def paid_so_far(
    due: Mapping[str, tuple[str, Payment]], lines: Iterable[BankLine], defaulted: Container[str]
) -> dict[str, int]:
    """Return what of each payment nobody waits for any more, by end-to-end id.

    ``due`` are payments with their settlements, ``lines`` those matched so far, ``defaulted`` the
    settlements in default.
    """
    counted: Counter[str] = Counter()
    for line in lines:
        counted[line.end_to_end] += line.amount
    return {
        id_: one.amount if settlement in defaulted and one.leg != PAY_OUT else counted[id_]
        for id_, (settlement, one) in due.items()
    }


def first_day(approved_at: int) -> str:
    """Return the first day, YYYY-MM-DD, on which a payment that was approved then can show."""
    return to_datetime(approved_at - DAY).date().isoformat()
