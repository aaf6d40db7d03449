"""Homes as releases left them: recorded by `tests.releases.record`, put on either database here."""

import contextlib
import json
import lzma
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from api.bootstrap import Network, open_network
from api.config import Settings, read_settings
from domain.store.engine import open_engine, writing
from domain.store.migration import migrate

FOLDER = Path(__file__).parent
RELEASES = sorted(path.name.removesuffix(".json.xz") for path in FOLDER.glob("*.json.xz"))
VERSIONS = "alembic_version"

Recorded = dict[str, Any]


def recorded(release: str) -> Recorded:
    """Return what a release recorded."""
    found: Recorded = json.loads(lzma.decompress((FOLDER / f"{release}.json.xz").read_bytes()))
    return found


def put(release: Recorded, home: Path, database_url: str) -> Settings:
    """Put a recorded home into a folder and its database behind an address, as the release did.

    On SQLite the very statements are run; PostgreSQL gets the schema of that time and the rows.
    """
    for name, content in release["files"].items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    url = database_url
    if not url.startswith("sqlite"):
        url = f"sqlite:///{home / 'recorded.sqlite3'}"
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        database.executescript(release["sql"])
        if url != database_url:
            _carry_over(database, database_url)
    return read_settings(home=home, database_url=database_url, passphrase=release["passphrase"])


def _carry_over(recorded_: sqlite3.Connection, database_url: str) -> None:
    (revision,) = recorded_.execute(f"SELECT version_num FROM {VERSIONS}").fetchone()
    engine = open_engine(database_url)
    try:
        migrate(engine, revision)
        with writing(engine) as connection:
            for (table,) in recorded_.execute("SELECT name FROM sqlite_master WHERE type='table'"):
                cursor = recorded_.execute(f'SELECT * FROM "{table}"')
                names = [column[0] for column in cursor.description]
                rows = [dict(zip(names, row, strict=True)) for row in cursor]
                if table != VERSIONS:
                    columns = ", ".join(f'"{name}"' for name in names)
                    values = ", ".join(f":{name}" for name in names)
                    connection.execute(
                        text(f'INSERT INTO "{table}" ({columns}) VALUES ({values})'), rows
                    )
    finally:
        engine.dispose()


def migrated(settings: Settings) -> Network:
    """Migrate a home's database as `dure migrate` does, and open the network."""
    assert settings.database_url is not None
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        migrate(engine)
    finally:
        engine.dispose()
    return open_network(settings.home, settings)


def contents(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Return every table's rows as columns by name, in an order of their own."""
    found: dict[str, list[dict[str, object]]] = {}
    with engine.connect() as connection:
        for table in tables(engine):
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()
            found[table] = sorted((dict(row) for row in rows), key=repr)
    return found


def tables(engine: Engine) -> list[str]:
    """Return the names of the tables that stand in a database, but for the schema's own."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if engine.dialect.name == "postgresql":
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    with engine.connect() as connection:
        names = [name for (name,) in connection.execute(text(sql))]
    return sorted(name for name in names if name != VERSIONS)
