"""Settlements over both databases: nothing settles twice, and the leaves make every row."""

from collections.abc import Sequence

from sqlalchemy import text

from domain.clock import DAY
from domain.ledger.commands import Command
from domain.store.answers import Answer
from settlement import commands as c
from tests.integration.store.rows import assert_rows_follow_from_leaves, every_row
from tests.integration.store.settling import (
    HASH,
    ask,
    decided,
    dispute,
    disputed,
    drafted,
    lines,
    nets,
    payment,
    settled,
    step,
    submitted,
    upheld,
)
from tests.integration.store.world import SECOND_ACTOR, World, advance, open_world


def owing(world: World) -> None:
    """Let AIR owe HOTEL something in the first window."""
    world.must(world.exchange(world.members[0], 2_000))


def state(world: World, settlement: str) -> str:
    """Where a settlement stands, by its row."""
    with world.engine.connect() as connection:
        row = connection.execute(
            text("SELECT state FROM settlement WHERE id = :id"), {"id": settlement}
        )
        return str(row.scalar_one())


def refusals(answers: Sequence[Answer]) -> list[str]:
    """The codes of those that were refused."""
    return [answer.refusal.code for answer in answers if answer.refusal]


def test_every_row_of_a_settlement_follows_from_the_leaves(world: World) -> None:
    """Settled, aborted and defaulted ones, with prefund drawn and claims, are what replay makes."""
    owing(world)
    settled(world)
    owing(world)
    given_up = drafted(world, 2)
    decided(world, step(given_up, "ABORT"))
    again = world.must(
        ask(c.CreateSettlement, currency="KRW", method="DIRECT", pay_by=world.clock.now() + DAY)
    )[0].id
    decided(world, step(again, "APPROVE"))
    (file,) = (c.WrittenFile("AIR", "f" * 32, HASH),)
    world.must(ask(c.SubmitSettlement, settlement=again, files=(file,)))
    world.must(
        ask(
            c.RecordPayment, settlement=again, partner="AIR", type="PAYMENT", evidence=HASH,
            note="a call from the bank", note_key=b"k" * 32,
        ),
        ask(
            c.MatchBankLine, settlement=again, partner="AIR", counterparty="HOTEL", leg="DIRECT",
            amount=5, statement="cd" * 32, line=1,
        ),
    )  # fmt: skip
    advance(world, 2 * DAY)
    decided(world, step(again, "DEFAULT"))
    assert [state(world, one) for one in (given_up, again)] == ["ABORTED", "SETTLED"]
    assert_rows_follow_from_leaves(world.engine)
    with world.engine.connect() as connection:
        kept = connection.execute(text("SELECT DISTINCT text FROM free_text")).scalar_one()
    assert kept == "a call from the bank"


def test_tax_is_summed_up_from_the_window_s_rows(world: World) -> None:
    """What was owed in the very batch of the closing is taxed too, and replay makes the rows."""
    decided(
        world,
        ask(
            c.ProposePolicy, name="TAX", partner="HOTEL", currency="KRW",
            value="EXCHANGE,KR,1/10", reason="LAW",
        ),
    )  # fmt: skip
    close = ask(c.ProposeWindowClose, period=1, currency="KRW")
    world.must(close)
    world.must(
        world.exchange(world.members[0], 2_000),
        ask(c.DecideProposal, actor=SECOND_ACTOR, proposal=close.id, approve=True),
        world.exchange(world.members[1], 2_000),
    )
    with world.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT period, kind, SUM(amount) FROM obligation GROUP BY period, kind")
        )
        found = {(row[0], row[1]): int(row[2]) for row in rows}
    assert found == {(1, "EXCHANGE"): 70, (1, "TAX"): 7, (2, "EXCHANGE"): 70}
    assert_rows_follow_from_leaves(world.engine)


