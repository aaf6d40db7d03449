"""`dure migrate`: bring the database to this program's schema, or back to an older one."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import Home, Json
from api.cli.output import GOOD, Output


def run(
    *,
    home: Home = None,
    to: Annotated[
        str | None, typer.Option(help="Revision to end at, older or newer; the latest.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Say where the database stands, and change nothing.")
    ] = False,
    json: Json = False,
) -> int:
    """Bring the database to this program's schema; safe to repeat, and to run twice at once.

    Make a backup first, and stop every server: what a newer schema alone can hold, an older one
    loses.
    """
    from api.bootstrap import NetworkError, database_url
    from api.config import DATABASE, read_settings
    from domain.store.engine import open_engine
    from domain.store.migration import migrate
    from domain.store.revision import current, revisions

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
        after = before if show else migrate(engine, to)
    finally:
        engine.dispose()
    known = revisions()
    if show:
        out.say(f"The database is at {before or 'no schema yet'}; this program's is {known[-1]}.")
        out.say(f"Revisions: {' '.join(known)}")
    elif before == after:
        out.say(f"Schema {after}; nothing to do.")
    else:
        out.say(f"Migrated from {before or 'an empty database'} to {after}.")
    out.result({"before": before, "after": after, "latest": known[-1], "revisions": [*known]})
    return GOOD
