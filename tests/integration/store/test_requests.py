"""What is kept of requests: enough to know them again, and nothing that a guess could confirm."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import text

from domain.ledger.commands import Command, GiftPoints, MemberCommand, ReverseTransfer
from domain.store import doctor
from domain.store.engine import reading, writing
from tests.integration.store.test_erasure import erasure
from tests.integration.store.test_outside import found
from tests.integration.store.world import World, actor, new_id, request_of


def kept(world: World, command: Command) -> str:
    """What stands under a command's key."""
    with reading(world.engine) as connection:
        return str(
            connection.execute(
                text("SELECT request_hash FROM command WHERE key = :key"), {"key": command.key}
            ).scalar_one()
        )


def put(world: World, command: Command, value: str) -> None:
    """Have something else stand there."""
    with writing(world.engine) as connection:
        statement = text("UPDATE command SET request_hash = :value WHERE key = :key")
        connection.execute(statement, {"value": value, "key": command.key})


def other(command: Command) -> Command:
    """Another request under the same key."""
    return replace(command, id=new_id(), request=request_of(command.key, "something else"))


def code(world: World, command: Command) -> str:
    """What a command that is sent again comes to: replayed, or a code."""
    (answer,) = world.run(replace(command, id=new_id()))
    assert not answer.fault
    assert answer.replayed or answer.refusal is not None
    return "replayed" if answer.replayed else answer.refusal.code if answer.refusal else ""


def sent(world: World) -> dict[str, MemberCommand]:
    """An accepted command on a member, a signed one, a refused one, and an enrolment."""
    mina = world.members[0]
    signed = world.issue(mina, 7)
    made: dict[str, MemberCommand] = {
        "m": world.issue(mina, 5),
        "s": replace(signed, signed=b"what was signed"),
        "v": world.exchange(mina, 10**9),
        "enrolment": world.enroll(),
    }
    answers = world.run(*made.values())
    assert [answer.seq < 0 for answer in answers] == [False, False, True, False]
    return made


def gift_of(world: World, giver: str, recipient: str) -> GiftPoints:
    """A gift from one member to another."""
    key = new_id()
    return GiftPoints(
        actor=actor("AIR"), id=new_id(), key=key, request=request_of(key, f"gift to {recipient}"),
        received_at=world.clock.now(), owner=giver, recipient=recipient, unit="AIR", amount=100,
    )  # fmt: skip


def reversal_of(world: World, owner: str, transfer: str) -> ReverseTransfer:
    """A reversal of all of a transfer, asked for from one of its books."""
    key = new_id()
    return ReverseTransfer(
        actor=actor("AIR"), id=new_id(), key=key, request=request_of(key, f"reverse {transfer}"),
        received_at=world.clock.now(), owner=owner, transfer=transfer,
    )  # fmt: skip


def test_a_request_is_known_again_and_told_from_others(world: World) -> None:
    """The same one has its first answer, another one is refused: at once, and after a restart."""
    made = sent(world)
    # Each sending of an enrolment brings a pseudonym and a key of its own.
    again = replace(world.enroll(), key=made["enrolment"].key, request=made["enrolment"].request)
    for _ in range(2):
        for command in (*made.values(), again):
            assert code(world, command) == "replayed"
            assert code(world, other(command)) == "IDEMPOTENCY_KEY_REUSED"
        world.restart()
    assert found(world) == ["SIGNED_COMMAND_ALTERED"]  # what was signed here bears no signature


def test_no_row_confirms_a_guess(world: World) -> None:
    """Nothing that is kept of a request on a member, or of a refused one, is a hash of it."""
    for form, command in sent(world).items():
        row = kept(world, command)
        assert row[0] == (form if len(form) == 1 else "m")
        guesses = [command.request, command.request + b"\n", command.request.strip()]
        assert row[1:] not in [hashlib.sha256(guess).hexdigest() for guess in guesses]


def test_an_erased_members_requests_are_nobodys(world: World) -> None:
    """After the erasure the first answers stand, and what names another member is refused."""
    made = sent(world)
    mina, jun = world.members
    order = erasure(mina)
    world.must(order)
    world.restart()
    for form in ("m", "s", "v"):
        assert code(world, made[form]) == "replayed"
    assert code(world, replace(world.issue(jun, 5), key=made["m"].key)) == "IDEMPOTENCY_KEY_REUSED"
    assert code(world, other(made["v"])) == "IDEMPOTENCY_KEY_REUSED"
    assert code(world, order) == "replayed"
    assert code(world, replace(order, request=b"other")) == "IDEMPOTENCY_KEY_REUSED"
    enrolment = made["enrolment"]
    assert code(world, enrolment) == "replayed"
    world.must(erasure(enrolment.owner))
    assert code(world, enrolment) == "replayed"
    again = replace(world.enroll("HOTEL"), key=enrolment.key, actor=enrolment.actor)
    assert code(world, again) == "IDEMPOTENCY_KEY_REUSED"
    with reading(world.engine) as connection:
        assert list(doctor.examine(connection)) == []
    assert found(world) == []


def test_the_answer_of_an_erased_member_is_of_its_own_kind(world: World) -> None:
    """Nobody is told that points were exchanged or given because some were issued under the key."""
    mina, jun = world.members
    issue, gift = world.issue(mina, 5), gift_of(world, jun, mina)
    world.must(issue, gift)
    reversal = reversal_of(world, mina, gift.id)
    world.must(reversal)
    world.must(erasure(mina))
    assert code(world, replace(world.issue(mina, 6), key=issue.key)) == "replayed"
    for other_kind in (world.exchange(mina, 100), gift_of(world, mina, jun), world.enroll()):
        assert code(world, replace(other_kind, key=issue.key)) == "IDEMPOTENCY_KEY_REUSED"
    # The giver's key bound the gift, and is there: nothing of the recipient's is in doubt.
    assert code(world, replace(gift_of(world, mina, jun), key=gift.key)) == "IDEMPOTENCY_KEY_REUSED"
    assert code(world, reversal) == "replayed"
    of_another = replace(reversal_of(world, mina, issue.id), key=reversal.key)
    assert code(world, of_another) == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize("form", ["m", "s", "v", "enrolment"])
def test_rows_of_the_older_kind_still_answer(world: World, form: str) -> None:
    """A plain hash, as 0.1 wrote it, knows its request again, erased or not, and no other."""
    command = sent(world)[form]
    put(world, command, hashlib.sha256(command.request).hexdigest())
    for _ in range(2):
        assert code(world, command) == "replayed"
        assert code(world, other(command)) == "IDEMPOTENCY_KEY_REUSED"
        if form != "enrolment":
            world.run(erasure(world.members[0]))
    unsigned = ["SIGNED_COMMAND_ALTERED"]  # what was signed here bears no signature
    assert found(world) == (unsigned if form == "enrolment" else [])
