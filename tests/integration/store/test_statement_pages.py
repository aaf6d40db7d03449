"""Pages of a partner's lines: the right ones, at a price that the window's size does not set."""

import random
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import Engine, event, text

from domain.ids import OPERATOR
from domain.store.engine import open_engine, reading, writing
from domain.store.migration import migrate
from domain.store.queries import obligations, statements
from domain.store.queries.reader import Reader
from domain.store.statements import INVOICES
from tests.integration.store.effort import work

PARTIES = ("AIR", "BANK", "CAFE", "HOTEL", "SHOP", OPERATOR)
WINDOWS = 9
PAGE = 20
FIRST = (-1, -1)
Line = tuple[int, int, str, str, int]  # seq, n, debtor, creditor, window


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A network's tables, without a network."""
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


def drawn(entries: int, windows: int) -> list[Line]:
    """Obligations of so many entries: half of one pair, SHOP only owed, some windows empty."""
    rows: list[Line] = []
    chance = random.Random(entries)
    for seq in range(1, entries + 1):
        window = 1 + windows * seq // (entries + 1)
        for n in range(chance.choice((0, 1, 1, 3)) if window % 4 else 0):
            debtor, creditor = chance.sample(PARTIES, 2)
            if chance.random() < 0.5 or debtor == "SHOP":
                debtor, creditor = "AIR", "HOTEL"
            rows.append((seq, n, debtor, creditor, window))
    return rows


def put(engine: Engine, lines: Sequence[Line], entries: int, windows: int) -> None:
    """Write closed windows of such lines, each entry a transfer."""
    kept = {(party, line[4]) for line in lines for party in line[2:4]}
    ends = [(entries + 1) * window // windows for window in range(windows + 1)]
    with writing(engine) as connection:
        connection.execute(
            text("INSERT INTO partner VALUES (:code, 'KRW', 1, 1, 'NONE', '', 1)"),
            [{"code": code} for code in PARTIES if code != OPERATOR],
        )
        for window in range(1, windows + 1):
            closed = 0 if window == windows else ends[window]
            connection.execute(
                text("INSERT INTO settlement_window VALUES (:p, 'KRW', 'CLOSED', :o, :c)"),
                {"p": window, "o": ends[window - 1], "c": closed},
            )
        connection.execute(
            text("INSERT INTO position VALUES (:partner, 'KRW', :period, 1, 1)"),
            [{"partner": party, "period": window} for party, window in sorted(kept)],
        )
        connection.execute(
            text(
                "INSERT INTO obligation (owner, seq, n, debtor, creditor, currency, period, amount,"
                " contract, kind) VALUES (:owner, :seq, :n, :debtor, :creditor, 'KRW', :period, 1,"
                " '', 'EXCHANGE')"
            ),
            [
                {"owner": f"{seq % 997:032x}", "seq": seq, "n": n, "debtor": debtor,
                 "creditor": creditor, "period": window}
                for seq, n, debtor, creditor, window in lines
            ],
        )  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO transfer (owner, id, seq, kind, actor, original, part, hold, contract,"
                " quote, consent, acceptor, reason, effective_at, received_at, recorded_at)"
                " SELECT DISTINCT owner, 'T' || seq, seq, 'EXCHANGE', '', '', 0, '', '', '', '',"
                " '', '', 1, 0, seq FROM obligation"
            )
        )
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE"))


def of(lines: Sequence[Line], partner: str, first: int, last: int) -> list[Line]:
    """A partner's lines of some windows, by looking at each."""
    return [one for one in lines if partner in one[2:4] and first <= one[4] <= last]


def walked(engine: Engine, partner: str, windows: tuple[int, int], size: int) -> list[Line]:
    """A partner's lines, page by page."""
    found: list[Line] = []
    with reading(engine) as connection:
        place = FIRST
        while rows := statements.page(connection, partner, "KRW", windows, size, place):
            assert len(rows) <= size
            found += [(one.seq, one.n, one.debtor, one.creditor, one.period) for one in rows]
            place = rows[-1].seq, rows[-1].n
    return found


def test_pages_tell_each_line_once_in_the_logs_order(engine: Engine) -> None:
    """Of every party, in any windows and by any page size: both sides, and nobody else's lines."""
    lines = drawn(400, WINDOWS)
    put(engine, lines, 400, WINDOWS)
    for partner in PARTIES:
        for windows in ((1, WINDOWS), (2, 6), (4, 4), (WINDOWS, WINDOWS)):
            expected = of(lines, partner, *windows)
            for size in (3, 50, 1_000):
                assert (partner, windows, walked(engine, partner, windows, size)) == (
                    partner, windows, expected,
                )  # fmt: skip
            with reading(engine) as connection:
                streamed = list(statements.lines(connection, partner, "KRW", *windows))
                summed = statements.groups(connection, partner, "KRW", *windows)
            assert [(one.seq, one.n) for one in streamed] == [one[:2] for one in expected]
            assert sum(one.lines for one in summed) == len(expected)
    assert of(lines, "SHOP", 1, WINDOWS)
    assert all(one[2] != "SHOP" for one in lines)


def effort(engine: Engine, entries: int) -> list[int]:
    """What pages of one window take: of the busiest, of one that is only owed; first and deep."""
    counted: list[int] = []
    for partner in ("AIR", "SHOP"):
        for place in (FIRST, (entries // 2, 0)):
            with reading(engine) as connection, work(connection, "obligation", counted):
                rows = statements.page(connection, partner, "KRW", (1, 1), PAGE, place)
                assert len(rows) == PAGE
    return counted


def test_a_page_takes_as_much_of_a_large_window_as_of_a_small_one(
    sqlite_url: str, postgres_url: str
) -> None:
    """Ten times the lines, no more work: neither debtor's nor creditor's lines are passed over."""
    for url in (sqlite_url, postgres_url):
        took: list[list[int]] = []
        opened = open_engine(url)
        migrate(opened)
        for entries in (1_500, 15_000):
            with writing(opened) as connection:
                for table in ("partner", "settlement_window", "position", "obligation", "transfer"):
                    connection.execute(text(f"DELETE FROM {table}"))
            put(opened, drawn(entries, 1), entries, 1)
            took.append(effort(opened, entries))
        # A tree of ten times the rows may be a level deeper.
        assert all(0 < large < 2 * small for small, large in zip(*took, strict=True)), took
        assert max(took[1]) < 1_500, took
        opened.dispose()


def plan(engine: Engine, ask: str) -> list[str]:
    """How SQLite goes about one of the sums."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    with reading(engine) as connection:
        if ask == "netting":
            obligations.netted_pairs(connection, [1, 2, 5], "KRW")
        elif ask == "invoices":
            Reader(connection).read(INVOICES, [(1, "KRW")])
        else:
            obligations.pair_sums(connection, 1, "KRW")
        event.remove(engine, "before_cursor_execute", note)
        statement, values = asked[-1]
        assert isinstance(values, tuple)
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows]


@pytest.mark.parametrize(("ask", "besides"), [("netting", 0), ("pairs", 0), ("invoices", 2)])
def test_sums_by_pair_do_not_look_into_the_table(sqlite_url: str, ask: str, besides: int) -> None:
    """The index alone is read, and in its order, but for invoices: kinds have to be sorted."""
    opened = open_engine(sqlite_url)
    migrate(opened)
    try:
        steps = plan(opened, ask)
        assert len(steps) == 1 + besides
        assert [step for step in steps if "USING COVERING INDEX ix_obligation_pair" in step]
    finally:
        opened.dispose()
