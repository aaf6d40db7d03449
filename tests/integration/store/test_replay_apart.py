"""A replay in another process: it says how far it is, and its end is noticed."""

import multiprocessing

import pytest

from api.replay_apart import replay_apart
from domain.errors import StoreError
from tests.integration.store.world import World


def test_a_replay_apart_finds_what_one_here_would(world: World) -> None:
    """The other process tells its progress up to the whole log, and finds nothing."""
    url = world.engine.url.render_as_string(hide_password=False)
    told: list[int] = []
    with replay_apart() as apart:
        apart.begin(url, 1, told.append)
        seen = apart.wait()
    assert (seen.entries, seen.breaches) == (told[-1], [])
    assert seen.entries > len(world.members)


def test_a_replay_ended_from_outside_is_told(sqlite_url: str) -> None:
    """A process that was killed is not waited for, nor taken for a good answer."""
    with replay_apart() as apart:
        apart.begin(sqlite_url, 1, lambda _: None)
        (process,) = multiprocessing.active_children()
        process.kill()
        with pytest.raises(StoreError, match="CHECK_INTERRUPTED"):
            apart.wait()


def test_what_a_replay_met_is_raised_here(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database that is none is named by whoever waits."""
    nowhere = tmp_path_factory.mktemp("home") / "nowhere" / "dure.db"
    with replay_apart() as apart:
        apart.begin(f"sqlite:///{nowhere}", 1, lambda _: None)
        with pytest.raises(StoreError, match="DATABASE_DIRECTORY_MISSING"):
            apart.wait()


def test_a_replay_never_begun_ends_at_once() -> None:
    """A process that was started in vain does not outlive its block."""
    with replay_apart():
        (process,) = multiprocessing.active_children()
    assert not process.is_alive()
