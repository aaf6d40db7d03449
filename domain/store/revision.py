"""Which revision of the schema a database has, and whether it is this program's.

Every command looks before it does anything else, so it is told without the library that migrates:
loading that takes longer than most commands do.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from domain.errors import StoreError
from domain.store.engine import reading

SCRIPTS = Path(__file__).parent / "migrations"
TABLE = "alembic_version"

_NAME = re.compile(r"(\d{4})_\w+\.py\Z")  # of a revision's file: its number is the revision


def revisions(scripts: Path = SCRIPTS) -> list[str]:
    """Return every revision that this program knows, the first one first."""
    named = (_NAME.match(path.name) for path in (scripts / "versions").iterdir())
    return sorted(match[1] for match in named if match)


def current(engine: Engine) -> str:
    """Return the database's revision, empty where it was never migrated."""
    with reading(engine) as connection:
        return read_revision(connection)


def read_revision(connection: Connection) -> str:
    """Return the revision that a connection sees, empty where there is none."""
    if not inspect(connection).has_table(TABLE):
        return ""
    found = connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalars().all()
    return str(found[0]) if found else ""


def require(engine: Engine) -> None:
    """Refuse a database whose schema is not this program's.

    Raises:
        StoreError: ``SCHEMA_MISSING`` (run ``dure init`` or ``dure migrate``), ``SCHEMA_OLDER``
            (run ``dure migrate``) or ``SCHEMA_NEWER`` (run the newer program).
    """
    known = revisions()
    found = current(engine)
    if found == "":
        raise StoreError("SCHEMA_MISSING", expected=known[-1])
    refuse_newer(found, known)
    if found != known[-1]:
        raise StoreError("SCHEMA_OLDER", found=found, expected=known[-1])


def refuse_newer(found: str, known: list[str]) -> None:
    """Raise StoreError ``SCHEMA_NEWER`` for a revision that is none of the ``known``."""
    if found and found not in known:
        raise StoreError("SCHEMA_NEWER", found=found, latest=known[-1])
