"""A gift stands in two books, and may be reversed from either."""

from domain.ledger.commands import GiftPoints, ReverseTransfer
from domain.store.queries.wallets import balances
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.world import World, actor, new_id


def test_a_gift_reversed_from_both_books_in_one_batch_goes_back_into_its_last_lot(
    world: World,
) -> None:
    """Two parts of a gift of two lots, named from either book, both go back into the last one."""
    giver, taker = world.members[:2]
    world.must(world.issue(giver, 50))
    gift = GiftPoints(
        actor=actor("AIR"),
        id=new_id(),
        key=new_id(),
        owner=giver,
        recipient=taker,
        unit="AIR",
        amount=10_050,
    )
    world.must(gift)
    parts = [
        ReverseTransfer(
            actor=actor("AIR"), id=new_id(), key=new_id(), owner=owner, transfer=gift.id, amount=20
        )
        for owner in (giver, taker)
    ]
    world.must(*parts)
    with world.engine.connect() as connection:
        (wallet,) = balances(connection, giver, world.clock.now())
    assert [(lot.amount, lot.remaining) for lot in wallet.lots] == [(50, 40)]
    assert_rows_follow_from_leaves(world.engine)
