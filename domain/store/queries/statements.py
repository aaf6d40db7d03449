"""What a partner's statement is made of: its obligations in windows, with what made each."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.clock import parse_instant
from domain.ledger.records import Position
from domain.store.queries import log
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


_LINE = (
    "SELECT o.seq, o.n, COALESCE(t.recorded_at, 0) AS time, COALESCE(t.id, '') AS transfer,"
    " COALESCE(t.kind, '') AS event, o.debtor, o.creditor, o.period, o.amount, o.contract, o.kind"
    " FROM obligation o LEFT JOIN transfer t ON t.owner = o.owner AND t.seq = o.seq"
)
_OF_PARTNER = (
    " WHERE o.period >= :first AND o.period <= :last AND o.currency = :currency"
    " AND (o.debtor = :partner OR o.creditor = :partner)"
)


def lines(
    connection: Connection, partner: str, currency: str, first: int, last: int
) -> Iterator[StatementLine]:
    """Yield a partner's obligations of the windows ``first`` to ``last``, in the log's order."""
    # ix_obligation_period_currency_debtor_seq_n, a window at a time; ix_transfer_book
    found = connection.execute(
        text(f"{_LINE}{_OF_PARTNER} ORDER BY o.seq, o.n"),
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
    # ix_obligation_period_currency_debtor_seq_n, a window at a time; ix_transfer_book
    found = connection.execute(
        text(
            f"{_LINE}{_OF_PARTNER} AND (o.seq > :seq OR (o.seq = :seq AND o.n > :n))"
            " ORDER BY o.seq, o.n LIMIT :limit"
        ),
        {
            "first": windows[0],
            "last": windows[1],
            "currency": currency,
            "partner": partner,
            "seq": after[0],
            "n": after[1],
            "limit": bounded(first),
        },
    ).all()
    return list(_whole(connection, [StatementLine(*row) for row in found]))


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
    # ix_obligation_period_currency_debtor_seq_n, a window at a time
    found = connection.execute(
        text(
            "SELECT o.period, o.debtor, o.creditor, o.kind, o.contract, SUM(o.amount) AS amount,"
            f" COUNT(*) AS lines FROM obligation o{_OF_PARTNER}"
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


def carried(connection: Connection, partner: str, currency: str, before: int) -> list[Position]:
    """Return a partner's sums in the windows before ``before``, settled or not."""
    # pk_position, its first two columns
    rows = connection.execute(
        text(
            "SELECT partner, currency, period, debits, credits FROM position"
            " WHERE partner = :partner AND currency = :currency AND period < :before"
            " ORDER BY period"
        ),
        {"partner": partner, "currency": currency, "before": before},
    )
    return [Position(*row) for row in rows]


def times_of(connection: Connection, seqs: Sequence[int]) -> dict[int, int]:
    """Return the instants of entries by their sequence."""
    leaves = log.leaves_at(connection, seqs)
    return {seq: parse_instant(json.loads(leaf)["time"]) for seq, leaf in leaves.items()}
