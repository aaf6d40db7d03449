"""Batches: what is accepted, refused, repeated, broken, and shared between processes."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import make_url

from domain.clock import DAY, MINUTE, SECOND, SystemClock, parse_instant
from domain.ledger.commands import (
    CaptureHold,
    ExpireWallet,
    GiftPoints,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
    VoidHold,
)
from domain.ports import Head
from domain.store.batch import Answer
from domain.store.engine import reading, writing
from domain.store.queries import log, members, transfers, wallets
from tests.integration.store.rows import assert_rows_follow_from_leaves, every_row
from tests.integration.store.world import (
    World,
    actor,
    advance,
    furnished_world,
    new_id,
    open_world,
)


def same(first: Answer, again: Answer) -> bool:
    """Tell whether a repeated answer says what the first one said."""
    return again.replayed and (again.seq, again.refusal, again.leaf, again.id, again.time) == (
        first.seq,
        first.refusal,
        first.leaf,
        first.id,
        first.time,
    )


def balance(world: World, owner: str, unit: str) -> int:
    """Return what a member can spend of a unit."""
    with reading(world.engine) as connection:
        found = wallets.balances(connection, owner, world.clock.now())
    return next((one.available for one in found if one.unit == unit), 0)


def test_an_exchange_is_answered_with_its_proof(world: World) -> None:
    """An accepted exchange moves both units, and its leaf is under the answered checkpoint."""
    mina = world.members[0]
    (answer,) = world.must(world.exchange(mina, 5_000))
    assert (balance(world, mina, "AIR"), balance(world, mina, "HOTEL")) == (5_000, 25)
    assert json.loads(answer.leaf)["seq"] == answer.seq == answer.size - 1
    assert answer.checkpoint.splitlines()[:2] == ["dure.example/test", str(answer.size)]
    assert answer.proofs is not None
    assert answer.proofs.inclusion(answer.seq)
    with reading(world.engine) as connection:
        kept = log.network(connection)
        assert kept is not None
        assert kept.head.checkpoint == answer.checkpoint


def test_every_row_follows_from_the_leaves(world: World) -> None:
    """After transfers of every kind, replay of the log gives each logged table to the byte."""
    mina, jun = world.members
    (exchanged,) = world.must(world.exchange(mina, 5_001))
    hold = PlaceHold(
        actor=actor("AIR"), id=new_id(), owner=jun, unit="AIR", amount=700,
        deadline=world.clock.now() + 60 * MINUTE,
    )  # fmt: skip
    late = replace(hold, id=new_id(), amount=300, deadline=world.clock.now() + SECOND * 90)
    voided = replace(hold, id=new_id(), amount=50)
    world.must(hold, late, voided)
    advance(world, 2 * MINUTE)
    gift = GiftPoints(
        actor=actor("AIR"), id=new_id(), owner=jun, recipient=mina, unit="AIR", amount=400
    )
    world.must(
        CaptureHold(actor=actor("AIR"), id=new_id(), owner=jun, hold=hold.id, amount=250),
        VoidHold(actor=actor("AIR"), id=new_id(), owner=jun, hold=voided.id),
        RedeemPoints(actor=actor("AIR"), id=new_id(), owner=jun, unit="AIR", amount=9_000),
        gift,
        ReverseTransfer(
            actor=actor("AIR"), id=new_id(), owner=mina, transfer=exchanged.id, amount=2_000
        ),
    )
    world.must(
        ReverseTransfer(actor=actor("AIR"), id=new_id(), owner=mina, transfer=exchanged.id),
        ReverseTransfer(actor=actor("AIR"), id=new_id(), owner=jun, transfer=gift.id, amount=150),
    )
    advance(world, 400 * DAY)
    world.must(ExpireWallet(actor=actor("AIR"), id=new_id(), owner=mina, unit="AIR"))
    assert_rows_follow_from_leaves(world.engine)


def test_a_refusal_leaves_all_but_its_own_key(world: World) -> None:
    """A refused command changes no row but its idempotency row, and makes no checkpoint."""
    before = every_row(world.engine, "command")
    (answer,) = world.run(world.exchange(world.members[0], 10**9))
    assert answer.refusal is not None
    assert answer.refusal.code == "INSUFFICIENT_POINTS"
    assert every_row(world.engine, "command") == before


def test_a_retried_exchange_returns_the_first_answer_after_a_restart(
    world: World, reopened: Callable[[], World]
) -> None:
    """Same key, same request: the first answer, from another process and after other changes."""
    mina = world.members[0]
    accepted, refused = world.exchange(mina, 5_000), world.exchange(mina, 10**9)
    first = world.run(accepted, refused)
    world.must(world.issue(mina, 10**10))  # now there would be enough
    again = reopened().run(replace(accepted, id=new_id()), replace(refused, id=new_id()))
    assert same(first[0], again[0])
    assert same(first[1], again[1])
    assert balance(world, mina, "HOTEL") == 25


def test_a_key_repeated_within_one_batch_moves_points_once(world: World) -> None:
    """Two requests with one key in one batch are one exchange, with one answer."""
    command = world.exchange(world.members[0], 5_000)
    first, again = world.run(command, replace(command, id=new_id()))
    assert same(first, again)
    assert balance(world, world.members[0], "AIR") == 5_000


def test_a_key_with_another_request_is_refused_and_not_kept(world: World) -> None:
    """Same key, other request: IDEMPOTENCY_KEY_REUSED, at once and later; the first one stands."""
    command = world.exchange(world.members[0], 5_000)
    other = replace(command, id=new_id(), request=b"another")
    first, in_batch = world.run(command, other)
    (later,) = world.run(other)
    for answer in (in_batch, later):
        assert answer.refusal is not None
        assert answer.refusal.code == "IDEMPOTENCY_KEY_REUSED"
        assert not answer.replayed
    (again,) = world.run(command)
    assert same(first, again)


def test_the_same_key_of_two_partners_is_two_keys(world: World) -> None:
    """An idempotency key is its partner's own."""
    key = new_id()
    mina = world.members[0]
    answers = world.must(
        world.issue(mina, 5, "AIR", key=key), world.issue(mina, 5, "HOTEL", key=key)
    )
    assert answers[0].seq != answers[1].seq


