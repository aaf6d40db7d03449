"""What every test may ask for: a database of each kind, and the one server behind them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import postgres as pg

# A property says what is true, not how fast: a busy machine must not make it fail.
# Half of Hypothesis's own number of examples: every run draws others. DURE_PROPERTY=full is long.
FULL = os.environ.get("DURE_PROPERTY") == "full"
settings.register_profile("dure", deadline=None, max_examples=2_000 if FULL else 50)
settings.load_profile("dure")

# CI sets it to `required`: a missing PostgreSQL is then a failure, not a skip.
POSTGRES_WANTED = "DURE_TEST_POSTGRES"
# What people read follows the machine's language; tests read English on every machine.
os.environ["DURE_LANG"] = "en"
_root = pytest.StashKey[Path]()
_run_pid = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Let all workers of a run know the same directory and the process that owns it."""
    given: dict[str, str] | None = getattr(config, "workerinput", None)
    if given is None:
        config.stash[_root] = Path(tempfile.mkdtemp(prefix="dure-pg-"))
        config.stash[_run_pid] = os.getpid()
    else:
        config.stash[_root] = Path(given["postgres_root"])
        config.stash[_run_pid] = int(given["postgres_run"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Hand the directory to a worker that pytest-xdist is about to start."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]  # xdist has no types for it
    given: dict[str, str] = node.workerinput  # type: ignore[attr-defined]  # the same
    given["postgres_root"] = str(config.stash[_root])
    given["postgres_run"] = str(config.stash[_run_pid])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server where it was thought of; a worker leaves it alone."""
    if config.stash.get(_run_pid, None) == os.getpid():
        root = config.stash[_root]
        try:
            pg.stop(root)
        finally:
            shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> pg.PostgresServer:
    """The run's PostgreSQL; a visible skip where none is installed."""
    try:
        return pg.start_once(pytestconfig.stash[_root], pytestconfig.stash[_run_pid])
    except pg.PostgresMissingError as missing:
        if os.environ.get(POSTGRES_WANTED) == "required":
            pytest.fail(f"{POSTGRES_WANTED}=required, but {missing}")
        pytest.skip(f"PostgreSQL is not installed: {missing}")


@pytest.fixture
def postgres_url(postgres_server: pg.PostgresServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with pg.database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'dure.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn: what holds on one must hold on the other."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(fixture)
    return url
