"""Bringing a database to this program's schema. Revisions lie in ``migrations/``, beside this file.

Two processes that start at once must not clash: the one that comes second waits for the first
one's transaction, then finds nothing left to do.
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


def migrate(engine: Engine) -> str:
    """Bring the schema to its latest revision, in one transaction; return that revision.

    Raises:
        StoreError: ``SCHEMA_NEWER`` where a later program has been here, ``DATABASE_UNREACHABLE``.
    """
    config = _config()
    latest = ScriptDirectory.from_config(config).get_current_head() or ""
    try:
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                # SQLite's BEGIN IMMEDIATE has done this already.
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            found = _revision(connection)
            _refuse_newer(found, config)
            if found != latest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DBAPIError as error:
        raise unreachable(error, engine.url) from error
    return latest


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
    config = _config()
    found = current(engine)
    latest = ScriptDirectory.from_config(config).get_current_head() or ""
    if found == "":
        raise StoreError("SCHEMA_MISSING", expected=latest)
    _refuse_newer(found, config)
    if found != latest:
        raise StoreError("SCHEMA_OLDER", found=found, expected=latest)


def _refuse_newer(found: str, config: Config) -> None:
    revisions = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in revisions:
        raise StoreError("SCHEMA_NEWER", found=found)


def _revision(connection: Connection) -> str:
    return MigrationContext.configure(connection).get_current_revision() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
