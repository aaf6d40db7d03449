"""Disputes with the free texts that lie beside the log."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, text

from domain.ids import is_id
from domain.ledger.disputes import Dispute
from domain.store.queries.reader import bounded
from domain.store.statements import DisputeRow

_SELECT = (
    "SELECT COALESCE(f.text, '') AS note, d.id, d.line_seq, d.line_n, d.debtor, d.creditor,"
    " d.currency, d.period, d.amount, d.stands, d.corrected, d.party, d.reason, d.note, d.state,"
    " d.outcome, d.seq, d.closed_seq FROM dispute d LEFT JOIN free_text f ON f.seq = d.seq"
)


# A page of either side, so that nobody else's are passed over.
_OF_PARTNER = " UNION ".join(
    f"SELECT seq FROM (SELECT seq FROM dispute WHERE {side} = :partner AND seq < :before"
    f" ORDER BY seq DESC LIMIT :first) {side}_page"
    for side in ("debtor", "creditor")
)


class Told(NamedTuple):
    """A dispute, and its free text; empty where it has none, or none any more."""

    dispute: Dispute
    text: str


def one(connection: Connection, id: str) -> Told | None:
    """Return a dispute; what is no id names none."""
    if not is_id(id):
        return None
    # pk_dispute, pk_free_text
    row = connection.execute(text(f"{_SELECT} WHERE d.id = :id"), {"id": id}).one_or_none()
    return None if row is None else _told(row)


def page(connection: Connection, partner: str, first: int, before: int) -> list[Told]:
    """Return the ``first`` disputes below the entry ``before``, newest first.

    They are those of lines that ``partner`` is a party of; all of them where it is empty.
    """
    # ix_dispute_seq, pk_free_text; of one partner ix_dispute_debtor_seq, ix_dispute_creditor_seq
    own = f" AND d.seq IN ({_OF_PARTNER})" if partner else ""
    rows = connection.execute(
        text(f"{_SELECT} WHERE d.seq < :before{own} ORDER BY d.seq DESC LIMIT :first"),
        {"before": before, "first": bounded(first)} | ({"partner": partner} if partner else {}),
    )
    return [_told(row) for row in rows]


def _told(row: Sequence[object]) -> Told:
    columns = cast("DisputeRow", tuple(row[1:]))
    return Told(Dispute(*columns), str(row[0]))
