"""Bringing a database to this program's schema, by the revisions in ``migrations/``.

Two processes that start at once must not clash: the one that comes second waits for the first
one's transaction, then finds nothing left to do.

A server does not migrate: `dure migrate` does, when its operator has made a backup and stopped the
processes of the older program, which could no longer write. Until then a server refuses to start.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from domain.errors import StoreError
from domain.store.engine import unreachable, writing
from domain.store.revision import SCRIPTS, read_revision, refuse_newer, revisions

_LOCK = 0x44757265  # an advisory lock's number: "Dure" in ASCII

REASON_MAX = 200  # letters of a driver's message; one line


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
            found = read_revision(connection)
            refuse_newer(found, known)
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


def _config(scripts: Path) -> Config:
    config = Config()
    # A percent sign would begin an interpolation.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
