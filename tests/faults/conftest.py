"""Networks to break, and a PostgreSQL of one's own to stop."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres as pg
from tests.faults.stand import Stands


@pytest.fixture(params=["sqlite", "postgresql"])
def stands(request: pytest.FixtureRequest, tmp_path: Path) -> Stands:
    """Networks on each kind of database, as many as a test asks for."""
    server: pg.PostgresServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
    return Stands(tmp_path, request.param, server)


@pytest.fixture
def sqlite_stands(tmp_path: Path) -> Stands:
    """Networks on SQLite."""
    return Stands(tmp_path, "sqlite", None)


@pytest.fixture
def own_postgres(postgres_server: pg.PostgresServer) -> Iterator[pg.PostgresServer]:
    """A PostgreSQL that keeps what it acknowledges, for one test to stop and kill."""
    assert postgres_server.root.is_dir()  # PostgreSQL is here, else this test was skipped
    root = Path(tempfile.mkdtemp(prefix="dure-pg-"))
    try:
        pg.initialise(root)
        yield pg.start(root)
    finally:
        pg.stop(root)
        shutil.rmtree(root)
