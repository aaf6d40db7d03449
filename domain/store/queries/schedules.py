"""The schedules by which windows close, each with the instant from which it counts."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.store.queries.reader import Reader
from domain.store.scheduled import times_of


class Scheduled(NamedTuple):
    """A currency's open window and the policy that closes it: its ``value``, its entry ``seq``.

    ``since`` is the instant of the later of its entry and the window's opening; what was due until
    then has been answered, or was never asked for.
    """

    currency: str
    period: int
    value: str
    seq: int
    since: int


def scheduled(connection: Connection, name: str) -> list[Scheduled]:
    """Return what the policies of this name close, by currency."""
    # pk_policy, its first column; windows are few, and of each currency one is open
    rows = connection.execute(
        text(
            "SELECT p.currency, w.period, p.value, p.seq, w.opened_seq FROM policy p"
            " JOIN settlement_window w ON w.currency = p.currency AND w.state = 'OPEN'"
            " WHERE p.name = :name ORDER BY p.currency"
        ),
        {"name": name},
    ).all()
    times = times_of(Reader(connection), {seq for row in rows for seq in row[3:]})
    return [
        Scheduled(currency, period, value, seq, max(times[seq], times[opened]))
        for currency, period, value, seq, opened in rows
    ]
