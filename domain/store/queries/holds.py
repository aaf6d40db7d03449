"""Holds of one book."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.store.queries.reader import bounded

_COLUMNS = (
    "owner, id, unit, amount, acceptor, contract, consent, deadline, reserve, state, captured,"
    " seq, ended_seq"
)


class Hold(NamedTuple):
    """A hold's row. A PENDING one past its ``deadline`` has ended, whatever its state says yet."""

    owner: str
    id: str
    unit: str
    amount: int
    acceptor: str
    contract: str
    consent: str
    deadline: int
    reserve: str
    state: str
    captured: int
    seq: int
    ended_seq: int


def one(connection: Connection, owner: str, id: str) -> Hold | None:
    """Return a hold of a book."""
    # pk_hold
    row = connection.execute(
        text(f"SELECT {_COLUMNS} FROM hold WHERE owner = :owner AND id = :id"),
        {"owner": owner, "id": id},
    ).one_or_none()
    return None if row is None else Hold(*row)


def of_book(connection: Connection, owner: str, first: int, before: str = "g") -> list[Hold]:
    """Return a book's ``first`` holds below the id ``before``, newest first.

    Ids are UUIDv7, so they sort by birth; "g" lies above all hex digits.
    """
    # pk_hold, its first column
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM hold WHERE owner = :owner AND id < :before"
            " ORDER BY id DESC LIMIT :first"
        ),
        {"owner": owner, "before": before, "first": bounded(first)},
    )
    return [Hold(*row) for row in rows]
