"""What a partner's statement is made of: its obligations in windows, with what made each."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.clock import parse_instant
from domain.ledger.records import Position
from domain.store.queries import log
from domain.store.queries.pairs import OF_PAIR, PAGE, PAIRS
from domain.store.queries.reader import STREAM_ROWS, bounded


class StatementLine(NamedTuple):
    """An obligation and its entry: ``transfer`` "" where the entry is no transfer.

    ``event`` is the transfer's kind, else the entry's; ``time`` is the entry's instant.
    """

    seq: int
    n: int
    time: int
    transfer: str
    event: str
    debtor: str
    creditor: str
    period: int
    amount: int
    contract: str
    kind: str


# Of obligations ``o``; pk_transfer
_LINE = (
    " SELECT o.seq, o.n, COALESCE(t.recorded_at, 0) AS time, COALESCE(t.id, '') AS transfer,"
    " COALESCE(t.kind, '') AS event, o.debtor, o.creditor, o.period, o.amount, o.contract, o.kind"
    " FROM {pairs} p CROSS JOIN obligation o LEFT JOIN transfer t"
    f" ON t.seq = o.seq AND t.owner = o.owner WHERE {OF_PAIR}"
)
_PERIODS = text(
    # pk_position, its first two columns; pk_settlement_window
    "SELECT p.period FROM position p JOIN settlement_window w ON w.period = p.period"
    " AND w.currency = p.currency WHERE p.partner = :partner AND p.currency = :currency"
    " AND p.period >= :first AND p.period <= :last AND (w.closed_seq = 0 OR w.closed_seq > :seq)"
    " ORDER BY p.period"
)


def lines(
    connection: Connection, partner: str, currency: str, first: int, last: int
) -> Iterator[StatementLine]:
    """Yield a partner's obligations of the windows ``first`` to ``last``, in the log's order."""
    # ix_obligation_pair, a pair at a time
    found = connection.execute(
        text(f"WITH {PAIRS}{_LINE.format(pairs='pair')} ORDER BY o.seq, o.n"),
        {"first": first, "last": last, "currency": currency, "partner": partner},
        execution_options={"yield_per": STREAM_ROWS},
    )
    for rows in found.partitions():
        yield from _whole(connection, [StatementLine(*row) for row in rows])


def page(
    connection: Connection,
    partner: str,
    currency: str,
    windows: tuple[int, int],
    first: int,
    after: tuple[int, int],
) -> list[StatementLine]:
    """Return the ``first`` lines after the place ``after`` (seq, n), in the log's order."""
    asked = {"partner": partner, "currency": currency, "seq": after[0], "n": after[1]}
    span = {"first": windows[0], "last": windows[1]}
    periods = connection.execute(_PERIODS, asked | span).scalars().all()
    # ix_obligation_pair: a beginning of each pair, then a step a line.
    merged = f"{PAGE[connection.dialect.name]}{_LINE.format(pairs='line')}"
    statement = text(f"{merged} AND o.seq = p.seq AND o.n = p.n ORDER BY o.seq, o.n")
    found: list[StatementLine] = []
    # A window's lines lie before those of the next in the log. Often the first has them all; if
    # not, as many windows again as were gone through: a hundred small ones take a few statements.
    passed = 0
    while passed < len(periods) and len(found) < bounded(first):
        some = periods[passed : 2 * passed + 1]
        span = {"first": some[0], "last": some[-1], "limit": bounded(first) - len(found)}
        found += [StatementLine(*row) for row in connection.execute(statement, asked | span)]
        passed += len(some)
    return list(_whole(connection, found))


class LineGroup(NamedTuple):
    """Obligations of one window, debtor, creditor, kind and contract: their sum and number."""

    period: int
    debtor: str
    creditor: str
    kind: str
    contract: str
    amount: int
    lines: int


def groups(
    connection: Connection, partner: str, currency: str, first: int, last: int
) -> list[LineGroup]:
    """Return a partner's obligations of the windows, summed."""
    # ix_obligation_pair, a pair at a time
    found = connection.execute(
        text(
            f"WITH {PAIRS} SELECT o.period, o.debtor, o.creditor, o.kind, o.contract,"
            " SUM(o.amount) AS amount, COUNT(*) AS lines"
            f" FROM pair p CROSS JOIN obligation o WHERE {OF_PAIR}"
            " GROUP BY o.period, o.debtor, o.creditor, o.kind, o.contract"
        ),
        {"first": first, "last": last, "currency": currency, "partner": partner},
    )
    return [
        LineGroup(period, debtor, creditor, kind, contract, int(amount), int(lines))
        for period, debtor, creditor, kind, contract, amount, lines in found
    ]


