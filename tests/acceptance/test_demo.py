"""The demonstration, whole, as a person runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = "from api.cli import main; main()"
ROOT = Path(__file__).resolve().parents[2]
FINISHED_SECONDS_MAX = 600  # a minute on a machine of its own; tests share theirs
STARTED_SECONDS_MAX = 60


def demo(home: Path) -> "subprocess.Popen[str]":
    """Begin the demonstration."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("DURE_")}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "demo", "--home", str(home), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=settings,
    )


def test_the_demo_is_whole_verified_and_small(tmp_path: Path) -> None:
    """The demo enrols all, reads all, refuses, reverses, closes, and both check-ups are clean."""
    home = tmp_path / "home"
    with demo(home) as process:
        out, err = process.communicate(timeout=FINISHED_SECONDS_MAX)
    assert (process.returncode, err) == (0, "")
    told = json.loads(out.splitlines()[-1])
    assert (told["members"], told["purchases"], told["zero_earning"]) == (23_570, 69_659, 80)
    assert told["exchanges"] >= 10_000
    assert told["redemptions"] >= 5_000
    for name in ("refusals", "reversals", "holds", "expiries", "timeouts", "captures"):
        assert told[name] > 100, name
    assert told["transfers"] > told["purchases"]
    assert told["log_size"] > told["transfers"]
    assert (told["verified"], told["doctor"]) == (True, True)
    assert told["peak_rss_mib"] < 1024
    parties = {party for one in told["owed"] for party in (one["debtor"], one["creditor"])}
    assert parties == {"AIR", "BOOKS", "CAFE", "MUSIC", "OPERATOR"}
    month = home / "month"
    assert told["settled"]
    assert len(list(month.glob("*.xml"))) == 2  # one brand pays in, the operator pays out
    for folder, endings in (
        ("statements", (".json", ".en.pdf", ".ko.pdf", ".ko.xlsx")),
        ("books", (".beancount", ".journal", ".csv")),
    ):
        names = [path.name for path in (month / folder).iterdir()]
        for ending in endings:
            assert sum(name.endswith(ending) for name in names) >= len(parties), ending
    assert (home / "demo-keys.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
    again = demo(home)
    _, err = again.communicate(timeout=FINISHED_SECONDS_MAX)
    assert (again.returncode, "HOME_NOT_EMPTY" in err) == (2, True)


def test_an_interrupted_demo_leaves_no_home(tmp_path: Path) -> None:
    """Told to end, killed outright: either way there is no home that a server could open."""
    home = tmp_path / "home"
    for ending, left in ((signal.SIGTERM, 0), (signal.SIGKILL, 1)):
        with demo(home) as process:
            until = time.monotonic() + STARTED_SECONDS_MAX
            while not list(tmp_path.glob(".home.demo-*/high-water")):
                assert time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(ending)
            process.communicate(timeout=STARTED_SECONDS_MAX)
        assert process.returncode != 0
        assert not home.exists()
        assert len(list(tmp_path.iterdir())) == left
