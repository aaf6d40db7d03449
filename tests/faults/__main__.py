"""Run every fault test and print what was broken: python -m tests.faults [PYTEST ARGUMENTS]."""

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.faults.report import GATHERED

OUT = Path("build/faults.json")
FOLDERS = ("tests/faults", "tests/security/matrix")  # the matrix is longer under DURE_FAULTS too
COLUMNS = ("fault", "database", "rounds", "acknowledged", "retried", "lost")


def gathered(lines: list[str]) -> list[dict[str, str | int]]:
    """Return the rows in order, those of one fault on one database added up."""
    found: dict[tuple[str, str], dict[str, str | int]] = {}
    for line in lines:
        row = json.loads(line)
        same = found.setdefault((row["fault"], row["database"]), dict.fromkeys(COLUMNS, 0))
        for column in COLUMNS:
            value = row[column]
            same[column] = value if isinstance(value, str) else int(same[column]) + value
    return [found[key] for key in sorted(found)]


def show(rows: list[dict[str, str | int]]) -> None:
    """Print the table."""
    table = Table(title="Faults")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in COLUMNS[:2] else "right")
    for row in rows:
        shown = (row[column] for column in COLUMNS)
        table.add_row(*(f"{one:,}" if isinstance(one, int) else one for one in shown))
    Console().print(table)


def main(arguments: list[str]) -> int:
    """Run, print, write; return pytest's exit status."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "rows"
        os.environ[GATHERED] = str(lines)
        status = int(pytest.main([*FOLDERS, *arguments]))
        rows = gathered(lines.read_text().splitlines() if lines.exists() else [])
    show(rows)
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=2) + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
