"""A default among partners that pay one another, over both databases."""

from domain.clock import DAY
from domain.store.doctor import examine
from domain.store.engine import reading
from settlement import commands as c
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.settling import HASH, ask, decided, nets, payment, step
from tests.integration.store.world import World, advance


def test_what_the_operator_is_owed_needs_no_line_of_its_own_bank(world: World) -> None:
    """AIR defaults on HOTEL and on the operator: the rest is paid out, and the check-up agrees."""
    world.must(world.exchange(world.members[0], 2_000))
    decided(
        world,
        ask(
            c.ProposePolicy, name="PERIODIC_FEE", partner="AIR", currency="KRW", value="30 0/1",
            reason="AGREED",
        ),
        )  # fmt: skip
    decided(
        world,
        ask(
            c.ProposeFunds, partner="AIR", currency="KRW", type="PREFUND_IN", amount=50,
            reason="AGREED",
        ),
    )  # fmt: skip
    decided(world, ask(c.ProposeWindowClose, period=1, currency="KRW"))
    due = world.clock.now() + DAY
    made = world.must(ask(c.CreateSettlement, currency="KRW", method="DIRECT", pay_by=due))[0].id
    assert nets(world, made) == {"AIR": 100, "HOTEL": -70, "OPERATOR": -30}
    decided(world, step(made, "APPROVE"))
    world.must(
        ask(c.SubmitSettlement, settlement=made, files=(c.WrittenFile("AIR", "f" * 32, HASH),))
    )
    advance(world, 2 * DAY)
    decided(world, step(made, "DEFAULT"))
    (left,) = world.run(payment(made, "HOTEL", -70, 1))
    assert left.seq >= 0, left.refusal
    with reading(world.engine) as connection:
        assert list(examine(connection)) == []
        state = connection.exec_driver_sql("SELECT state FROM settlement").scalar_one()
    assert state == "SETTLED"
    assert_rows_follow_from_leaves(world.engine)