def test_a_poisoned_command_fails_alone(world: World) -> None:
    """A command that breaks its batch gets INTERNAL, unkept; its neighbours are answered."""
    mina, jun = world.members
    poison = replace(world.issue(mina, 5), amount="five")  # type: ignore[arg-type]  # the poison
    before, broken, after = world.run(world.exchange(mina, 200), poison, world.exchange(jun, 200))
    assert broken.fault == "INTERNAL"
    assert before.seq >= 0
    assert after.seq == before.seq + 1
    (repaired,) = world.run(replace(poison, amount=5))
    assert repaired.seq > after.seq
    assert_rows_follow_from_leaves(world.engine)


def test_two_processes_are_one_writer(world: World, reopened: Callable[[], World]) -> None:
    """Batches of two processes by turns see one another's points, sums, and small tables."""
    mina = world.members[0]
    other = reopened()
    for amount in (1_000, 2_000, 3_000):
        world.must(world.exchange(mina, amount))
        other.must(other.exchange(mina, 200))
    (refused,) = other.run(other.exchange(mina, 10_000))
    assert refused.refusal is not None
    assert refused.refusal.facts["available"] == 10_000 - 6_600
    assert_rows_follow_from_leaves(world.engine)


def test_a_batch_sees_what_it_has_done_itself(world: World) -> None:
    """Commands of one batch spend one another's points in order."""
    mina = world.members[0]
    spent, refused, issued, accepted = world.run(
        world.exchange(mina, 9_000),
        world.exchange(mina, 9_000),
        world.issue(mina, 8_000),
        world.exchange(mina, 9_000),
    )
    assert spent.seq >= 0
    assert refused.refusal is not None
    assert accepted.seq == issued.seq + 1


