"""What the log says is erased stays erased, whatever came back with a restored copy of a table.

Wrapped keys lie outside the log, so a backup can bring them back to a database whose log has gone
on. The log decides: at each opening the rows of erased members outside it are destroyed again.
"""

from sqlalchemy import Connection, Engine, text

from domain.store.engine import reading
from domain.store.session import open_session
from domain.store.tables import PERSONAL_TABLES


def found_again(connection: Connection) -> list[str]:
    """Return erased members of whom a key, payload or reference is there, in order."""
    # pk_erasure; pk_member_key, pk_payload, ix_member_reference_owner
    union = " UNION ".join(
        f"SELECT e.owner FROM erasure e JOIN {table} t ON t.owner = e.owner"
        for table in PERSONAL_TABLES
    )
    return sorted(connection.execute(text(union)).scalars())


def erase_again(engine: Engine) -> int:
    """Destroy what is there of erased members and return how many they were.

    Raises StoreError ``DATABASE_UNREACHABLE``.
    """
    with reading(engine) as connection:
        found = found_again(connection)
    if found:
        session = open_session(engine)
        try:
            session.begin()
            for table in PERSONAL_TABLES:
                session.delete(table, found)
            session.commit()
            session.scrub()
        finally:
            session.close()
    return len(found)