def test_two_people_at_once_settle_nothing_twice(world: World, database_url: str) -> None:
    """Whatever two processes send again, each line counts once and each window is netted once."""
    owing(world)
    id_ = submitted(world)
    (air, net) = next(item for item in nets(world, id_).items() if item[1] > 0)
    other = open_world(database_url, world.clock)
    try:
        first = payment(id_, air, net, 1)
        second = payment(id_, air, net, 1)  # the same line under another key
        world.must(first)
        assert [answer.refusal.code for answer in other.run(second) if answer.refusal] == [
            "BANK_LINE_KNOWN"
        ]
        assert other.run(first)[0].replayed
        twice: list[Command] = [
            ask(
                c.CreateSettlement,
                currency="KRW",
                method="CLEARING",
                pay_by=other.clock.now() + DAY,
            )
            for _ in range(2)
        ]
        owing(world)
        decided(world, ask(c.ProposeWindowClose, period=2, currency="KRW"))
        made, refused = other.run(*twice)
        assert (made.seq >= 0, refused.refusal and refused.refusal.code) == (
            True, "NOTHING_TO_SETTLE",
        )  # fmt: skip
    finally:
        other.close()
    assert_rows_follow_from_leaves(world.engine)


def test_every_row_of_a_dispute_follows_from_the_leaves(world: World) -> None:
    """Corrected both ways, rejected and open ones are what replay makes; texts lie beside."""
    owing(world)
    settled(world)
    made = disputed(world)
    with world.engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, state, stands - amount, corrected - amount FROM dispute ORDER BY seq")
        ).all()
        kept = connection.execute(text("SELECT COUNT(*) FROM free_text")).scalar_one()
    assert [tuple(row) for row in rows] == [
        (made[0], "UPHELD", 0, -5),
        (made[1], "UPHELD", -5, -2),
        (made[2], "REJECTED", -2, -2),
        (made[3], "OPEN", -2, -2),
    ]
    assert kept == 5
    assert_rows_follow_from_leaves(world.engine)


def test_two_people_at_once_correct_nothing_twice(world: World, database_url: str) -> None:
    """A line is disputed once at a time and a proposal happens once, whichever process is asked."""
    owing(world)
    (line,) = lines(world)
    other = open_world(database_url, world.clock)
    try:
        first, second = dispute(line, "AIR"), dispute(line, "HOTEL")
        world.must(first)
        assert refusals(other.run(second)) == ["DISPUTE_PENDING"]
        assert other.run(first)[0].replayed
        proposal = upheld(first.id, 1)
        world.must(proposal)
        approvals = [
            ask(c.DecideProposal, actor=SECOND_ACTOR, proposal=proposal.id, approve=True)
            for _ in range(2)
        ]
        assert refusals(other.run(*approvals)) == ["PROPOSAL_DECIDED"]
        late = [
            ask(c.WithdrawDispute, dispute=first.id),
            ask(c.ResolveDispute, dispute=first.id, outcome="REJECTED", reason="CHECKED"),
            dispute((line[0] + 10**6, 0), "AIR"),
            dispute((line[0], 9), "AIR"),
            dispute((10**30, 0), "AIR"),
            dispute((line[0], -(10**30)), "AIR"),
        ]
        unknown = ["LINE_UNKNOWN"] * 4
        assert refusals(world.run(*late)) == ["DISPUTE_STATE", "DISPUTE_STATE", *unknown]
        assert refusals(world.run(ask(c.WithdrawDispute, dispute="\udcff"))) == ["DISPUTE_UNKNOWN"]
        again = dispute(line, "HOTEL")
        world.must(again)
        assert refusals(other.run(upheld(again.id, 1))) == ["NOTHING_TO_CORRECT"]
    finally:
        other.close()
    assert_rows_follow_from_leaves(world.engine)


def test_a_dispute_blocks_an_approval_in_another_process(world: World, database_url: str) -> None:
    """What one process has read of open disputes, another's opening makes it read anew."""
    owing(world)
    decided(world, ask(c.ProposePolicy, name="DISPUTES_BLOCK", value="YES", reason="AGREED"))
    id_ = drafted(world)
    other = open_world(database_url, world.clock)
    try:
        opened = dispute(next(iter(lines(world))), "HOTEL")
        other.must(opened)
        assert refusals(world.run(step(id_, "APPROVE"))) == ["DISPUTE_OPEN"]
        other.must(ask(c.WithdrawDispute, dispute=opened.id))
        decided(world, step(id_, "APPROVE"))
    finally:
        other.close()


def test_a_refused_line_changes_nothing(world: World) -> None:
    """A line that pays no net leaves every row as it was, but its own answer."""
    owing(world)
    id_ = submitted(world)
    before = every_row(world.engine, "command")
    (answer,) = world.run(payment(id_, "HOTEL", 5, 1))
    assert answer.refusal is not None
    assert answer.refusal.code == "PAYMENT_UNEXPECTED"
    assert every_row(world.engine, "command") == before
