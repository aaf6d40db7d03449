"""All that a database holds, for comparing: before and after, rows and replayed leaves."""

from sqlalchemy import Engine, select

from audit.entry import decode
from audit.findings import Findings
from audit.replay import TABLES, Replay, Row
from domain.store.engine import reading
from domain.store.queries import export, log
from domain.store.tables import LOGGED_TABLES, METADATA

Table = list[tuple[str | int | bytes, ...]]


def every_row(engine: Engine, *but: str) -> dict[str, Table]:
    """Return the rows of every table but those named, in their keys' order."""
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key))]
            for name, t in METADATA.tables.items()
            if name not in but
        }


def exported(engine: Engine) -> dict[str, list[Row]]:
    """Return every logged table as it is exported."""
    with reading(engine) as connection:
        return {
            name: list(export.rows(connection, name, TABLES[name].columns))
            for name in LOGGED_TABLES
        }


def replayed(engine: Engine) -> tuple[dict[str, list[Row]], list[str]]:
    """Return the rows that the leaves alone make, and what replay found impossible."""
    findings = Findings()
    replay = Replay(findings)
    streamed: dict[str, list[Row]] = {name: [] for name in TABLES if TABLES[name].streamed}
    with reading(engine) as connection:
        for leaf in log.leaves(connection):
            made = replay.apply(decode(leaf))
            for name in streamed:
                streamed[name] += getattr(made, name)
    replay.finish()
    tables = {name: list(rows) for name, rows in replay.tables().items()}
    return {**tables, **streamed}, [finding.line() for finding in findings.kept]


def assert_rows_follow_from_leaves(engine: Engine) -> None:
    """Hold every logged row against the replay of the log."""
    expected, impossible = replayed(engine)
    assert impossible == []
    found = exported(engine)
    for name in LOGGED_TABLES:
        assert found[name] == expected[name], name
