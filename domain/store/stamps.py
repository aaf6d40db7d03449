"""Time stamps of checkpoints, beside the log: one for each size, never replaced."""

from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from domain.store.engine import unreachable, writing


class Stamp(NamedTuple):
    """A checkpoint's exact text, and what an authority answered to it.

    ``time`` is the stamp's own, in microseconds since 1970; ``response`` is DER (RFC 3161).
    """

    size: int
    time: int
    note: str
    response: bytes


def keep(engine: Engine, stamp: Stamp) -> bool:
    """Keep a stamp; tell whether it is the first of its size, which stays.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    try:
        with writing(engine) as connection:
            # pk_log_stamp; both databases take the same form.
            done = connection.execute(
                text(
                    "INSERT INTO log_stamp (size, time, note, response)"
                    " VALUES (:size, :time, :note, :response) ON CONFLICT (size) DO NOTHING"
                ),
                stamp._asdict(),
            )
            return bool(done.rowcount)
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error


def newest(connection: Connection) -> Stamp | None:
    """Return the stamp of the largest size; None where nothing was stamped yet."""
    found = sizes(connection, 1)
    return of_size(connection, found[0]) if found else None


def of_size(connection: Connection, size: int) -> Stamp | None:
    """Return the stamp of a size; None where there is none."""
    # pk_log_stamp
    row = connection.execute(
        text("SELECT size, time, note, response FROM log_stamp WHERE size = :size"), {"size": size}
    ).one_or_none()
    return None if row is None else Stamp(row.size, row.time, row.note, bytes(row.response))


def sizes(connection: Connection, last: int) -> list[int]:
    """Return the sizes of the ``last`` stamps, smallest first."""
    # pk_log_stamp
    rows = connection.execute(
        text("SELECT size FROM log_stamp ORDER BY size DESC LIMIT :last"), {"last": last}
    )
    return sorted(row.size for row in rows)


def up_to(connection: Connection, size: int) -> list[Stamp]:
    """Return the stamps of this size and smaller ones: one an hour is nine thousand a year."""
    # pk_log_stamp
    rows = connection.execute(
        text("SELECT size, time, note, response FROM log_stamp WHERE size <= :size ORDER BY size"),
        {"size": size},
    )
    return [Stamp(row.size, row.time, row.note, bytes(row.response)) for row in rows]
