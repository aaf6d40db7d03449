"""Like lots become one, on both databases: rows, what is found crowded, what reversals find."""

from dataclasses import replace

import pytest

from domain.ids import SYSTEM
from domain.ledger.commands import Actor, AdjustPoints, IssuePoints, MergeLots, ReverseTransfer
from domain.ledger.model import LIKE_LOTS_MAX, Lot
from domain.money import Ratio
from domain.partners.commands import CreateUnit
from domain.store.doctor import examine
from domain.store.engine import reading
from domain.store.queries import jobs, transfers, wallets
from domain.store.queries.past_wallets import PastSums
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.world import OPERATOR_ACTOR, World, actor, new_id

JOB = Actor(SYSTEM, "system/housekeeping")


@pytest.fixture
def pines(world: World) -> World:
    """A network with one more unit, whose points never expire: its lots are alike."""
    unit = CreateUnit(
        actor=OPERATOR_ACTOR,
        id=new_id(),
        unit="PINE",
        owner="AIR",
        scale=0,
        nominal=Ratio(1, 3),
        currency="KRW",
        expiry="NEVER",
    )
    world.must(unit)
    return world


def lots(world: World, owner: str) -> list[Lot]:
    """A member's open lots of PINE, oldest first."""
    with reading(world.engine) as connection:
        balance = wallets.balances(connection, owner, world.clock.now())[-1]
    return sorted(balance.lots, key=lambda lot: lot.seq)


def issue(owner: str, amount: int = 10) -> IssuePoints:
    """Make the command that issues PINE."""
    return IssuePoints(
        actor=actor("AIR"), id=new_id(), owner=owner, unit="PINE", amount=amount, funding="PAID"
    )


def take(owner: str, amount: int) -> AdjustPoints:
    """Make the command that corrects PINE downwards."""
    return AdjustPoints(
        actor=actor("AIR"), id=new_id(), owner=owner, unit="PINE", amount=-amount, reason="FRAUD"
    )


def merge(owner: str) -> MergeLots:
    """Make the job's command."""
    return MergeLots(actor=JOB, id=new_id(), owner=owner, unit="PINE")


def reverse(owner: str, transfer: str, amount: int | None = None) -> ReverseTransfer:
    """Make the command that turns a transfer of PINE's round."""
    return ReverseTransfer(
        actor=actor("AIR"), id=new_id(), owner=owner, transfer=transfer, amount=amount
    )


def crowded(world: World, since: int = 0) -> list[tuple[str, str]]:
    """What the job would be told."""
    with reading(world.engine) as connection:
        return jobs.wallets_crowded(connection, since, jobs.log_size(connection))


def sound(world: World) -> None:
    """Assert that the doctor finds nothing and that the rows follow from the leaves."""
    with reading(world.engine) as connection:
        assert list(examine(connection)) == []
    assert_rows_follow_from_leaves(world.engine)


def test_a_crowded_wallet_is_found_and_merged_once(pines: World) -> None:
    """At the mark, not one before, and only by an entry of its owner's; then it is not found."""
    mina, jun = pines.members
    pines.must(*(issue(mina) for _ in range(LIKE_LOTS_MAX - 1)), issue(jun))
    assert crowded(pines) == []
    with reading(pines.engine) as connection:
        before = jobs.log_size(connection)
    pines.must(issue(mina))
    assert crowded(pines) == crowded(pines, before) == [(mina, "PINE")]
    assert crowded(pines, before + 1) == []
    (answer,) = pines.must(merge(mina))
    assert answer.kind == "lots.merged"
    assert crowded(pines) == []
    (lot,) = lots(pines, mina)
    assert (lot.seq, lot.amount, lot.remaining) == (answer.seq, *[10 * LIKE_LOTS_MAX] * 2)
    assert lot.cost == 3 * LIKE_LOTS_MAX
    with reading(pines.engine) as connection:
        (row,) = transfers.of_book(connection, mina, 1)
        assert (row.kind, row.actor, row.seq) == ("MERGE", SYSTEM, answer.seq)
        sums = PastSums(mina, answer.seq)
        assert not sums.take(connection)
    past = sums.balances()[-1]
    assert (past.unit, past.posted) == ("PINE", 10 * LIKE_LOTS_MAX)
    sound(pines)


def test_a_reversal_finds_merged_lots_in_the_database(pines: World) -> None:
    """Over a chain of three merges, in the batch of the last one and after a restart.

    A lot that would be spent first, and one merged of others' points, are left alone.
    """
    mina = pines.members[0]
    first, second = issue(mina, 30), issue(mina, 40)
    pines.must(*(replace(issue(mina, 5), funding="FREE") for _ in range(2)), first, second)
    pines.must(merge(mina))
    pines.must(issue(mina, 50), merge(mina))
    pines.restart()
    pines.must(
        issue(mina, 60),
        merge(mina),
        replace(issue(mina, 1), funding="FREE"),
        reverse(mina, first.id, 7),
    )
    free, merged, last = lots(pines, mina)
    assert [lot.remaining for lot in (free, merged, last)] == [10, 173, 1]
    pines.restart()
    (answer,) = pines.must(reverse(mina, second.id))
    assert answer.effect is not None
    assert [(use.seq, use.action, use.amount) for use in answer.effect.uses] == [
        (merged.seq, "take", 40)
    ]
    sound(pines)


def test_a_reversal_gives_back_into_a_merged_source(pines: World) -> None:
    """The source's row has room for it; what it held besides stays in the merged lot."""
    mina = pines.members[0]
    spent = take(mina, 90)
    pines.must(issue(mina, 100), issue(mina, 30), spent, merge(mina))
    assert [lot.remaining for lot in lots(pines, mina)] == [40]
    pines.restart()
    pines.must(reverse(mina, spent.id, 50))
    assert [lot.remaining for lot in lots(pines, mina)] == [50, 40]
    pines.restart()
    pines.must(merge(mina), reverse(mina, spent.id))
    assert [lot.remaining for lot in lots(pines, mina)] == [40, 90]
    sound(pines)


def test_a_spend_over_too_many_lots_is_done_in_its_batch(pines: World) -> None:
    """501 lots: housekeeping's entry stands before the spend, in one batch, and all is spent."""
    mina = pines.members[0]
    pines.must(*(issue(mina) for _ in range(501)))
    (answer,) = pines.must(take(mina, 5_010))
    with reading(pines.engine) as connection:
        own, merged = transfers.of_book(connection, mina, 2)
    assert (own.seq, own.kind, own.actor) == (answer.seq, "ADJUST", "AIR")
    assert (merged.kind, merged.actor, merged.seq) == ("MERGE", SYSTEM, answer.seq - 1)
    assert lots(pines, mina) == []
    sound(pines)
