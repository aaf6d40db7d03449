"""Back to a schema that knew no erasures or signed commands, and forward again, with both there."""

from dataclasses import replace

from sqlalchemy import text

from domain.store import doctor, migration
from domain.store.engine import reading
from domain.store.revision import revisions
from domain.store.tables import PERSONAL_TABLES
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.test_erasure import erasure
from tests.integration.store.world import World, new_id
from tests.releases.homes import contents


def personal(world: World, owner: str) -> int:
    """How many rows outside the log there are of a member."""
    with reading(world.engine) as connection:
        return sum(
            connection.execute(
                text(f"SELECT COUNT(*) FROM {table} WHERE owner = :owner"), {"owner": owner}
            ).scalar_one()
            for table in PERSONAL_TABLES
        )


def test_who_was_erased_stays_erased_over_every_revision(world: World) -> None:
    """The log fills the table again; what was signed is lost below 0004, and its answer stands."""
    mina, jun = world.members
    signed = replace(world.issue(jun, 7), signed=b"what was signed")
    (issued,) = world.must(signed)
    order = erasure(mina)
    (erased,) = world.must(order)
    before = contents(world.engine)
    for revision in reversed(revisions()):
        world.runner.close()
        migration.migrate(world.engine, revision)
        older = contents(world.engine)
        assert ("erasure" in older, "signed_command" in older) == (
            revision >= "0003", revision >= "0004",
        )  # fmt: skip
        migration.migrate(world.engine)
        after = contents(world.engine)
        lost = {name for name, rows in before.items() if after[name] != rows}
        assert lost <= (set() if revision >= "0004" else {"signed_command"})
        assert bool(after["signed_command"]) == (revision >= "0004")
        before["signed_command"] = after["signed_command"]
        world.restart()
        again = world.must(replace(signed, id=new_id()), replace(order, id=new_id()))
        assert [(one.replayed, one.leaf) for one in again] == [
            (True, issued.leaf), (True, erased.leaf),
        ]  # fmt: skip
        (refused,) = world.run(world.issue(mina, 5))
        assert refused.refusal is not None
        assert (refused.refusal.code, personal(world, mina)) == ("MEMBER_ERASED", 0)
        before["command"] = contents(world.engine)["command"]
        with reading(world.engine) as connection:
            assert list(doctor.examine(connection)) == []
    assert_rows_follow_from_leaves(world.engine)
