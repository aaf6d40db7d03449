"""Windows that close by a schedule, over both databases and from several processes at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import text

from domain.clock import DAY, format_instant
from domain.ledger.commands import Command
from domain.store.answers import Answer
from domain.store.engine import reading
from domain.store.queries.schedules import scheduled
from settlement import commands as c
from settlement.windows.due import SCHEDULER
from settlement.windows.schedule import WINDOW_SCHEDULE
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.settling import ask, decided
from tests.integration.store.world import World, advance, new_id, open_world

DAILY = "DAILY 18:00 Asia/Seoul KR FOLLOWING"
PROCESSES = 3


def declared(world: World, value: str = DAILY) -> Answer:
    """Let two subjects agree on the schedule of KRW."""
    name = {"name": WINDOW_SCHEDULE, "currency": "KRW", "value": value}
    return decided(world, ask(c.ProposePolicy, reason="AGREED", **name))


def due() -> Command:
    """What a server's housekeeping asks for."""
    return c.CloseDueWindow(actor=SCHEDULER, id=new_id(), currency="KRW")


def windows(world: World) -> list[str]:
    """The states of all windows, oldest first."""
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT state FROM settlement_window ORDER BY period"))
        return [row[0] for row in rows]


def test_processes_at_once_close_a_window_once(world: World, database_url: str) -> None:
    """Of several that find it due together one closes it; late by days, it is one closing too."""
    others = [open_world(database_url, world.clock) for _ in range(PROCESSES)]
    try:
        declared(world)
        for days, states in ((2, ["SETTLED"]), (3, ["SETTLED"] * 2), (9, ["SETTLED"] * 3)):
            advance(world, days * DAY)
            together = Barrier(PROCESSES)

            def close(other: World, together: Barrier = together) -> str:
                together.wait()
                (answer,) = other.run(due())
                return answer.refusal.code if answer.refusal else answer.kind

            with ThreadPoolExecutor(PROCESSES) as pool:
                found = sorted(pool.map(close, others))
            assert found == ["SCHEDULE_NOT_DUE"] * (PROCESSES - 1) + ["window.closed"]
            assert windows(world) == [*states, "OPEN"]
    finally:
        for other in others:
            other.close()
    assert_rows_follow_from_leaves(world.engine)


def test_what_closing_taxes_is_summed_up_from_its_rows(world: World) -> None:
    """What was owed in the batch before is taxed, by a schedule as by two people."""
    tax = {"name": "TAX", "partner": "HOTEL", "currency": "KRW", "value": "EXCHANGE,KR,1/10"}
    decided(world, ask(c.ProposePolicy, reason="LAW", **tax))
    declared(world)
    advance(world, 2 * DAY)
    world.must(world.exchange(world.members[0], 2_000), due())
    with world.engine.connect() as connection:
        rows = connection.execute(text("SELECT period, kind, amount FROM obligation ORDER BY seq"))
        assert [tuple(row) for row in rows] == [(1, "EXCHANGE", 70), (1, "TAX", 7)]
    assert windows(world) == ["CLOSED", "OPEN"]
    assert_rows_follow_from_leaves(world.engine)


def test_a_schedule_counts_from_the_later_of_its_entry_and_the_opening(world: World) -> None:
    """First its own entry, after a closing that closing's; another declared anew its own again."""
    since = [declared(world).time]
    assert _since(world) == since[-1]
    advance(world, 2 * DAY)
    since.append(world.must(due())[0].time)
    assert _since(world) == since[-1]
    advance(world, DAY // 2)
    since.append(declared(world, "DAILY 19:00 Asia/Seoul KR FOLLOWING").time)
    assert _since(world) == since[-1]
    assert since == sorted(since), [format_instant(one) for one in since]


def _since(world: World) -> int:
    with reading(world.engine) as connection:
        (found,) = scheduled(connection, WINDOW_SCHEDULE)
    return found.since
