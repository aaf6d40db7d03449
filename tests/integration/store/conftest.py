"""Networks on each kind of database, closed when their test is over."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.store.world import World, furnished_world, open_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A furnished network with two members."""
    made = furnished_world(database_url)
    yield made
    made.close()


@pytest.fixture
def reopened(world: World, database_url: str) -> Iterator[Callable[[], World]]:
    """A way to open the network once more, as another process or after a restart."""
    opened: list[World] = []

    def reopen() -> World:
        again = open_world(database_url, world.clock)
        again.members = world.members
        opened.append(again)
        return again

    yield reopen
    for one in opened:
        one.close()
