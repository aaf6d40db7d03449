"""What a measurement is, and how a run of them is told: a table, and `build/bench.json`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

TABLE_WIDTH = 150
REPORT = Path("build") / "bench.json"


@dataclass(frozen=True)
class Measurement:
    """One figure beside its yardstick, both of the same run; medians.

    ``ours`` and ``yardstick`` are in ``unit``; ``ratio`` is larger where the product is faster,
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


def tell(measurements: Sequence[Measurement]) -> int:
    """Print the table, write the report, and return 1 where a gate is missed, else 0."""
    table = Table(title="Speed, each beside its yardstick in the same run")
    for heading in ("what", "database", "ours", "yardstick", "unit", "ratio", "gate", "target"):
        table.add_column(heading, justify="left" if heading in {"what", "unit"} else "right")
    for one in measurements:
        colour = "green" if one.ratio >= one.target else "yellow" if one.passed else "red"
        table.add_row(
            one.name,
            one.database,
            f"{one.ours:,.0f}",
            f"{one.yardstick:,.0f}",
            one.unit,
            f"[{colour}]{one.ratio:.2f}[/]",
            f"{one.gate:.2f}",
            f"{one.target:.2f}",
        )
    console = Console()
    # Into a file there is no width to go by.
    console.print(table, width=console.width if console.is_terminal else TABLE_WIDTH)
    REPORT.parent.mkdir(exist_ok=True)
    rounded = [
        {
            **asdict(one),
            "ours": round(one.ours, 1),
            "yardstick": round(one.yardstick, 1),
            "ratio": round(one.ratio, 3),
        }
        for one in measurements
    ]
    REPORT.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    return int(not all(one.passed for one in measurements))
