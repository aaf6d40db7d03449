"""Netting ten million obligations of 200 partners, beside the plainest sum that a database can do.

The yardstick is `SELECT debtor, creditor, SUM(amount) ... GROUP BY debtor, creditor` on the same
table and connection. Ours is the whole of it: sums by pair, nets, and who pays whom. The database
makes the rows itself, in the order of its key, and its index afterwards, as a restored one would.
"""

import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from domain.store.engine import open_engine, scanning
from domain.store.migration import migrate
from domain.store.patient import patience
from domain.store.queries.obligations import netted_pairs
from settlement.netting.sums import net
from settlement.netting.transfers import direct
from tests import postgres
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import postgres_server

ROWS = 10_000_000
PARTNERS = 200
ROUNDS = 2
WITHIN = 1 / 3  # of the yardstick's speed, as the specification asks
INDEX = "ix_obligation_pair"
INDEXED = "period, currency, debtor, creditor, seq, n, amount, kind"
SUM = "SELECT debtor, creditor, SUM(amount) FROM obligation GROUP BY debtor, creditor"

LINES = {
    database: Line(
        "netting of 10,000,000 obligations", "SELECT SUM GROUP BY", database, "s", WITHIN, 0.8
    )
    for database in ("sqlite", "postgresql")
}
_COLUMNS = "owner, seq, n, debtor, creditor, currency, period, amount, contract, kind"
# Row k: ten obligations to a book; debtors and creditors in no order, each pair about as often.
_VALUES = (
    "0, 'P' || (1000 + (k * 7919 + k / 200) % 200),"
    " 'P' || (1000 + ((k * 7919 + k / 200) % 200 + 1 + (k * 104729) % 199) % 200),"
    " 'KRW', 1, 1 + (k * 7368787) % 1000000, '0123456789abcdef0123456789abcdef.1', 'EXCHANGE'"
)
_ZEROS = "'000000000000000000000000'"
_FILL = {
    "sqlite": "WITH RECURSIVE numbers(k) AS"
    f" (SELECT 0 UNION ALL SELECT k + 1 FROM numbers WHERE k + 1 < {{rows}})"
    f" INSERT INTO obligation ({_COLUMNS})"
    f" SELECT printf('%08x', k / 10) || {_ZEROS}, k, {_VALUES} FROM numbers",
    "postgresql": f"INSERT INTO obligation ({_COLUMNS})"
    f" SELECT lpad(to_hex(k / 10), 8, '0') || {_ZEROS}, k, {_VALUES}"
    " FROM generate_series(0::bigint, {rows} - 1) AS k",
}

# No journal of what is thrown away at the end: it would take as long as the rows themselves.
_CARELESS = {
    "sqlite": (
        "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-400000",
    ),
    "postgresql": (
        "ALTER TABLE obligation SET UNLOGGED", "SET maintenance_work_mem = '512MB'",
    ),
}  # fmt: skip


def fill(engine: Engine, rows: int) -> None:
    """Make the tables, and obligations of one window."""
    migrate(engine)
    kind = engine.dialect.name
    statements = (
        *_CARELESS[kind],
        f"DROP INDEX {INDEX}",
        _FILL[kind].format(rows=rows),
        f"CREATE INDEX {INDEX} ON obligation ({INDEXED})",
        "ANALYZE obligation",
    )
    if kind == "sqlite":
        engine.dispose()  # the journal is changed by whoever is alone
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as alone:
            for statement in statements:
                alone.execute(statement)
        return
    with (
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        # Ten million rows take longer than any answer that a server waits for.
        patience(connection.connection.driver_connection, None),
    ):
        for statement in statements:
            connection.execute(text(statement))


def _ours(connection: Connection) -> float:
    start = time.perf_counter()
    netting = net(netted_pairs(connection, [1], "KRW"))
    plan = direct(netting.nets)
    taken = time.perf_counter() - start
    assert plan.method == "GREEDY"
    assert sum(one.amount for one in plan.transfers) == netting.net
    return taken


def _theirs(connection: Connection) -> float:
    start = time.perf_counter()
    rows = connection.exec_driver_sql(SUM).all()
    taken = time.perf_counter() - start
    assert len(rows) <= PARTNERS * (PARTNERS - 1)
    return taken


def _rounds(engine: Engine, rows: int, say: Say) -> list[tuple[float, float]]:
    say(f"making {rows:,} obligations on {engine.dialect.name}")
    fill(engine, rows)
    with scanning(engine) as connection:
        say(f"netting on {engine.dialect.name}")
        _theirs(connection)  # whoever came first would read from the disk for both
        return [(_ours(connection), _theirs(connection)) for _ in range(ROUNDS)]


def measure(options: Options, say: Say, rows: int = ROWS) -> list[Measurement]:
    """Fill and net on SQLite, and on PostgreSQL where it is installed."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'obligations.sqlite3'}")
        found = [LINES["sqlite"].costs(_rounds(engine, rows, say))]
        engine.dispose()
    try:
        with postgres_server() as server:
            engine = open_engine(server.url(server.create_database()))
            found.append(LINES["postgresql"].costs(_rounds(engine, rows, say)))
            engine.dispose()
    except postgres.PostgresMissingError as error:
        say(f"not measured on PostgreSQL: {error}")
    return found


GROUP = Group("netting", tuple(LINES.values()), measure)
