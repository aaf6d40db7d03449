"""Furnished networks to measure in, and twins of their databases for whoever writes beside them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from tests import postgres
from tests.integration.store.world import World, furnished_world, open_world

MEMBERS = 2_000
PLENTY = 10**9  # minor units of AIR a member: no measurement spends it
BATCH = 500


def endowed(url: str, members: int = MEMBERS) -> World:
    """Found a network whose members can exchange as long as anybody measures."""
    world = furnished_world(url, members)
    for start in range(0, members, BATCH):
        world.must(*(world.issue(one, PLENTY) for one in world.members[start : start + BATCH]))
    return world


def reopened(world: World, url: str) -> World:
    """Open another database with the same members, at the same time of its clock."""
    other = open_world(url, world.clock)
    other.members = world.members
    return other


@contextmanager
def sqlite_twin(members: int = MEMBERS) -> Iterator[tuple[World, Path]]:
    """Lend a furnished network on SQLite, and the path of a database equal to it."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        path, twin = Path(folder) / "ours.sqlite3", Path(folder) / "twin.sqlite3"
        furnished = endowed(f"sqlite:///{path}", members)
        furnished.close()
        shutil.copy(path, twin)
        with closing(reopened(furnished, f"sqlite:///{path}")) as world:
            yield world, twin


@contextmanager
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """Lend a server that keeps what it acknowledges; raises PostgresMissingError."""
    postgres.binaries()
    with tempfile.TemporaryDirectory(prefix="dure-pg-") as folder:
        root = Path(folder)
        postgres.initialise(root)
        try:
            yield postgres.start(root)
        finally:
            postgres.stop(root)


@contextmanager
def postgres_twin(
    server: postgres.PostgresServer, members: int = MEMBERS
) -> Iterator[tuple[World, str]]:
    """Lend a furnished network on PostgreSQL, and the name of a database equal to it."""
    furnished = endowed(server.url(server.create_database()), members)
    url = furnished.engine.url.render_as_string(hide_password=False)
    furnished.close()
    twin = server.copy_database(str(make_url(url).database))
    with closing(reopened(furnished, url)) as world:
        yield world, twin
