"""`dure migrate`: bring the database to this program's schema."""

from __future__ import annotations

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(*, home: Home = None, json: Json = False) -> int:
    """Bring the database to this program's schema; safe to repeat, and to run twice at once."""
    from api.bootstrap import DATABASE, NetworkError, database_url
    from api.config import read_settings
    from domain.store.engine import open_engine
    from domain.store.migration import current, migrate

    out = Output(as_json=json)
    settings = read_settings(home=home)
    if settings.database_url is None:
        if not settings.home.is_dir():
            code = "HOME_NOT_A_FOLDER" if settings.home.exists() else "HOME_MISSING"
            raise NetworkError(code, path=str(settings.home))
        if not (settings.home / DATABASE).is_file():
            # SQLite would make an empty one wherever it is told to.
            raise NetworkError("DATABASE_MISSING", path=str(settings.home / DATABASE))
    engine = open_engine(database_url(settings.home, settings))
    try:
        before = current(engine)
        after = migrate(engine)
    finally:
        engine.dispose()
    moved = f"Migrated from {before or 'an empty database'} to {after}."
    out.say(f"Schema {after}; nothing to do." if before == after else moved)
    out.result({"before": before, "after": after})
    return GOOD