def test_a_second_reversal_in_one_batch_counts_the_first(world: World) -> None:
    """Two reversals of one transfer in one batch never exceed it."""
    mina = world.members[0]
    (done,) = world.must(world.exchange(mina, 4_000))
    reverse = ReverseTransfer(
        actor=actor("AIR"), id=new_id(), owner=mina, transfer=done.id, amount=3_000
    )
    first, second = world.run(reverse, replace(reverse, id=new_id()))
    assert first.seq >= 0
    assert second.refusal is not None
    assert second.refusal.code == "REVERSAL_EXCEEDS_ORIGINAL"


def test_one_reference_in_one_batch_is_one_member(world: World) -> None:
    """Of two enrolments under one reference in one batch, the second is refused."""
    first = world.enroll()
    second = replace(world.enroll(), reference_index=first.reference_index)
    enrolled, refused = world.run(first, second)
    assert enrolled.seq >= 0
    assert refused.refusal is not None
    assert refused.refusal.code == "REFERENCE_TAKEN"
    with reading(world.engine) as connection:
        assert members.by_reference(connection, "AIR", first.reference_index) == first.owner


def test_the_time_out_before_a_command_is_nobodys(world: World) -> None:
    """An overdue hold ends by an entry of its own, by the system, just before what needs it."""
    mina = world.members[0]
    hold = PlaceHold(
        actor=actor("AIR"), id=new_id(), owner=mina, unit="AIR", amount=10_000,
        deadline=world.clock.now() + 5 * SECOND,
    )  # fmt: skip
    world.must(hold)
    advance(world, 10 * SECOND)
    (answer,) = world.must(world.exchange(mina, 10_000))
    with reading(world.engine) as connection:
        before = log.entry(connection, answer.seq - 1)
        assert before is not None
        entry = json.loads(before.leaf)
        assert (entry["kind"], entry["author"], entry["cmd"]) == (
            "hold.expired",
            "system/hold-timeout",
            "",
        )
        assert parse_instant(entry["time"]) == answer.time - 1
        assert transfers.at(connection, answer.seq - 1)[0].actor == "SYSTEM"


def test_a_command_on_a_member_is_bound_by_the_members_key(world: World) -> None:
    """``cmd`` and ``pd`` are HMACs under k_e; the payload opens under the member's key alone."""
    command = world.enroll()
    (answer,) = world.must(command)
    key = world.vault.unwrap(command.wrapped_key)
    entry_key = hmac.digest(key, answer.seq.to_bytes(8, "big"), "sha256")
    leaf = json.loads(answer.leaf)
    assert leaf["cmd"] == hmac.digest(entry_key, command.request, "sha256").hex()
    with reading(world.engine) as connection:
        sealed = members.payload(connection, command.owner, answer.seq)
    assert sealed is not None
    context = f"{command.owner}/{answer.seq}".encode()
    payload = world.vault.decrypt(key, context, sealed)
    assert json.loads(payload) == {"reference": command.reference}
    assert leaf["pd"] == hmac.digest(entry_key, payload, "sha256").hex()


def test_a_command_without_a_member_is_hashed(world: World) -> None:
    """Where no member is touched, ``cmd`` is SHA-256 of the request."""
    with reading(world.engine) as connection:
        leaves = [json.loads(entry.leaf) for entry in log.entries(connection, 9, 0)]
    first = next(leaf for leaf in leaves if leaf["kind"] == "partner.created")
    assert first["cmd"] == ""  # it was made without a request


class SettableClock(SystemClock):
    """A clock that claims to be the machine's, and can be set."""

    def __init__(self, now: int) -> None:
        """Begin at ``now``."""
        self.wall = now
        self.steady = 0

    def now(self) -> int:
        """Return the wall clock's instant."""
        return self.wall

    def monotonic(self) -> int:
        """Return the clock that cannot be set."""
        return self.steady


