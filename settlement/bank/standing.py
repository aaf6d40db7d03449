"""How far payments are paid before a bank's file is read, and since when they stand.

A payment stands from the day before its settlement's approval: west of Greenwich it is still that
day. After a default nothing more is due of those who owed: what they lacked was drawn or became
claims, so money that comes late is nobody's payment, and waits for a person.

Two files tell of one line alike only where both have its bank's name for it: a CSV has none, or
another than a camt.053. So of as much for the same payment out of another file nobody can tell
whether it is the same money, but by a day on which the first file was too old to have it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.clock import DAY, to_datetime
from domain.ledger.settling import DIRECT, PAY_OUT

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from domain.ledger.settling import BankLine
    from settlement.payments.orders import Payment


# What is booked on a Friday may be valued days later; what is valued later still is another line.
VALUED_AHEAD = 7 * DAY


def paid_so_far(
    due: Mapping[str, tuple[str, Payment]], lines: Iterable[BankLine], defaulted: Container[str]
) -> dict[str, int]:
    """Return what of each payment nobody waits for any more, by end-to-end id.

    ``due`` are payments with their settlements, ``lines`` those matched so far, ``defaulted`` the
    settlements in default.
    """
    counted: Counter[str] = Counter()
    named = _by_parties(due)
    for line in lines:
        counted[_payment_of(line, due, named)] += line.amount
    return {
        id_: one.amount if settlement in defaulted and one.leg != PAY_OUT else counted[id_]
        for id_, (settlement, one) in due.items()
    }


def told_before(
    due: Mapping[str, tuple[str, Payment]],
    lines: Iterable[BankLine],
    times: Mapping[int, int],
    statement: str,
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return what other files told of for each payment: amounts, and until what day they may.

    ``times`` are those of the lines' entries; ``statement`` is the file that is read now.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    named = _by_parties(due)
    for line in lines:
        id_ = _payment_of(line, due, named)
        if id_ and line.statement != statement:
            last = to_datetime(times[line.seq] + VALUED_AHEAD).date().isoformat()
            found.setdefault(id_, []).append((line.amount + line.excess, last))
    return {id_: tuple(told) for id_, told in found.items()}


def _by_parties(due: Mapping[str, tuple[str, Payment]]) -> dict[tuple[str, ...], str]:
    """Return payments by settlement, leg and partners, as a line says whose payment it is."""
    found: dict[tuple[str, ...], str] = {}
    for id_, (settlement, one) in due.items():
        partner, other = (one.payee, "") if one.leg == PAY_OUT else (one.payer, "")
        if one.leg == DIRECT:
            other = one.payee
        found[settlement, one.leg, partner, other] = id_
    return found


def _payment_of(
    line: BankLine,
    due: Mapping[str, tuple[str, Payment]],
    named: Mapping[tuple[str, ...], str],
) -> str:
    """Return a line's payment; one that a person has matched bears no end-to-end id."""
    if line.end_to_end in due:
        return line.end_to_end
    return named.get((line.settlement, line.leg, line.partner, line.counterparty), "")


def first_day(approved_at: int) -> str:
    """Return the first day, YYYY-MM-DD, on which a payment that was approved then can show."""
    return to_datetime(approved_at - DAY).date().isoformat()
