"""Points that end by inactivity, on both databases: what is due and shown, and who entered it."""

import pytest
from sqlalchemy import text

from domain.clock import DAY, NEVER, SECOND
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, ExpireWallet, IssuePoints, RedeemPoints
from domain.money import Ratio
from domain.partners.commands import CreateUnit
from domain.store.engine import reading
from domain.store.queries import jobs, transfers, wallets
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.world import OPERATOR_ACTOR, World, actor, advance, new_id

JOB = Actor(SYSTEM, "system/expiry")


def tree(owner: str, amount: int = 100) -> IssuePoints:
    """Make the command that issues TREE."""
    return IssuePoints(actor=actor("AIR"), id=new_id(), owner=owner, unit="TREE", amount=amount)


@pytest.fixture
def idle(world: World) -> World:
    """A network in which both members have 100 of a unit whose points end by inactivity."""
    unit = CreateUnit(
        actor=OPERATOR_ACTOR,
        id=new_id(),
        unit="TREE",
        owner="AIR",
        scale=0,
        nominal=Ratio(1, 1),
        currency="KRW",
        expiry="INACTIVITY 60",
    )
    world.must(unit, *(tree(owner) for owner in world.members))
    return world


def due(world: World) -> list[tuple[str, str]]:
    """What the job would be told now."""
    with reading(world.engine) as connection:
        return jobs.wallets_due(connection, world.clock.now(), 10)


def test_an_idle_wallet_is_due_once_and_an_active_one_is_not(idle: World) -> None:
    """After 60 days the member who redeemed keeps its points; the job ends the other's, once."""
    mina, jun = idle.members
    advance(idle, 59 * DAY)
    assert due(idle) == []
    redeem = RedeemPoints(actor=actor("AIR"), id=new_id(), owner=mina, unit="TREE", amount=10)
    idle.must(redeem)
    idle.restart()  # the count is read from its row
    advance(idle, DAY + SECOND)
    assert due(idle) == [(jun, "TREE")]
    idle.must(ExpireWallet(actor=JOB, id=new_id(), owner=jun, unit="TREE"))
    assert due(idle) == []
    assert_rows_follow_from_leaves(idle.engine)


def test_a_balance_tells_when_it_lapses(idle: World) -> None:
    """The end of all of it, to the microsecond; then nothing is available, before any job."""
    mina = idle.members[0]
    with reading(idle.engine) as connection:
        air, found = wallets.balances(connection, mina, idle.clock.now())
        assert (air.lapses_at, air.available) == (NEVER, 10_000)
        (issued, *_) = transfers.of_book(connection, mina, 1)
        assert found.lapses_at == issued.recorded_at + 60 * DAY
        (_, before) = wallets.balances(connection, mina, found.lapses_at - 1)
        (_, after) = wallets.balances(connection, mina, found.lapses_at)
    assert (found.available, before.available, after.available, after.posted) == (100, 100, 0, 100)


def test_what_lapsed_is_expired_by_the_job_whoever_comes_next(idle: World) -> None:
    """An issue after the end has an entry of the expiry job's before its own, in one batch."""
    mina = idle.members[0]
    advance(idle, 61 * DAY)
    idle.must(tree(mina, 7))
    with reading(idle.engine) as connection:
        issue, expiry = transfers.of_book(connection, mina, 2)
        assert (issue.kind, issue.actor, issue.seq) == ("ISSUE", "AIR", expiry.seq + 1)
        assert (expiry.kind, expiry.actor) == ("EXPIRE", SYSTEM)
        (*_, found) = wallets.balances(connection, mina, idle.clock.now())
    assert [lot.remaining for lot in found.lots] == [7]
    assert_rows_follow_from_leaves(idle.engine)


def test_idle_wallets_are_found_by_their_index(idle: World) -> None:
    """The job reads neither the accounts nor the lots of a unit from end to end."""
    if idle.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads so small a table whole, whatever its indexes")
    with reading(idle.engine) as connection:
        plan = connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT owner FROM account WHERE unit = 'TREE'"
                " AND active_at <= 5 AND active_at > 0 AND credits_posted > debits_posted"
                " ORDER BY active_at LIMIT 10"
            )
        )
        (step,) = [row.detail for row in plan]
    assert "ix_account_active" in step
