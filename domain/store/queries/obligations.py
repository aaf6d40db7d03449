"""What partners owe one another: lines of a window, sums by pair, positions and credit lines."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.records import CreditLine, Position
from domain.store.queries.reader import bounded


class Line(NamedTuple):
    """One obligation, in minor units of ``currency``; its id in the log is ``seq.n``."""

    owner: str
    seq: int
    n: int
    debtor: str
    creditor: str
    currency: str
    period: int
    amount: int
    contract: str
    kind: str


class PairSum(NamedTuple):
    """What ``debtor`` owes ``creditor`` by one kind of transfer in a window, and over how many."""

    debtor: str
    creditor: str
    kind: str
    amount: int
    lines: int


def of_window(
    connection: Connection,
    period: int,
    currency: str,
    first: int,
    after: tuple[str, int, int] = ("", -1, -1),
) -> list[Line]:
    """Return a window's lines after ``after`` (debtor, seq, n), in that order."""
    # ix_obligation_period_currency_debtor_seq_n
    rows = connection.execute(
        text(
            "SELECT owner, seq, n, debtor, creditor, currency, period, amount, contract, kind"
            " FROM obligation WHERE period = :period AND currency = :currency"
            " AND (debtor, seq, n) > (:debtor, :seq, :n) ORDER BY debtor, seq, n LIMIT :first"
        ),
        {
            "period": period,
            "currency": currency,
            "debtor": after[0],
            "seq": after[1],
            "n": after[2],
            "first": bounded(first),
        },
    )
    return [Line(*row) for row in rows]


def pair_sums(connection: Connection, period: int, currency: str) -> list[PairSum]:
    """Return a window's obligations summed by (debtor, creditor, kind), in that order."""
    # ix_obligation_period_currency_debtor_seq_n
    rows = connection.execute(
        text(
            "SELECT debtor, creditor, kind, SUM(amount) AS amount, COUNT(*) AS lines"
            " FROM obligation WHERE period = :period AND currency = :currency"
            " GROUP BY debtor, creditor, kind ORDER BY debtor, creditor, kind"
        ),
        {"period": period, "currency": currency},
    )
    return [
        PairSum(debtor, creditor, kind, int(amount), int(lines))
        for debtor, creditor, kind, amount, lines in rows
    ]


def positions(connection: Connection, period: int, currency: str) -> list[Position]:
    """Return every partner's sums in a window, by partner."""
    # pk_position has the partner first; positions are few.
    rows = connection.execute(
        text(
            "SELECT partner, currency, period, debits, credits FROM position"
            " WHERE period = :period AND currency = :currency ORDER BY partner"
        ),
        {"period": period, "currency": currency},
    )
    return [Position(*row) for row in rows]


def open_positions(connection: Connection, partner: str) -> list[Position]:
    """Return a partner's sums in every window not yet settled."""
    # pk_position, its first column
    rows = connection.execute(
        text(
            "SELECT p.partner, p.currency, p.period, p.debits, p.credits FROM position p"
            " JOIN settlement_window w ON w.period = p.period AND w.currency = p.currency"
            " WHERE p.partner = :partner AND w.state <> 'SETTLED' ORDER BY p.currency, p.period"
        ),
        {"partner": partner},
    )
    return [Position(*row) for row in rows]


def credit_lines(connection: Connection) -> list[CreditLine]:
    """Return what every partner may owe, by partner and currency."""
    rows = connection.execute(
        text(
            "SELECT partner, currency, prefund, cap, reserved FROM credit_line"
            " ORDER BY partner, currency"
        )
    )
    return [CreditLine(*row) for row in rows]
