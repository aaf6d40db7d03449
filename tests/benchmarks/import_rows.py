"""`dure import purchases` on SQLite, beside bare drivers.

The file's customers are members already, as in every file but a brand's first. Time is the whole
command's, from its start to its exit. Two yardsticks: the very same rows written again, 500 issues
a transaction; and the plainest transfer there is, two updated balances and two inserted rows.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from api.bootstrap import Network, open_network
from api.config import read_settings
from tests.benchmarks.exchange_server import prepare
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH
from tests.benchmarks.rows_written import size, written
from tests.benchmarks.yardsticks import RawSqlite, Yardstick, seconds

CUSTOMERS = 2_000
ROWS = 20_000  # a file; of a shorter one a third of the time would be the start of the command
ROUNDS = 3
PASSPHRASE = "a pass phrase"
# 15,000 issues a second are asked of a machine that wrote 138,000 of the plain transfers.
PLAIN_TARGET = 15_000 / 138_000
PLAIN_ROWS = 10_000

SAME_ROWS = Line("import of CSV purchases", "raw sqlite3", "sqlite", "issues/s", target=0.35)
PLAIN = Line(
    "import of CSV purchases", "raw two updates and two inserts", "sqlite", "issues/s",
    target=PLAIN_TARGET,
)  # fmt: skip


class PlainTransfers:
    """Transfers of a ledger that has nothing but balances and rows."""

    def __init__(self, path: Path) -> None:
        """Make the tables, with the settings of the product."""
        self._raw = RawSqlite(path)
        self._number = 0
        self._connection = connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("CREATE TABLE balance (id INTEGER PRIMARY KEY, amount INTEGER)")
        connection.execute(
            "CREATE TABLE moved (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, n INTEGER)"
        )
        connection.execute("CREATE TABLE leg (transfer INTEGER PRIMARY KEY, amount INTEGER)")
        connection.executemany(
            "INSERT INTO balance VALUES (?, 0)", [(number,) for number in range(CUSTOMERS)]
        )

    def seconds(self) -> float:
        """Write so many, ``BATCH`` a transaction; return how long it takes."""
        run = self._connection
        start = time.perf_counter()
        for _ in range(PLAIN_ROWS // BATCH):
            numbers = range(self._number, self._number + BATCH)
            self._number += BATCH
            run.execute("BEGIN IMMEDIATE")
            for step in (0, 1):
                run.executemany(
                    "UPDATE balance SET amount = amount + 1 WHERE id = ?",
                    [((number * 7919 + step) % CUSTOMERS,) for number in numbers],
                )
            run.executemany("INSERT INTO moved VALUES (?, 1, 2, 3)", [(n,) for n in numbers])
            run.executemany("INSERT INTO leg VALUES (?, 1)", [(n,) for n in numbers])
            run.execute("COMMIT")
        return time.perf_counter() - start

    def close(self) -> None:
        """Close the database."""
        self._connection.close()
        self._raw.close()


def purchases(path: Path, number: int, rows: int) -> Path:
    """Write a file of purchases."""
    lines = [f"card-{row % CUSTOMERS},2026-01-02,1,{row % 90 + 10}.00" for row in range(rows)]
    lines.insert(0, "customer,date,quantity,amount")
    found = path / f"purchases-{number}.csv"
    found.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def _import(folder: Path, file: Path, rows: int) -> float:
    """Run the command on a file; return the seconds it took."""
    start = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "import", "purchases", file,
         "--partner", "AIRLINE", "--unit", "AIR", "--rate", "1/100", "--batch", file.stem[-1:],
         "--home", folder / "home", "--json"],
        env={
            **os.environ,
            "DURE_DATABASE_URL": f"sqlite:///{folder / 'dure.sqlite3'}",
            "DURE_PASSPHRASE": PASSPHRASE,
        },
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken = time.perf_counter() - start
    result = json.loads(told.stdout.splitlines()[-1])
    assert result["issued"] == rows, result
    return taken


def _opened(folder: Path) -> Network:
    home, url = folder / "home", f"sqlite:///{folder / 'dure.sqlite3'}"
    return open_network(home, read_settings(home=home, database_url=url, passphrase=PASSPHRASE))


def _size(folder: Path) -> int:
    with closing(_opened(folder)) as network:
        return size(network.engine)


def _again(yardstick: Yardstick, folder: Path, before: int) -> float:
    """Write the rows of all entries from ``before`` on, a batch a transaction."""
    with closing(_opened(folder)) as network:
        end = size(network.engine)
        changes = [
            written(network.engine, start, min(start + BATCH, end))
            for start in range(before, end, BATCH)
        ]
    return sum(seconds(yardstick, batch) for batch in changes)


def measure(options: Options, say: Say) -> list[Measurement]:
    """Import files, each time writing the same rows, and plain ones, in turn."""
    same: list[tuple[float, float]] = []
    plain: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as name:
        folder = Path(name)
        asyncio.run(prepare(folder))
        say("a first file, which enrols its customers")
        _import(folder, purchases(folder, 0, CUSTOMERS), CUSTOMERS)
        shutil.copy(folder / "dure.sqlite3", folder / "twin.sqlite3")
        with (
            closing(RawSqlite(folder / "twin.sqlite3")) as raw,
            closing(PlainTransfers(folder / "plain.sqlite3")) as transfers,
        ):
            for number in range(1, ROUNDS + 1):
                say(f"file {number} of {ROUNDS}")
                before = _size(folder)
                ours = _import(folder, purchases(folder, number, ROWS), ROWS) / ROWS
                same.append((ours, _again(raw, folder, before) / ROWS))
                plain.append((ours, transfers.seconds() / PLAIN_ROWS))
    return [SAME_ROWS.speeds(same), PLAIN.speeds(plain)]


GROUP = Group("import", (SAME_ROWS, PLAIN), measure)
