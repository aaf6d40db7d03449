"""What goes wrong between a batch's COMMIT and its answers."""

from domain.clock import SimulatedClock
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.world import World


class StoppingClock(SimulatedClock):
    """A clock whose monotonic side fails while it is broken."""

    broken = True

    def monotonic(self) -> int:
        """Fail, or return the instant."""
        if self.broken:
            raise RuntimeError("the clock has stopped")
        return super().monotonic()


def test_what_fails_after_a_commit_is_not_told_as_undone(world: World) -> None:
    """Whatever goes wrong once a batch is durable: its callers are told to ask, and find it."""
    mina, jun = world.members
    world.clock = clock = StoppingClock(world.clock.now())
    world.restart()
    commands = (world.issue(mina, 5), world.issue(jun, 7))
    assert [answer.fault for answer in world.run(*commands)] == ["UNAVAILABLE"] * 2
    clock.broken = False
    again = world.must(*commands)
    assert [answer.replayed for answer in again] == [True, True]
    assert again[1].seq == again[0].seq + 1 == again[0].size - 1
    assert_rows_follow_from_leaves(world.engine)
