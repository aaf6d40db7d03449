"""Pages of a partner's disputes: its own, newest first, however many others dispute."""

from sqlalchemy import Engine, text

from domain.store.engine import open_engine, reading, writing
from domain.store.migration import migrate
from domain.store.queries import disputes
from tests.integration.store.effort import work

OTHERS = ("BANK", "CAFE", "HOTEL")
NEWEST = 2**53


def put(engine: Engine, number: int) -> None:
    """Write so many disputes; of the first hundred AIR is a party of two in eleven."""
    rows = [
        {"id": f"{seq:032x}", "seq": seq,
         "debtor": "AIR" if seq % 11 == 3 and seq < 100 else OTHERS[seq % 3],
         "creditor": "AIR" if seq % 11 == 5 and seq < 100 else OTHERS[(seq + 1) % 3]}
        for seq in range(1, number + 1)
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM dispute"))
        connection.execute(
            text(
                "INSERT INTO dispute VALUES (:id, :seq, 0, :debtor, :creditor, 'KRW', 1, 5, 5, 5,"
                " 'X', 'AMOUNT', '', 'REJECTED', 'X', :seq, :seq)"
            ),
            rows,
        )
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("ANALYZE dispute"))


def walked(engine: Engine, partner: str, size: int) -> list[int]:
    """A partner's disputes page by page, by their entries."""
    found: list[int] = []
    with reading(engine) as connection:
        while rows := disputes.page(connection, partner, size, found[-1] if found else NEWEST):
            found += [one.dispute.seq for one in rows]
    return found


def test_a_party_pages_through_its_own_disputes_alone(database_url: str) -> None:
    """On either side, by any page size; and among ten times as many it is no more work."""
    engine = open_engine(database_url)
    migrate(engine)
    try:
        put(engine, 400)
        own = [seq for seq in range(99, 0, -1) if seq % 11 in {3, 5}]
        for size in (1, 7, 100):
            assert walked(engine, "AIR", size) == own
        assert walked(engine, "", 100) == list(range(400, 0, -1))
        counted: list[int] = []
        for number in (400, 4_000):
            put(engine, number)
            for partner in ("AIR", "BANK"):  # of a few, and of most
                with reading(engine) as connection, work(connection, "dispute", counted):
                    assert len(disputes.page(connection, partner, 10, NEWEST)) == 10
        assert all(0 < counted[n + 2] < 2 * counted[n] for n in (0, 1)), counted
    finally:
        engine.dispose()
