"""What partners owe one another: sums by pair, positions and credit lines."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from domain.errors import StoreError
from domain.ledger.records import CreditLine, Position
from domain.ledger.settling import Net
from domain.money import COUNTER_MAX
from domain.store.queries.reader import Reader
from domain.store.statements import NETS, POSITIONS, SETTLEMENTS

# A sum may pass 2^63 on its way, where SQLite stops with an error of its own; PostgreSQL goes on.
_HALVES = "SUM(amount >> 32), SUM(amount & 4294967295)"


class PairSum(NamedTuple):
    """What ``debtor`` owes ``creditor`` in a window, and over how many lines."""

    debtor: str
    creditor: str
    amount: int
    lines: int


def pair_sums(connection: Connection, period: int, currency: str) -> list[PairSum]:
    """Return a window's obligations summed by debtor and creditor, in that order."""
    # ix_obligation_pair alone, in its order
    rows = connection.execute(
        text(
            "SELECT debtor, creditor, SUM(amount) AS amount, COUNT(*) AS lines"
            " FROM obligation WHERE period = :period AND currency = :currency"
            " GROUP BY debtor, creditor ORDER BY debtor, creditor"
        ),
        {"period": period, "currency": currency},
    )
    return [
        PairSum(debtor, creditor, int(amount), int(lines))
        for debtor, creditor, amount, lines in rows
    ]


def netted_pairs(
    connection: Connection, periods: Sequence[int], currency: str
) -> list[tuple[str, str, int]]:
    """Return (debtor, creditor, sum) over windows of a currency, by debtor and creditor.

    The database adds up: as many rows as there are pairs come out, on SQLite of each window,
    however many obligations there are.

    Raises:
        StoreError: ``SUM_TOO_LARGE`` where a pair's sum is 2^62 or more.
    """
    window, sums = "", "0, SUM(amount)"
    if connection.dialect.name == "sqlite":
        # ix_obligation_pair alone, in its order: a window at a time there is nothing to sort.
        window, sums = "period, ", _HALVES
    # Neither an order nor a cursor is asked for: PostgreSQL would go through the index for the one,
    # and do without its parallel workers for the other.
    rows = connection.execute(
        text(
            f"SELECT debtor, creditor, {sums} FROM obligation"
            " WHERE period IN :periods AND currency = :currency"
            f" GROUP BY {window}debtor, creditor"
        ).bindparams(bindparam("periods", expanding=True)),
        {"periods": list(periods), "currency": currency},
    )
    found: dict[tuple[str, str], int] = {}
    for debtor, creditor, upper, lower in rows:
        pair = debtor, creditor
        found[pair] = found.get(pair, 0) + (int(upper) << 32) + int(lower)
    for (debtor, creditor), amount in found.items():
        if amount >= COUNTER_MAX:
            facts = {"debtor": debtor, "creditor": creditor, "currency": currency}
            raise StoreError("SUM_TOO_LARGE", **facts, sum=str(amount))
    return sorted((*pair, amount) for pair, amount in found.items())


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
