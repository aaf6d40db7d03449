"""What an erasure leaves in the database: the log and the ledger, and nothing of a person."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from api.vault import FileVault
from domain.ledger.commands import EraseMember
from domain.partners.commands import CreatePartner
from domain.store import doctor
from domain.store.books import Books
from domain.store.engine import reading
from domain.store.erasing import erase_again
from domain.store.queries import members
from domain.store.tables import PERSONAL_TABLES
from tests.integration.store.world import (
    OPERATOR_ACTOR,
    World,
    found_world,
    new_id,
    new_key,
    open_world,
    request_of,
)


def erasure(owner: str) -> EraseMember:
    """The operator's order to erase a member."""
    key = new_id()
    return EraseMember(
        actor=OPERATOR_ACTOR, id=new_id(), key=key, request=request_of(key, "erase"), owner=owner
    )


def personal(world: World, owner: str) -> list[int]:
    """How many rows there are of a member in each table outside the log."""
    with reading(world.engine) as connection:
        return [
            connection.execute(
                text(f"SELECT COUNT(*) FROM {table} WHERE owner = :owner"), {"owner": owner}
            ).scalar_one()
            for table in PERSONAL_TABLES
        ]


def broken(world: World) -> list[str]:
    """The codes of what the rows say is wrong."""
    with reading(world.engine) as connection:
        return [finding.code for finding in doctor.examine(connection)]


def test_an_erasure_leaves_no_key_no_payload_no_reference(world: World) -> None:
    """Of the erased member every row outside the log goes; its neighbour's stay."""
    mina, jun = world.members
    before = personal(world, jun)
    assert personal(world, mina) == before == [1, 1, 0, 1]
    order = erasure(mina)
    (answer,) = world.must(order)
    assert answer.kind == "subject.erased"
    assert personal(world, mina) == [0, 0, 0, 0]
    assert personal(world, jun) == before
    assert broken(world) == []
    (again,) = world.must(order)
    assert (again.replayed, again.seq, again.leaf) == (True, answer.seq, answer.leaf)
    world.must(world.issue(jun, 5), world.exchange(jun, 400))


def test_every_process_sees_the_erasure_at_once(
    world: World, reopened: Callable[[], World]
) -> None:
    """What another process has in memory of the member is worth nothing after the commit."""
    mina = world.members[0]
    other = reopened()
    other.must(other.issue(mina, 5))
    world.must(erasure(mina))
    (answer,) = other.run(other.issue(mina, 5))
    assert answer.refusal is not None
    assert answer.refusal.code == "MEMBER_ERASED"


def test_one_batch_may_hold_all_of_a_member(world: World) -> None:
    """Enrolled, given points, erased and refused in one batch: nothing of it stays outside."""
    enrolment = world.enroll()
    answers = world.run(
        enrolment, world.issue(enrolment.owner, 7), erasure(enrolment.owner),
        world.issue(enrolment.owner, 7),
    )  # fmt: skip
    assert [answer.seq >= 0 for answer in answers] == [True, True, True, False]
    assert personal(world, enrolment.owner) == [0, 0, 0, 0]
    world.must(world.enroll(member=new_key()))
    assert broken(world) == []


class CountingVault(FileVault):
    """A vault that tells how often it unwrapped a key."""

    def __init__(self, kek: bytes) -> None:
        """Begin with none."""
        super().__init__(kek)
        self.unwrapped = 0

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap, and count."""
        self.unwrapped += 1
        return super().unwrap(wrapped)


def test_unwrapped_keys_do_not_outlive_an_erasure_elsewhere(
    world: World, database_url: str
) -> None:
    """A process drops every unwrapped key with its first batch after another's erasure."""
    mina, jun = world.members
    other = open_world(database_url, world.clock)
    vault = other.vault = CountingVault(bytes(range(32, 64)))
    other.restart()
    try:
        for expected in (1, 1):
            other.must(other.issue(jun, 5))
            assert vault.unwrapped == expected
        world.must(erasure(mina))
        other.must(other.issue(jun, 5))
        assert vault.unwrapped == 2
    finally:
        other.close()


def remembered(owner: str) -> bool:
    """Tell whether books in memory hold the member's wrapped key."""
    return any(owner in each.keys for each in gc.get_objects() if isinstance(each, Books))


def test_what_is_kept_between_batches_forgets_an_erased_key(world: World) -> None:
    """Its own process holds a member's wrapped key up to the batch that erases it, no longer."""
    mina, jun = world.members
    world.must(world.issue(mina, 5), world.issue(jun, 5))
    assert remembered(mina)
    world.must(erasure(mina))
    assert (remembered(mina), remembered(jun)) == (False, True)


def test_a_member_whose_key_is_lost_can_be_erased(world: World) -> None:
    """A database restored without its keys is no reason to keep what else there is."""
    mina = world.members[0]
    with world.engine.begin() as connection:
        connection.execute(text("DELETE FROM member_key"))
    world.restart()
    world.must(erasure(mina))
    assert personal(world, mina) == [0, 0, 0, 0]


def test_what_a_restored_table_brings_back_is_destroyed_again(world: World) -> None:
    """A key put back beside an erasure is a breach, and gone once the network is opened."""
    mina, jun = world.members
    with reading(world.engine) as connection:
        wrapped = members.wrapped_key(connection, mina)
    world.must(erasure(mina))
    with world.engine.begin() as connection:
        connection.execute(
            text("INSERT INTO member_key VALUES (:owner, :wrapped)"),
            {"owner": mina, "wrapped": wrapped},
        )
    assert broken(world) == ["ERASED_FOUND_AGAIN"]
    assert erase_again(world.engine) == 1
    assert personal(world, mina) == [0, 0, 0, 0]
    assert personal(world, jun) == [1, 1, 0, 1]
    assert broken(world) == []
    assert erase_again(world.engine) == 0


def files(url: str) -> bytes:
    """Every byte of an SQLite database: the file and its write-ahead log."""
    path = Path(url.removeprefix("sqlite:///"))
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(path.name + "*")))


@pytest.mark.parametrize("count", [3, 400])
def test_sqlite_files_hold_no_byte_of_an_erased_key(sqlite_url: str, count: int) -> None:
    """Neither the file nor its log keeps wrapped key, payload or reference of whom was erased."""
    world = found_world(sqlite_url)
    try:
        world.must(
            CreatePartner(
                actor=OPERATOR_ACTOR, id=new_id(), key=new_id(), partner="AIR", currency="KRW"
            )
        )
        enrolments = [world.enroll() for _ in range(count)]
        seqs = [answer.seq for answer in world.must(*enrolments)]
        gone = enrolments[::3]
        with reading(world.engine) as connection:
            payloads = [
                members.payload(connection, one.owner, seq)
                for one, seq in zip(gone, seqs[::3], strict=True)
            ]
        secrets = [one.wrapped_key for one in gone]
        secrets += [one.reference_index.encode() for one in gone]
        secrets += [one for one in payloads if one]
        assert all(secret in files(sqlite_url) for secret in secrets)
        for one in gone:
            world.must(erasure(one.owner))
        left = files(sqlite_url)
        assert [secret for secret in secrets if secret in left] == []
        assert enrolments[1].wrapped_key in left
    finally:
        world.close()
