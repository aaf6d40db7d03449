"""Notes that gather cosignatures: the published checkpoint, and handovers from key to key."""

from collections.abc import Callable

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StoreError
from domain.store.engine import unreachable, writing

Join = Callable[[str, str], str]  # of two notes of one size, the kept one first, what is kept now

TRIES = 10  # each one is lost to another process that was quicker, which publishes once a second


def publish(engine: Engine, size: int, note: str, join: Join) -> bool:
    """Put a checkpoint of ``size`` entries in the place of a smaller one; tell whether it stands.

    Several processes may publish at once, each by a policy of its own. Of equal size ``join`` says
    what is kept, so that no cosignature is lost that came to another of them.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    return _put(engine, size, note, join, "SELECT size, note FROM log_published WHERE id = 1")


def add_cosignatures(engine: Engine, size: int, note: str, join: Join) -> bool:
    """Join a note with the published one if that is of this size; tell whether it was.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    selected = f"SELECT size, note FROM log_published WHERE id = 1 AND size = {size:d}"
    return _put(engine, size, note, join, selected, insert=False)


def _put(
    engine: Engine, size: int, note: str, join: Join, selected: str, *, insert: bool = True
) -> bool:
    try:
        for _ in range(TRIES):
            with writing(engine) as connection:
                # pk_log_published
                row = connection.execute(text(selected)).one_or_none()
                if row is None and not insert:
                    return False
                if row is not None and row.size > size:
                    return False
                if row is None:
                    done = _insert(connection, size, note)
                else:
                    joined = join(row.note, note) if row.size == size else note
                    done = _replace(connection, (row.size, row.note), (size, joined))
                if done:
                    return True
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
    raise StoreError("DATABASE_UNREACHABLE", path=str(engine.url), reason="written all the time")


def _insert(connection: Connection, size: int, note: str) -> bool:
    # pk_log_published; both databases take the same form.
    done = connection.execute(
        text(
            "INSERT INTO log_published (id, size, note) VALUES (1, :size, :note)"
            " ON CONFLICT (id) DO NOTHING"
        ),
        {"size": size, "note": note},
    )
    return bool(done.rowcount)


def _replace(connection: Connection, old: tuple[int, str], new: tuple[int, str]) -> bool:
    """Replace what was read, unless another process has done so since."""
    # pk_log_published
    done = connection.execute(
        text(
            "UPDATE log_published SET size = :size, note = :note"
            " WHERE id = 1 AND size = :old_size AND note = :old_note"
        ),
        {"size": new[0], "note": new[1], "old_size": old[0], "old_note": old[1]},
    )
    return bool(done.rowcount)


def withdraw(engine: Engine, size: int, note: str) -> None:
    """Put a bare checkpoint in the place of a published one that is no larger, if there is one.

    Whoever serves the newest checkpoint, cosigned or not, leaves this behind: a policy that comes
    back later must not serve what was published before.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    try:
        with writing(engine) as connection:
            # pk_log_published
            connection.execute(
                text(
                    "UPDATE log_published SET size = :size, note = :note"
                    " WHERE id = 1 AND size <= :size"
                ),
                {"size": size, "note": note},
            )
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error


def cosign_handover(engine: Engine, size: int, note: str, join: Join) -> None:
    """Join a handover checkpoint with one that bears more cosignatures.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    try:
        for _ in range(TRIES):
            with writing(engine) as connection:
                # pk_log_handover
                found = connection.execute(
                    text("SELECT note FROM log_handover WHERE size = :size"), {"size": size}
                ).scalar_one_or_none()
                if found is None:
                    return
                done = connection.execute(
                    text("UPDATE log_handover SET note = :note WHERE size = :size AND note = :old"),
                    {"note": join(found, note), "size": size, "old": found},
                )
                if done.rowcount:
                    return
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
