"""Transfers: pages of one book or of the network, newest first; their legs and lot uses."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.model import Leg
from domain.store.queries.reader import Reader, bounded
from domain.store.statements import LEGS, USES

_COLUMNS = (
    "owner, id, seq, kind, actor, original, part, hold, contract, quote, consent, acceptor,"
    " reason, effective_at, received_at, recorded_at"
)
NEWEST = 2**62  # above every sequence: a page that begins at the newest


class Transfer(NamedTuple):
    """A transfer's row in one book; instants in microseconds, "" and 0 for none."""

    owner: str
    id: str
    seq: int
    kind: str
    actor: str
    original: str
    part: int
    hold: str
    contract: str
    quote: str
    consent: str
    acceptor: str
    reason: str
    effective_at: int
    received_at: int
    recorded_at: int


class Use(NamedTuple):
    """What a transfer did with an older lot: take, give, pin or unpin, in minor units."""

    lot_seq: int
    lot_n: int
    action: str
    amount: int


def one(connection: Connection, owner: str, id: str) -> Transfer | None:
    """Return a transfer of a book."""
    # ix_transfer_id
    row = connection.execute(
        text(f"SELECT {_COLUMNS} FROM transfer WHERE owner = :owner AND id = :id"),
        {"owner": owner, "id": id},
    ).one_or_none()
    return None if row is None else Transfer(*row)


def of_book(connection: Connection, owner: str, first: int, before: int = NEWEST) -> list[Transfer]:
    """Return a book's ``first`` newest transfers below the sequence ``before``."""
    # ix_transfer_book
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM transfer WHERE owner = :owner AND seq < :before"
            " ORDER BY seq DESC LIMIT :first"
        ),
        {"owner": owner, "before": before, "first": bounded(first)},
    )
    return [Transfer(*row) for row in rows]


def of_network(
    connection: Connection, first: int, before: tuple[int, str] = (NEWEST, "")
) -> list[Transfer]:
    """Return the network's newest transfers below ``before`` (sequence, owner).

    A gift has a row in each of its two books.
    """
    # pk_transfer
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM transfer"
            " WHERE seq <= :seq AND (seq < :seq OR owner < :owner)"
            " ORDER BY seq DESC, owner DESC LIMIT :first"
        ),
        {"seq": before[0], "owner": before[1], "first": bounded(first)},
    )
    return [Transfer(*row) for row in rows]


def at(connection: Connection, seq: int) -> list[Transfer]:
    """Return the rows of the transfer that the entry ``seq`` recorded, one a book."""
    # pk_transfer
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM transfer WHERE seq = :seq ORDER BY owner"), {"seq": seq}
    )
    return [Transfer(*row) for row in rows]


def legs(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Leg]]:
    """Return the legs of transfers by (owner, transfer), in their order."""
    rows = sorted(Reader(connection).read(LEGS, list(dict.fromkeys(keys))), key=lambda row: row[2])
    found: dict[tuple[str, str], list[Leg]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), []).append(Leg(row[0], *row[3:]))
    return found


def uses(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Use]]:
    """Return the lot uses of transfers by (owner, transfer), in their order."""
    rows = sorted(Reader(connection).read(USES, list(dict.fromkeys(keys))), key=lambda row: row[2])
    found: dict[tuple[str, str], list[Use]] = {}
    for row in rows:
        found.setdefault((row[0], row[1]), []).append(Use(*row[3:]))
    return found


def reversals(connection: Connection, owner: str, original: str) -> list[Transfer]:
    """Return the reversals of a transfer, oldest first."""
    # ix_transfer_original
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM transfer"
            " WHERE owner = :owner AND original = :original AND original <> '' ORDER BY seq"
        ),
        {"owner": owner, "original": original},
    )
    return [Transfer(*row) for row in rows]
