"""Statements read from a network: what stands in the database, and the tree that covers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.audit.evidence import root_of
from domain.ids import OPERATOR
from domain.store.queries import reference, statements
from settlement.statements.derive import require_closed, statement_of, summary_of
from settlement.statements.model import (
    Carried,
    Citation,
    Group,
    Line,
    Moment,
    Parties,
    Scope,
    StatementError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.schema.core.reading import Connection
    from domain.ledger.records import Window
    from domain.ledger.state import Reference
    from settlement.statements.model import Statement


def closed_windows(
    tables: Reference, partner: str, currency: str, periods: Sequence[int]
) -> tuple[Window, Window]:
    """Return the first and the last window of a statement that can be made.

    Raises StatementError ``PARTNER_UNKNOWN``, ``CURRENCY_UNKNOWN``, ``WINDOWS_NOT_CONSECUTIVE``,
    ``WINDOW_UNKNOWN`` or ``WINDOW_STATE``.
    """
    if partner != OPERATOR and partner not in tables.partners:
        raise StatementError("PARTNER_UNKNOWN", partner=partner[:64])
    if currency not in tables.open_periods:
        raise StatementError("CURRENCY_UNKNOWN", currency=currency[:64])
    windows = [tables.windows.get((period, currency)) for period in periods]
    require_closed(windows, periods, currency)
    first, last = windows[0], windows[-1]
    assert first is not None
    assert last is not None
    return first, last


def read_scope(
    connection: Connection, partner: str, currency: str, periods: Sequence[int]
) -> Scope:
    """Return what a statement of a partner is of, in the connection's snapshot.

    Raises as ``closed_windows``.
    """
    tables = reference.load(connection)
    first, last = closed_windows(tables, partner, currency, periods)
    times = statements.times_of(connection, [first.opened_seq, last.closed_seq])
    size = last.closed_seq + 1
    earlier = statements.carried(connection, partner, currency, periods[0], last.closed_seq)
    return Scope(
        origin=tables.origin,
        partner=partner,
        currency=currency,
        periods=tuple(periods),
        opened=Moment(first.opened_seq, times[first.opened_seq]),
        closed=Moment(last.closed_seq, times[last.closed_seq]),
        carried=tuple(Carried(one.period, one.debits, one.credits) for one in earlier),
        citation=Citation(size, root_of(connection, size).hex()),
    )


def read_statement(
    connection: Connection, partner: str, currency: str, periods: Sequence[int]
) -> Statement:
    """Make a partner's statement of consecutive closed windows, with every line.

    Raises as ``read_scope``, and StatementError ``STATEMENT_TOO_LONG``.
    """
    scope = read_scope(connection, partner, currency, periods)
    rows = statements.lines(connection, partner, currency, periods[0], periods[-1])
    return statement_of(scope, (Line(*row) for row in rows))


def read_summary(
    connection: Connection, partner: str, currency: str, periods: Sequence[int]
) -> Statement:
    """Make the same without its lines, from sums that the database makes; raises the same."""
    scope = read_scope(connection, partner, currency, periods)
    rows = statements.groups(connection, partner, currency, periods[0], periods[-1])
    return summary_of(scope, (Group(*row) for row in rows))


def read_parties(connection: Connection, language: str) -> Parties:
    """Return what people call the partners in ``language``, in the other where it has none."""
    found: dict[str, str] = {}
    for (kind, code), name in reference.names(connection).items():
        if kind == "partner":
            found[code] = (name.ko or name.en) if language == "ko" else (name.en or name.ko)
    return Parties(found)
