"""A key that ended while its command waited: nothing is written by it, and nothing is kept."""

from collections.abc import Callable
from dataclasses import replace

from domain.partners.commands import GrantKey, RevokeKey
from domain.store.batch import UNAUTHENTICATED
from tests.integration.store.rows import every_row
from tests.integration.store.world import OPERATOR_ACTOR, World, actor, new_id


def grant(prefix: str) -> GrantKey:
    """Make the command that gives AIR a key."""
    return GrantKey(
        actor=OPERATOR_ACTOR,
        id=new_id(),
        prefix=prefix,
        partner="AIR",
        subject="till",
        person=False,
        role="PARTNER",
        scopes=("points:issue",),
        hash="0" * 64,
    )


def test_a_revoked_key_writes_nothing_more(world: World, reopened: Callable[[], World]) -> None:
    """Revoked in its own batch or by another process: refused as credentials, and not kept."""
    world.must(grant("aaaaaaaa"), grant("bbbbbbbb"))
    by_key = world.issue(world.members[0], 5)
    acting = actor("AIR")._replace(key="aaaaaaaa")
    first = replace(by_key, actor=acting)
    revoke = RevokeKey(actor=OPERATOR_ACTOR, id=new_id(), prefix="aaaaaaaa")
    assert [a.fault for a in world.run(revoke, first)] == ["", UNAUTHENTICATED]
    assert world.run(first)[0].fault == UNAUTHENTICATED
    assert world.run(by_key)[0].seq > 0  # the idempotency key was not used up
    other = reopened()
    other.must(RevokeKey(actor=OPERATOR_ACTOR, id=new_id(), prefix="bbbbbbbb"))
    before = every_row(world.engine)
    late = replace(world.issue(world.members[0], 6), actor=acting._replace(key="bbbbbbbb"))
    assert world.run(late)[0].fault == UNAUTHENTICATED
    assert every_row(world.engine) == before


def test_a_retry_by_a_live_key_is_decided_in_the_batch_of_the_revoked_one(world: World) -> None:
    """Only what the ended key sent is turned away; the same request by a live one is accepted."""
    world.must(grant("cccccccc"), grant("dddddddd"))
    world.must(RevokeKey(actor=OPERATOR_ACTOR, id=new_id(), prefix="cccccccc"))
    sent = world.issue(world.members[0], 5)
    ended = replace(sent, actor=actor("AIR")._replace(key="cccccccc"))
    live = replace(sent, id=new_id(), actor=actor("AIR")._replace(key="dddddddd"))
    first, second, third = world.run(ended, live, replace(live, id=new_id()))
    assert first.fault == UNAUTHENTICATED
    assert second.seq > 0
    assert not second.replayed
    assert (third.seq, third.replayed) == (second.seq, True)
