"""Migrations with data in every table, forward and back, over every revision there is."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, select

from api.bootstrap import open_network
from api.checkup import check_up
from domain.errors import StoreError
from domain.store import migration, revision
from domain.store.engine import open_engine
from tests.releases.homes import RELEASES, contents, put, recorded

Columns = dict[str, list[dict[str, object]]]

# A revision after the last one: a column with data that goes, a table that comes, both ways.
STEP = '''
"""A step further."""

import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{last}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("display_name", sa.Column("note", sa.Text(), nullable=False, server_default="x"))
    op.create_table("later", sa.Column("id", sa.BigInteger(), primary_key=True))


def downgrade() -> None:
    op.drop_table("later")
    op.drop_column("display_name", "note")
'''
BROKEN = STEP.replace(
    'op.create_table("later"',
    'op.execute("UPDATE no_such_table SET x = 1")\n    op.create_table("later"',
)


def shared(one: Columns, other: Columns) -> tuple[Columns, Columns]:
    """Return both with the tables and columns alone that stand in both."""

    def cut(rows: list[dict[str, object]], names: set[str]) -> list[dict[str, object]]:
        kept = [{name: row[name] for name in sorted(names)} for row in rows]
        return sorted(kept, key=repr)

    left: Columns = {}
    right: Columns = {}
    for table in sorted(one.keys() & other.keys()):
        names = set(one[table][0]) & set(other[table][0]) if one[table] and other[table] else set()
        left[table], right[table] = cut(one[table], names), cut(other[table], names)
    return left, right


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The program's revisions in a folder of the test's own."""
    return Path(shutil.copytree(revision.SCRIPTS, tmp_path / "100% scratch"))


def add(scripts: Path, step: str) -> None:
    """Put one more revision after the last."""
    last = revision.revisions(scripts)[-1]
    (scripts / "versions" / "9001_step.py").write_text(step.replace("{last}", last))


def fill(engine: Engine) -> None:
    """Put a row into each table that is empty: those that came after the recorded release."""
    values = {"INTEGER": 1, "BIGINT": 1, "BLOB": b"x", "BYTEA": b"x"}
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if connection.execute(select(table).limit(1)).first() is None:
                row = {c.name: values.get(str(c.type), "x") for c in table.columns}
                connection.execute(table.insert().values(row))


def walk(url: str, scripts: Path) -> None:
    """Go from the last revision back to each and forward again; nothing that both have changes."""
    known = revision.revisions(scripts)
    engine = open_engine(url)
    try:
        migration.migrate(engine, scripts=scripts)
        fill(engine)
        before = contents(engine)
        assert all(before[table] for table in before)
        for each in reversed(known):
            migration.migrate(engine, each, scripts=scripts)
            assert revision.current(engine) == each
            there = contents(engine)
            older, newer = shared(there, before)
            assert older == newer
            migration.migrate(engine, scripts=scripts)
            assert revision.current(engine) == known[-1]
            # A table that a later revision brings goes with it; every other keeps its rows.
            after = {name: rows for name, rows in contents(engine).items() if name in there}
            kept, first = shared(after, before)
            assert kept == first
            assert contents(engine).keys() == before.keys()
    finally:
        engine.dispose()


def test_every_revision_is_left_and_reached_with_data(tmp_path: Path, database_url: str) -> None:
    """Back to each revision and forward again every shared value stands, and doctor is content."""
    settings = put(recorded(RELEASES[-1]), tmp_path, database_url)
    walk(database_url, revision.SCRIPTS)
    network = open_network(settings.home, settings)
    try:
        assert check_up(network, lambda _: None).breaches == []
    finally:
        network.close()


def test_a_step_with_a_column_and_a_table_is_walked(
    tmp_path: Path, scripts: Path, database_url: str
) -> None:
    """The walk above steps between revisions: with one more, both ways are gone."""
    put(recorded(RELEASES[-1]), tmp_path, database_url)
    add(scripts, STEP)
    walk(database_url, scripts)
    engine = open_engine(database_url)
    try:
        assert {row["note"] for row in contents(engine)["display_name"]} == {"x"}
        with pytest.raises(StoreError, match="SCHEMA_NEWER found=9001"):
            revision.require(engine)
    finally:
        engine.dispose()


def test_a_step_that_fails_changes_nothing(
    tmp_path: Path, scripts: Path, database_url: str
) -> None:
    """A revision that fails midway leaves schema, revision and rows as they were."""
    put(recorded(RELEASES[-1]), tmp_path, database_url)
    engine = open_engine(database_url)
    try:
        migration.migrate(engine)
        before = contents(engine)
        add(scripts, BROKEN)
        with pytest.raises(StoreError, match="MIGRATION_FAILED"):
            migration.migrate(engine, scripts=scripts)
        assert contents(engine) == before
        revision.require(engine)
    finally:
        engine.dispose()


def test_a_revision_that_is_none_is_named(database_url: str) -> None:
    """A revision nobody wrote is REVISION_UNKNOWN with those there are, and makes no table."""
    engine = open_engine(database_url)
    try:
        with pytest.raises(StoreError, match="REVISION_UNKNOWN revision=base known=0001"):
            migration.migrate(engine, "base")
        assert revision.current(engine) == ""
    finally:
        engine.dispose()
