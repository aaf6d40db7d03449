"""Notes that gather cosignatures: the published checkpoint, and handovers from key to key."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from domain.store.engine import unreachable, writing


def publish(engine: Engine, size: int, note: str) -> bool:
    """Put a checkpoint of ``size`` entries in the place of a smaller one; tell whether it stands.

    Several processes may publish at once. One of equal size replaces the last, so that cosignatures
    that came late are kept.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    try:
        with writing(engine) as connection:
            # pk_log_published; both databases take the same form of insert or replace.
            done = connection.execute(
                text(
                    "INSERT INTO log_published (id, size, note) VALUES (1, :size, :note)"
                    " ON CONFLICT (id) DO UPDATE SET size = excluded.size, note = excluded.note"
                    " WHERE log_published.size <= excluded.size"
                ),
                {"size": size, "note": note},
            )
            return bool(done.rowcount)
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error


def cosign_handover(engine: Engine, size: int, note: str) -> None:
    """Put a handover checkpoint with cosignatures in the place of the one without.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    try:
        with writing(engine) as connection:
            # pk_log_handover
            connection.execute(
                text("UPDATE log_handover SET note = :note WHERE size = :size"),
                {"size": size, "note": note},
            )
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
