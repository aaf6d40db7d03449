"""Opening and migrating databases: the same schema both ways, and a clear error otherwise."""

import multiprocessing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from domain.errors import StoreError
from domain.store import migration, revision
from domain.store.engine import open_engine, reading
from domain.store.genesis import found
from domain.store.tables import METADATA
from tests.integration.store.world import found_world, genesis


def migrate_url(url: str) -> str:
    """Migrate in a process of its own."""
    engine = open_engine(url)
    try:
        return migration.migrate(engine)
    finally:
        engine.dispose()


def test_migrations_make_the_tables_as_declared(database_url: str) -> None:
    """Migrating an empty database gives exactly the declared tables, columns and indexes."""
    engine = open_engine(database_url)
    try:
        latest = migration.migrate(engine)
        assert revision.current(engine) == latest
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    finally:
        engine.dispose()


def test_migrations_keep_sqlites_checks_and_layout(sqlite_url: str, tmp_path: Path) -> None:
    """On SQLite the migrated tables read, word for word, as the declared ones would."""
    declared = open_engine(f"sqlite:///{tmp_path / 'declared.sqlite3'}")
    migrated = open_engine(sqlite_url)
    try:
        METADATA.create_all(declared)
        migration.migrate(migrated)
        statement = text(
            "SELECT name, sql FROM sqlite_master"
            " WHERE tbl_name <> 'alembic_version' AND sql IS NOT NULL ORDER BY name"
        )
        with declared.connect() as one, migrated.connect() as other:
            expected = one.execute(statement).all()
            assert "WITHOUT ROWID" in str(expected)
            assert "typeof(amount) = 'integer'" in str(expected)
            assert other.execute(statement).all() == expected
    finally:
        declared.dispose()
        migrated.dispose()


def test_two_processes_may_migrate_at_once(database_url: str) -> None:
    """Processes that start together on an empty database all end with the latest schema."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        found = pool.map(migrate_url, [database_url] * 2)
    assert len(set(found)) == 1
    assert found[0] != ""


def test_revisions_are_told_by_their_files_as_the_library_walks_them() -> None:
    """The numbers in the files' names are the chain of revisions, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(revision.SCRIPTS))
    walked = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]
    assert revision.revisions() == walked[::-1]


def test_a_schema_of_a_later_program_is_refused(database_url: str) -> None:
    """A revision that this program does not know is SCHEMA_NEWER, and is left as it is."""
    engine = open_engine(database_url)
    try:
        migration.migrate(engine)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for check in (revision.require, migration.migrate):
            with pytest.raises(StoreError, match="SCHEMA_NEWER"):
                check(engine)
        assert revision.current(engine) == "9999"
    finally:
        engine.dispose()


def test_a_database_never_migrated_is_refused(database_url: str) -> None:
    """An empty database is SCHEMA_MISSING, and reading it leaves it empty."""
    engine = open_engine(database_url)
    try:
        with pytest.raises(StoreError, match="SCHEMA_MISSING"):
            revision.require(engine)
    finally:
        engine.dispose()


def test_a_network_is_founded_once(database_url: str) -> None:
    """A second genesis is refused with the origin that stands."""
    world = found_world(database_url)
    try:
        # Neither the second genesis nor what it says of itself is kept.
        with pytest.raises(StoreError, match=r"ALREADY_FOUNDED origin=dure\.example/test"):
            found(world.engine, genesis(), origin="other", sandbox=False, simulated=False)
    finally:
        world.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A text file is DATABASE_NOT_A_DATABASE, and keeps its bytes."""
    path = tmp_path / "notes.txt"
    path.write_text("this is not a database, whatever its name says" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="DATABASE_NOT_A_DATABASE"):
        open_engine(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:////nowhere/at/all/dure.sqlite3", "DATABASE_DIRECTORY_MISSING"),
        ("sqlite:////tmp", "DATABASE_NOT_A_DATABASE"),
        ("sqlite://", "DATABASE_URL_INVALID"),
        ("sqlite:///:memory:", "DATABASE_URL_INVALID"),
        ("mysql://root@localhost/x", "DATABASE_URL_INVALID"),
        ("", "DATABASE_URL_INVALID"),
        ("postgresql+psycopg://nobody@/none?host=/nowhere", "DATABASE_UNREACHABLE"),
    ],
)
def test_a_database_that_cannot_be_opened_says_why(url: str, code: str) -> None:
    """Each way to have no database has a code of its own."""
    with pytest.raises(StoreError, match=code):
        open_engine(url)


def test_a_password_is_not_in_the_error() -> None:
    """An unreachable server's error names the database, not the password of its address."""
    with pytest.raises(StoreError) as caught:
        open_engine("postgresql://dure:hunter2@/none?host=/nowhere")
    assert "hunter2" not in str(caught.value)


def test_a_reader_sees_one_snapshot(database_url: str) -> None:
    """What is written while a reader reads is not seen by it, and is by the next."""
    world = found_world(database_url)
    count = text("SELECT COUNT(*) FROM display_name")
    try:
        with reading(world.engine) as connection:
            before = connection.execute(count).scalar()
            with world.engine.begin() as writer:
                writer.execute(text("INSERT INTO display_name VALUES ('partner', 'AIR', '', '')"))
            assert connection.execute(count).scalar() == before == 0
        with reading(world.engine) as connection:
            assert connection.execute(count).scalar() == 1
    finally:
        world.close()
