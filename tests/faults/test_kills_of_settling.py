"""A month closed, approved, paid and booked while every verb of it is killed: nothing twice."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.month import STEPS, Month, Step, assert_paid_once, begun, papers, prepared
from tests.faults.points import Point
from tests.faults.report import FULL, Row
from tests.faults.stand import Stand, Stands
from tests.faults.test_kills_of_verbs import run
from tests.faults.work import dure

Calmly = Callable[[Stand, list[str]], tuple[int, str]]

# Points after which what the verb does to the log, or its folder's name, is there.
DONE = (
    "after COMMIT",
    "before the high water file",
    "before the answer",
    "before the verb answers",
    "the folder has its name",
)
# Where the short run kills; the full one kills every verb at every of its points.
SHORT = {
    "sqlite": {
        "close, approved": "after COMMIT",
        "payments, pay-ins": "a file without its name",
        "import-bank, pay-ins": "between two lines",
        "books": "before the journals",
    },
    "postgresql": {
        "create": "after COMMIT",
        "payments, pay-ins": "all hashes in the log",
        "payments, pay-outs": "after COMMIT",
    },
}


def chosen(step: Step, database: str, turn: int) -> Point | None:
    """Return where a step is killed in a turn, None where it is let through."""
    points = step.points(database)
    if FULL:
        return list(points.values())[turn % len(points)]
    name = SHORT[database].get(step.name)
    return points[name] if name else None


def killed(month: Month, step: Step, point: Point, output: Path, whole: dict[str, bytes]) -> None:
    """Kill a verb, twice where it writes; no file has its name before it is whole."""
    verb = step.verb(month)
    for _ in range(2 if "without its name" in point.name else 1):
        before = len(begun(month))
        status = run(month.stand, output, *verb, point=point)
        assert status == -signal.SIGKILL, (step.name, point.name, output.read_text())
        left = begun(month)
        assert len(left) <= max(1, before), left
    for name, data in papers(month).items():
        hidden = any(part.startswith(".") for part in Path(name).parts)
        assert hidden or whole[name] == data, (step.name, point.name, name)


@pytest.fixture
def calmly(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Calmly:
    """`dure` in this process, which knows the keys' scrypt by heart: status, and error's code."""

    def call(stand: Stand, verb: list[str]) -> tuple[int, str]:
        for name, value in stand.environment.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        status = dure(*verb, "--json")
        told = json.loads(capsys.readouterr().out.splitlines()[-1])
        return status, str(told.get("error", ""))

    return call


def test_a_month_whose_verbs_are_killed_is_paid_once(
    stands: Stands, tmp_path: Path, calmly: Calmly
) -> None:
    """Killed anywhere and run again, a verb ends as if undisturbed: same files, each line once."""
    first = prepared(stands)
    turns = max(len(step.points(stands.database)) for step in STEPS) if FULL else 1
    rows = {step.title: Row(f"kill -9 in settle {step.title}", stands.database) for step in STEPS}
    for turn in range(turns):
        month = first.on(stands.copy_of(first.stand))
        for step in STEPS:
            point = chosen(step, stands.database, turn)
            if point is None:
                assert calmly(month.stand, step.verb(month)) == (0, ""), step.name
                continue
            calm = first.on(stands.copy_of(month.stand))
            assert calmly(calm.stand, step.verb(calm)) == (0, ""), step.name
            whole = papers(calm)
            killed(month, step, point, tmp_path / f"said {turn}", whole)
            there = step.said if point.name in DONE else ""
            told = calmly(month.stand, step.verb(month))
            assert told == (2 if there else 0, there), (step.name, point.name)
            assert papers(month) == whole, (step.name, point.name)
            assert not begun(month)
            rows[step.title].rounds += 1
        assert_paid_once(month)
        month.stand.assert_sound()
    for row in rows.values():
        if row.rounds:
            row.close()