def _whole(connection: Connection, rows: Sequence[StatementLine]) -> Iterator[StatementLine]:
    """Yield lines; of an entry that is no transfer, its leaf tells time and kind."""
    entries = log.leaves_at(connection, [line.seq for line in rows if not line.transfer])
    told = {seq: json.loads(leaf) for seq, leaf in entries.items()}
    for line in rows:
        if not line.transfer:
            fields: dict[str, str] = told[line.seq]
            yield line._replace(time=parse_instant(fields["time"]), event=fields["kind"])
        else:
            yield line


def carried(
    connection: Connection, partner: str, currency: str, before: int, closed: int
) -> list[Position]:
    """Return what windows before ``before`` bring forward as of the entry ``closed``.

    These are a partner's sums in the windows that no settlement had settled by then. What was paid
    or drawn for it by then stands on the other side, in the oldest window of its settlement: so a
    statement is the same whether it is made before the money came or after.
    """
    going = _going(connection, partner, currency, closed)
    later = {period for windows, _ in going for period in windows}
    # pk_position, its first two columns; pk_settlement_window
    rows = connection.execute(
        text(
            "SELECT p.partner, p.currency, p.period, p.debits, p.credits, w.state FROM position p"
            " JOIN settlement_window w ON w.period = p.period AND w.currency = p.currency"
            " WHERE p.partner = :partner AND p.currency = :currency AND p.period < :before"
            " AND (w.state <> 'SETTLED' OR p.period >= :oldest) ORDER BY p.period"
        ),
        {
            "partner": partner,
            "currency": currency,
            "before": before,
            "oldest": min(later, default=before),
        },
    )
    found = {
        row.period: [row.debits, row.credits]
        for row in rows
        if row.state != "SETTLED" or row.period in later
    }
    for windows, paid in going:
        if windows[0] < before and paid:
            sums = found.setdefault(windows[0], [0, 0])
            sums[1 if paid > 0 else 0] += abs(paid)
    return [Position(partner, currency, period, *sums) for period, sums in sorted(found.items())]


def _going(
    connection: Connection, partner: str, currency: str, closed: int
) -> list[tuple[list[int], int]]:
    """Return settlements that were not over by the entry ``closed``, nor aborted since.

    Each with its windows, and what the partner had paid by then; below 0, what it had got.
    """
    # Settlements are some hundreds a year; pk_settlement_net; ix_bank_line_settlement_seq;
    # pk_settlement_change.
    rows = connection.execute(
        text(
            "SELECT s.windows, n.debits - n.credits AS net,"
            " (SELECT COALESCE(SUM(b.amount), 0) FROM bank_line b WHERE b.settlement = s.id"
            " AND b.seq <= :closed AND :partner IN (b.partner, b.counterparty)) AS paid,"
            " CASE WHEN EXISTS (SELECT 1 FROM settlement_change c WHERE c.settlement = s.id"
            " AND c.state = 'DEFAULTED' AND c.seq <= :closed) THEN n.drawn ELSE 0 END AS drawn"
            " FROM settlement s"
            " LEFT JOIN settlement_net n ON n.settlement = s.id AND n.partner = :partner"
            " WHERE s.currency = :currency AND s.state <> 'ABORTED'"
            " AND (s.state <> 'SETTLED' OR s.changed_seq > :closed)"
        ),
        {"partner": partner, "currency": currency, "closed": closed},
    )
    return [
        (
            [int(period) for period in row.windows.split(";")],
            (int(row.paid) + int(row.drawn or 0)) * (1 if (row.net or 0) > 0 else -1),
        )
        for row in rows
    ]


def times_of(connection: Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Return the instants of entries by their sequence."""
    leaves = log.leaves_at(connection, seqs)
    return {seq: parse_instant(json.loads(leaf)["time"]) for seq, leaf in leaves.items()}
