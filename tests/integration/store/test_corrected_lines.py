"""Disputes and reversals of one line, over both databases: its money comes back once."""

from domain.ledger.commands import Command, ReverseTransfer
from domain.store.batch import Answer
from settlement import commands as c
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.settling import ask, decided, dispute, lines, upheld
from tests.integration.store.test_settlements import refusals
from tests.integration.store.world import SECOND_ACTOR, World, actor, new_id


def reverse(world: World, transfer: str, amount: int | None = None) -> Command:
    """A reversal of a part of what the first member exchanged."""
    return ReverseTransfer(
        actor=actor("AIR"), id=new_id(), owner=world.members[0], transfer=transfer, amount=amount
    )


def _bounds(answer: Answer) -> tuple[str, object]:
    assert answer.refusal is not None
    return answer.refusal.code, answer.refusal.facts.get("minimum")


def test_money_comes_back_by_a_reversal_or_by_a_dispute(world: World) -> None:
    """What either gave back the other refuses, in whatever batch, and the rows follow."""
    one, two = (world.exchange(world.members[0], 2_000) for _ in range(2))
    world.must(one, two)
    (first, (debtor, _, amount)), (second, _) = lines(world).items()
    opened = dispute(first, debtor)
    world.must(opened)
    decided(world, upheld(opened.id, 0))
    assert refusals(world.run(reverse(world, one.id))) == ["LINE_CORRECTED"]
    again = dispute(first, debtor)
    world.must(again)
    decided(world, upheld(again.id, amount))
    world.must(reverse(world, one.id))

    late = dispute(second, debtor)
    world.must(late)
    wanted = upheld(late.id, 0)
    world.must(wanted)
    approve = [
        ask(c.DecideProposal, actor=SECOND_ACTOR, proposal=wanted.id, approve=True)
        for _ in range(2)
    ]
    # Reversed a moment before in the same batch, and in one before.
    _, answer = world.run(reverse(world, two.id, 1_000), approve[0])
    assert _bounds(answer) == ("AMOUNT_OUT_OF_RANGE", amount // 2)
    world.must(reverse(world, two.id))
    assert _bounds(world.run(approve[1])[0]) == ("AMOUNT_OUT_OF_RANGE", amount)
    (answer,) = world.run(upheld(late.id, amount - 1))
    assert _bounds(answer) == ("AMOUNT_OUT_OF_RANGE", amount)
    assert_rows_follow_from_leaves(world.engine)
