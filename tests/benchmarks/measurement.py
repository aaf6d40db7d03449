"""What is measured, what was found, and how it is told: a table, and `build/bench.json`.

A *line* is known before anything runs: its name, its database, its unit, and what its ratio must
reach. A *measurement* is a line with figures. The ratio is always larger where the product does
better, whether the figures are speeds, times or bytes.
"""

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

TABLE_WIDTH = 160
REPORT = Path("build") / "bench.json"
NO_GATE = 0.0  # told, and not held against anything
NONE = "-"  # the database of what has none

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How far a run goes: transfers of the growth, and exchanges of the server's memory."""

    growth: int
    memory: int


@dataclass(frozen=True)
class Measurement:
    """One figure beside its yardstick, both of the same run; medians.

    ``ours`` and ``yardstick`` are in ``unit``; ``ratio`` is larger where the product is better,
    and is held against ``gate``, which must be reached, and ``target``, which should be.
    """

    name: str
    database: str
    ours: float
    yardstick: float
    ratio: float
    gate: float
    target: float
    unit: str

    @property
    def passed(self) -> bool:
        """Whether the gate is reached."""
        return self.ratio >= self.gate

    @property
    def verdict(self) -> str:
        """Return one word: where there is neither gate nor target, there is nothing to reach."""
        if not self.passed:
            return "MISSED"
        if self.target == NO_GATE:
            return "told"
        return "target" if self.ratio >= self.target else "gate" if self.gate else "below target"


@dataclass(frozen=True)
class Line:
    """One line of the table, before it is measured; ``beside`` says what the yardstick is."""

    what: str
    beside: str
    database: str
    unit: str
    gate: float = NO_GATE
    target: float = NO_GATE

    @property
    def name(self) -> str:
        """What is measured, and beside what."""
        return f"{self.what}, beside {self.beside}"

    def found(self, ours: float, yardstick: float, ratio: float) -> Measurement:
        """Return the line with its figures."""
        return Measurement(
            self.name, self.database, ours, yardstick, ratio, self.gate, self.target, self.unit
        )

    def speeds(self, rounds: Sequence[tuple[float, float]], each: float = 1) -> Measurement:
        """Sum up rounds of seconds, ours and the yardstick's, each for ``each`` units of work.

        Medians of both, and the median of the rounds' own ratios: what slowed a round down fell
        on both alike.
        """
        return self.found(
            each / statistics.median(ours for ours, _ in rounds),
            each / statistics.median(theirs for _, theirs in rounds),
            statistics.median(theirs / ours for ours, theirs in rounds),
        )

    def costs(self, rounds: Sequence[tuple[float, float]]) -> Measurement:
        """Sum up rounds of figures that are better where they are smaller."""
        return self.found(
            statistics.median(ours for ours, _ in rounds),
            statistics.median(theirs for _, theirs in rounds),
            statistics.median(theirs / ours for ours, theirs in rounds),
        )


@dataclass(frozen=True)
class Group:
    """Lines that are measured together, and what measures them.

    ``measure`` says what it does through the function that it is given. A line that a machine
    cannot measure is left out of what it returns, and the reason said.
    """

    name: str
    lines: tuple[Line, ...]
    measure: Callable[[Options, Say], list[Measurement]]


def tell(measurements: Sequence[Measurement], report: Path = REPORT) -> int:
    """Print the table, write the report, and return 1 where a gate is missed, else 0."""
    table = Table(title="Each beside its yardstick in the same run; a larger ratio is better")
    left = {"what", "unit", "verdict"}
    for heading in ("what", "ours", "yardstick", "unit", "ratio", "gate", "target", "verdict"):
        table.add_column(heading, justify="left" if heading in left else "right")
    for database in dict.fromkeys(one.database for one in measurements):
        table.add_section()
        table.add_row(f"[bold]{_title(database)}[/]")
        for one in measurements:
            if one.database == database:
                table.add_row(*_cells(one))
    # Into a file there is no width to go by.
    Console(width=None if sys.stdout.isatty() else TABLE_WIDTH).print(table)
    report.parent.mkdir(parents=True, exist_ok=True)
    rounded = [
        {
            **asdict(one),
            "ours": round(one.ours, 3),
            "yardstick": round(one.yardstick, 3),
            "ratio": round(one.ratio, 3),
        }
        for one in measurements
    ]
    report.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    return int(not all(one.passed for one in measurements))


def _title(database: str) -> str:
    return "no database" if database == NONE else database


def _cells(one: Measurement) -> tuple[str, ...]:
    reached = {"MISSED": "red", "below target": "yellow", "gate": "yellow", "target": "green"}
    colour = reached.get(one.verdict, "default")
    return (
        f"  {one.name}",
        _figure(one.ours),
        _figure(one.yardstick),
        one.unit,
        f"[{colour}]{one.ratio:.2f}[/]",
        f"{one.gate:.2f}" if one.gate else "",
        f"{one.target:.2f}" if one.target else "",
        f"[{colour}]{one.verdict}[/]",
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
