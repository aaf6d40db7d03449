"""What a network's payments stand at when a bank's file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ledger.settling import APPROVED, DEFAULTED
from domain.store.queries import statements
from settlement.bank.standing import first_day, paid_so_far, told_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.schema.core.reading import Connection
    from domain.store.queries.settlements import Details
    from settlement.payments.orders import Payment


def standing(
    connection: Connection, due: Mapping[str, tuple[str, Payment]], details: Details
) -> tuple[dict[str, int], dict[str, str]]:
    """Return what of the payments is paid, and since what day they stand, by end-to-end id.

    ``due`` are payments with their settlements, by end-to-end id; ``details`` are of these.
    """
    approved = {one.settlement: one.seq for one in details.changes if one.state == APPROVED}
    defaulted = {one.settlement for one in details.changes if one.state == DEFAULTED}
    times = statements.times_of(connection, sorted(approved.values()))
    paid = paid_so_far(due, details.payments, defaulted)
    return paid, {id_: first_day(times[approved[one]]) for id_, (one, _) in due.items()}


def told(
    connection: Connection,
    due: Mapping[str, tuple[str, Payment]],
    details: Details,
    statement: str,
) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return what files other than ``statement`` told of for each payment, as ``told_before``."""
    others = [line for line in details.payments if line.statement != statement]
    times = statements.times_of(connection, sorted({line.seq for line in others}))
    return told_before(due, others, times, statement)
