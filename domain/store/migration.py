"""Bringing a database to this program's schema. Revisions lie in ``migrations/``, beside this file.

Two processes that start at once must not clash: the one that comes second waits for the first
one's transaction, then finds nothing left to do.

A server does not migrate: `dure migrate` does, when its operator has made a backup and stopped the
processes of the older program, which could no longer write. Until then a server refuses to start.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StoreError
from domain.store.engine import reading, unreachable, writing

_LOCK = 0x44757265  # an advisory lock's number: "Dure" in ASCII


REASON_MAX = 200  # letters of a driver's message; one line
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, to: str | None = None, *, scripts: Path = SCRIPTS) -> str:
    """Bring the schema to a revision, forward or back, in one transaction; return that revision.

    Args:
        engine: the database.
        to: one of ``revisions``; by default the latest.
        scripts: where the revisions lie.

    Raises:
        StoreError: ``REVISION_UNKNOWN``; ``SCHEMA_NEWER`` where a later program has been here;
            ``MIGRATION_FAILED``; ``DATABASE_UNREACHABLE``. Whatever is raised, the schema is as it
            was.
    """
    config = _config(scripts)
    known = revisions(scripts)
    wanted = known[-1] if to is None else to
    if wanted not in known:
        raise StoreError("REVISION_UNKNOWN", revision=wanted, known=" ".join(known))
    try:
        # A revision may write every row of a table anew; that takes what it takes.
        with writing(engine, None) as connection:
            if engine.dialect.name == "postgresql":
                # SQLite's BEGIN IMMEDIATE has done this already.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            found = _revision(connection)
            _refuse_newer(found, known)
            config.attributes["connection"] = connection
            _step(config, found, wanted, known)
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
    return wanted


def _step(config: Config, found: str, wanted: str, known: list[str]) -> None:
    try:
        if not found or known.index(found) < known.index(wanted):
            command.upgrade(config, wanted)
        elif found != wanted:
            command.downgrade(config, wanted)
    except DBAPIError as error:
        reason = str(error.orig)[:REASON_MAX]
        raise StoreError("MIGRATION_FAILED", revision=wanted, reason=reason) from error


def revisions(scripts: Path = SCRIPTS) -> list[str]:
    """Return every revision that this program knows, the first one first."""
    walked = ScriptDirectory.from_config(_config(scripts)).walk_revisions()
    return [script.revision for script in walked][::-1]


def current(engine: Engine) -> str:
    """Return the database's revision, empty where it was never migrated."""
    with reading(engine) as connection:
        return _revision(connection)


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
    _refuse_newer(found, known)
    if found != known[-1]:
        raise StoreError("SCHEMA_OLDER", found=found, expected=known[-1])


def _refuse_newer(found: str, known: list[str]) -> None:
    if found and found not in known:
        raise StoreError("SCHEMA_NEWER", found=found, latest=known[-1])


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config(scripts: Path) -> Config:
    config = Config()
    # A percent sign would begin an interpolation.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
