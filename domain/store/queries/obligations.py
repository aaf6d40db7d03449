"""What partners owe one another: lines of a window, sums by pair, positions and credit lines."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from domain.errors import StoreError
from domain.ledger.records import CreditLine, Position
from domain.ledger.settling import Net
from domain.money import COUNTER_MAX
from domain.store.queries.reader import Reader, bounded
from domain.store.statements import NETS, POSITIONS, SETTLEMENTS

# "+" keeps SQLite from ix_obligation_period_currency_debtor_seq_n, by which each line is looked up
# in the table: so many take as long as some millions that are passed over in the table's own
# order. PostgreSQL goes by its statistics.
LOOKED_UP_MAX = 200_000
# On its way a sum may pass 2^63, where SQLite stops with an error of its own; PostgreSQL goes on.
_HALVES = "SUM(amount >> 32), SUM(amount & 4294967295)"

Windows = dict[str, list[int] | str]  # the parameters of a statement over windows of one currency


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


def netted_pairs(
    connection: Connection,
    periods: Sequence[int],
    currency: str,
    looked_up_max: int = LOOKED_UP_MAX,
) -> list[tuple[str, str, int]]:
    """Return (debtor, creditor, sum) over windows of a currency, by debtor and creditor.

    The database adds up: a row for each pair comes out, however many obligations there are. More
    than ``looked_up_max`` lines are not reached by an index.

    Raises:
        StoreError: ``SUM_TOO_LARGE`` where a pair's sum is 2^62 or more.
    """
    windows: Windows = {"periods": list(periods), "currency": currency}
    aside, sums = "", "0, SUM(amount)"
    if connection.dialect.name == "sqlite":
        sums = _HALVES
        if _more_than(connection, looked_up_max, windows):
            aside = "+"
    # Neither an order nor a cursor is asked for: PostgreSQL would go through the index for the one,
    # and do without its parallel workers for the other. The pairs are few.
    rows = connection.execute(
        text(
            f"SELECT debtor, creditor, {sums} FROM obligation"
            f" WHERE {aside}period IN :periods AND {aside}currency = :currency"
            " GROUP BY debtor, creditor"
        ).bindparams(bindparam("periods", expanding=True)),
        windows,
    )
    found: list[tuple[str, str, int]] = []
    for debtor, creditor, upper, lower in rows:
        amount = (int(upper) << 32) + int(lower)
        if amount >= COUNTER_MAX:
            facts = {"debtor": debtor, "creditor": creditor, "currency": currency}
            raise StoreError("SUM_TOO_LARGE", **facts, sum=str(amount))
        found.append((debtor, creditor, amount))
    return sorted(found)


def _more_than(connection: Connection, limit: int, windows: Windows) -> bool:
    # ix_obligation_period_currency_debtor_seq_n alone: no line is looked up.
    counted = text(
        "SELECT COUNT(*) FROM (SELECT 1 FROM obligation"
        " WHERE period IN :periods AND currency = :currency LIMIT :limit)"
    ).bindparams(bindparam("periods", expanding=True))
    found: int = connection.execute(counted, {**windows, "limit": limit + 1}).scalar_one()
    return found > limit


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


def exposures(connection: Connection) -> dict[tuple[str, str], int]:
    """Return debits less credits by (partner, currency) over windows not yet settled.

    What was matched or drawn in settlements that are not over is taken off. Below 0: is owed.
    """
    # Windows not settled, and settlements not over, are few.
    found: dict[tuple[str, str], int] = {}
    reader = Reader(connection)
    for partner, currency, _, debits, credits_ in reader.read(POSITIONS):
        found[partner, currency] = found.get((partner, currency), 0) + debits - credits_
    currencies = {row[0]: row[1] for row in reader.read(SETTLEMENTS)}
    for row in reader.read(NETS):
        net = Net(*row)
        key = (net.partner, currencies[net.settlement])
        found[key] = found.get(key, 0) - net.matched
    return found


def credit_lines(connection: Connection) -> list[CreditLine]:
    """Return what every partner may owe, by partner and currency."""
    rows = connection.execute(
        text(
            "SELECT partner, currency, prefund, cap, reserved FROM credit_line"
            " ORDER BY partner, currency"
        )
    )
    return [CreditLine(*row) for row in rows]
