"""`dure init` killed between the genesis and its operator's keys: run again, it finishes."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from api.bootstrap import OPERATOR_KEYS, OPERATORS, NetworkError, create_network
from domain.store.engine import reading
from domain.store.queries import reference
from tests.faults.launch import ended, launch
from tests.faults.points import Point, init_points
from tests.faults.report import Row
from tests.faults.stand import Stand
from tests.faults.work import dure
from tests.integration.store.world import ORIGIN


def init(stand: Stand, output: Path, point: Point | None = None) -> int:
    """Run `dure init` for a stand's home and return its exit status."""
    flags = ("init", "--origin", ORIGIN)
    return ended(launch(dure, *flags, environment=stand.environment, output=output, point=point))


def test_an_init_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    """Whatever keys were granted before, the next run grants the two that are written down."""
    row = Row("kill -9 in init", "sqlite")
    for name, point in init_points().items():
        home = tmp_path / name.replace(" ", "-")
        stand = Stand(home, f"sqlite:///{tmp_path / home.name}.db")
        row.rounds += 1
        assert init(stand, tmp_path / "first", point) == -signal.SIGKILL
        written = home / OPERATOR_KEYS
        before = written.read_text() if written.exists() else ""
        assert bool(before) is (point.name != "the genesis written")
        assert init(stand, tmp_path / "second") == 0, (tmp_path / "second").read_text()
        assert before in {"", written.read_text()}
        keys = json.loads(written.read_text())
        assert [key["who"] for key in keys] == list(OPERATORS)
        with stand.opened() as network, reading(network.engine) as connection:
            known = reference.load(connection).keys
        assert sorted(known) == sorted(key["token"].split("_")[1] for key in keys)
        stand.assert_sound()
        # With its keys put away it is a network like any other, not one to be finished again.
        shutil.move(home / OPERATOR_KEYS, tmp_path / f"{home.name}.json")
        if point.name == "a key granted":
            with pytest.raises(NetworkError, match="HOME_NOT_EMPTY"):
                create_network(
                    home, stand.settings(), origin=ORIGIN, sandbox=False, simulated=False
                )
    row.close()
