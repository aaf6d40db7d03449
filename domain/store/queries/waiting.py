"""Bank lines that wait for a person, with what the bank says of them beside the log."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, text

from domain.ledger.waiting import WaitingLine
from domain.store.queries.reader import bounded
from domain.store.statements import WaitingRow

_SELECT = (
    "SELECT COALESCE(f.text, '') AS told, w.statement, w.line, w.reference, w.currency, w.amount,"
    " w.reason, w.note, w.state, w.outcome, w.settlement, w.seq, w.closed_seq"
    " FROM bank_waiting w LEFT JOIN free_text f ON f.seq = w.seq AND w.note <> ''"
)


class Told(NamedTuple):
    """A line, and what the bank says of it as JSON; empty where it is kept no more."""

    line: WaitingLine
    text: str


def page(connection: Connection, first: int, after: int) -> list[Told]:
    """Return the ``first`` lines that wait since an entry above ``after``, oldest first.

    An entry lets one line wait at most, so its number is a place in the queue.
    """
    # ix_bank_waiting_state_seq, pk_free_text
    rows = connection.execute(
        text(f"{_SELECT} WHERE w.state = 'WAITING' AND w.seq > :after ORDER BY w.seq LIMIT :first"),
        {"after": after, "first": bounded(first)},
    )
    return [_told(row) for row in rows]


def begun(connection: Connection, digits: str, line: int) -> list[Told]:
    """Return two at most of the waiting lines of this number whose statement begins so."""
    # pk_bank_waiting: hex digits end before "g"
    rows = connection.execute(
        text(
            f"{_SELECT} WHERE w.statement >= :digits AND w.statement < :end AND w.line = :line"
            " AND w.state = 'WAITING' LIMIT 2"
        ),
        {"digits": digits, "end": f"{digits}g", "line": line},
    )
    return [_told(row) for row in rows]


def one(connection: Connection, statement: str, line: int) -> Told | None:
    """Return a line that waits or waited; None where there is none."""
    # pk_bank_waiting, pk_free_text
    row = connection.execute(
        text(f"{_SELECT} WHERE w.statement = :statement AND w.line = :line"),
        {"statement": statement, "line": line},
    ).one_or_none()
    return None if row is None else _told(row)


def _told(row: Sequence[object]) -> Told:
    columns = cast("WaitingRow", tuple(row[1:]))
    return Told(WaitingLine(*columns), str(row[0]))