@pytest.mark.parametrize("step", [-6 * SECOND, 61 * SECOND, -61 * SECOND])
def test_a_clock_that_jumps_stops_the_writer(world: World, database_url: str, step: int) -> None:
    """A log ahead of the clock, or a jump of the wall clock, answers CLOCK and writes nothing."""
    clock = SettableClock(world.clock.now() + DAY)
    other = open_world(database_url, clock)
    try:
        other.must(other.issue(world.members[0], 5))
        before = every_row(world.engine)
        clock.wall += step
        (answer,) = other.run(other.issue(world.members[0], 5))
        assert answer.fault == "CLOCK"
        assert every_row(world.engine) == before
        clock.wall -= step
        other.must(other.issue(world.members[0], 5))
    finally:
        other.close()


class FailingFence:
    """A high-water mark that cannot be moved until it is mended."""

    def __init__(self) -> None:
        """Begin broken, at nought."""
        self.broken = True
        self.size = 0

    def check(self, head: Head) -> None:
        """Find every head good."""
        assert head.size >= self.size

    def before_connecting(self) -> None:
        """Nobody else has seen the log."""

    def allow(self) -> None:
        """Stop nothing: what cannot be moved is found after the commit."""

    def advance(self, head: Head) -> None:
        """Remember a head, where it can."""
        if self.broken:
            raise OSError(28, "No space left on device")
        self.size = head.size


def test_what_the_fence_held_back_is_answered_once_it_moves(world: World) -> None:
    """Committed but not fenced is UNAVAILABLE, however often; then a retry moves the mark too."""
    fence = FailingFence()
    world.fence = fence
    world.restart()
    command = world.issue(world.members[0], 5)
    before = balance(world, world.members[0], "AIR")
    for _ in range(2):
        assert [answer.fault for answer in world.run(command)] == ["UNAVAILABLE"]
        assert world.runner.probe() == "UNAVAILABLE"
    fence.broken = False
    (again,) = world.run(command)
    assert again.replayed
    assert again.size == fence.size
    assert balance(world, world.members[0], "AIR") == before + 5


def test_a_database_that_became_read_only_is_unavailable(postgres_url: str) -> None:
    """A server that takes no writes (a standby now) is UNAVAILABLE, and is left once it is over."""
    world = furnished_world(postgres_url)
    name = make_url(postgres_url).database
    command = world.issue(world.members[0], 5)
    for setting, faults in (("on", ["UNAVAILABLE"]), ("off", [""])):
        with writing(world.engine) as connection:
            connection.exec_driver_sql("SET TRANSACTION READ WRITE")
            connection.exec_driver_sql(
                f'ALTER DATABASE "{name}" SET default_transaction_read_only = {setting}'
            )
        world.engine.dispose()
        if setting == "on":
            world.restart()
        assert [answer.fault for answer in world.run(command)] == faults
    world.close()


def test_an_enrolment_of_many_is_one_checkpoint(world: World) -> None:
    """A batch moves the head once, under one signature, whatever its size."""
    answers = world.must(*(world.enroll() for _ in range(300)))
    assert len({answer.checkpoint for answer in answers}) == 1
    for answer in answers[::50]:
        assert answer.proofs is not None
        proof = answer.proofs.inclusion(answer.seq)
        assert all(len(node) == hashlib.sha256().digest_size for node in proof)
    with reading(world.engine) as connection:
        # The first full tile of level 0 gave level 1 its first hash.
        assert len(log.tile(connection, 1, 0)) == 32
        assert len(log.tile(connection, 0, 0)) == 256 * 32


def test_a_log_of_another_name_is_not_written_to(world: World, database_url: str) -> None:
    """A database of another origin is refused before anything is written."""
    other = open_world(database_url, world.clock, origin="dure.example/elsewhere")
    try:
        before = every_row(world.engine)
        (answer,) = other.run(world.issue(world.members[0], 5))
        assert answer.fault == "UNAVAILABLE"
        assert every_row(world.engine) == before
    finally:
        other.close()
