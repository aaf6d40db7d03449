"""Answers and personal data lie outside the log; each is held against the entry it belongs to."""

import hashlib

import pytest
from sqlalchemy import text

from api import signed_check
from api.outside_check import CODES, Outside
from api.signed_check import SignedRows
from audit.entry import decode
from domain.ledger.codes import CODES as REFUSALS
from domain.partners.commands import CreatePartner
from domain.store.engine import reading, writing
from domain.store.queries import log, members, outside
from tests.integration.store.world import OPERATOR_ACTOR, World, new_id, request_of

NOTHING = hashlib.sha256(b"").hexdigest()


def found(world: World) -> list[str]:
    """Return the codes of what the check finds, each once."""
    with reading(world.engine) as connection:
        network = log.network(connection)
        assert network is not None

        def has_key(member: str) -> bool:
            return members.wrapped_key(connection, member) is not None

        check = Outside(
            outside.answers(connection),
            outside.payloads(connection),
            SignedRows(outside.signed_commands(connection), world.vault, has_key),
            world.vault,
            has_key,
        )
        for leaf in log.leaves(connection):
            check.see(decode(leaf))
        return sorted({breach.code for breach in check.finish(network.head.size)})


def tamper(world: World, *statements: str) -> None:
    """Change rows by hand; each statement finds some."""
    with writing(world.engine) as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement


@pytest.fixture(autouse=True)
def lived_in(world: World) -> None:
    """Let there be a refusal, and a request whose own hash stands in the log."""
    (refused,) = world.run(world.exchange(world.members[0], 10**9))
    assert refused.refusal is not None
    assert refused.refusal.code in REFUSALS
    key = new_id()
    world.must(
        CreatePartner(
            actor=OPERATOR_ACTOR,
            id=new_id(),
            key=key,
            request=request_of(key, "partnerCreate"),
            partner="BOOK",
            currency="KRW",
            cap=0,
            signing_key="",
            name_en="Book",
        )
    )


def test_honest_rows_are_their_entries_own(world: World) -> None:
    """Answers and payloads as they were written have no breach."""
    assert found(world) == []


TAMPERING = [
    # Another partner's answer under a key; an answer to no request, or to another one.
    ("ANSWER_NOT_ITS_ENTRY", "UPDATE command SET partner = 'HOTEL' WHERE partner = 'AIR'"),
    ("ANSWER_NOT_ITS_ENTRY", "UPDATE command SET partner = 'AIR' WHERE partner = 'OPERATOR'"),
    (
        "ANSWER_NOT_ITS_ENTRY",
        f"UPDATE command SET request_hash = '{NOTHING}' WHERE partner = 'AIR'",
    ),
    (
        "ANSWER_NOT_ITS_ENTRY",
        (
            "UPDATE command SET request_hash = REPLACE(request_hash, 'a', 'b')"
            f" WHERE partner = 'OPERATOR' AND request_hash <> '{NOTHING}'"
        ),
    ),
    (
        "ANSWER_NOT_ITS_ENTRY",
        f"UPDATE command SET request_hash = 'm{'0' * 64}' WHERE request_hash LIKE 'm%'",
    ),
    (
        "ANSWER_NOT_ITS_ENTRY",
        "UPDATE command SET request_hash = REPLACE(request_hash, 'm', 'v') WHERE partner = 'AIR'",
    ),
    # Two keys' answers exchanged: each would repeat what the other partner did.
    ("ANSWER_NOT_ITS_ENTRY", "UPDATE command SET seq = 17 - seq WHERE seq IN (8, 9)"),
    ("ANSWER_NOT_ITS_ENTRY", "UPDATE command SET code = 'POINTS_SPENT' WHERE seq = 12"),
    ("ANSWER_MISSING", "DELETE FROM command WHERE seq = 12"),
    ("PAYLOAD_ORPHAN", "UPDATE payload SET seq = 0 WHERE seq = 10"),
    ("PAYLOAD_ORPHAN", "UPDATE payload SET seq = 1000 WHERE seq = 10"),
    (
        "PAYLOAD_ORPHAN",
        "UPDATE payload SET owner = (SELECT owner FROM payload WHERE seq = 11) WHERE seq = 10",
    ),
    (
        "PAYLOAD_ALTERED",
        (
            "UPDATE payload SET ciphertext = (SELECT ciphertext FROM payload WHERE seq = 11)"
            " WHERE seq = 10"
        ),
    ),
    ("PAYLOAD_MISSING", "DELETE FROM payload WHERE seq = 10"),
    (
        "MEMBER_KEY_ALTERED",
        (
            "UPDATE member_key SET wrapped = (SELECT k.wrapped FROM member_key k"
            " ORDER BY k.owner LIMIT 1)"
        ),
    ),
    ("MEMBER_KEY_ALTERED", "UPDATE member_key SET wrapped = ciphertext FROM payload"),
]


def test_every_code_is_tampered_with() -> None:
    """No code stands that no tampering trips."""
    # What partners signed has a network of its own: tests/acceptance/test_signed_commands.py.
    assert {code for code, _ in TAMPERING} == set(CODES) - set(signed_check.CODES)


@pytest.mark.parametrize(("code", "statement"), TAMPERING)
def test_tampering_is_named(world: World, code: str, statement: str) -> None:
    """A row moved, changed or deleted by hand is named for what it is."""
    tamper(world, statement)
    assert code in found(world)


def test_a_payload_under_a_wrong_pd_is_altered(world: World) -> None:
    """Personal data replaced by other data under the member's own key is not what was bound."""
    with reading(world.engine) as connection:
        (first, *_) = outside.payloads(connection)
    key = world.vault.unwrap(first.wrapped)
    context = f"{first.owner}/{first.seq}".encode("ascii")
    forged = world.vault.encrypt(key, context, b'{"reference":"another"}')
    with writing(world.engine) as connection:
        connection.execute(
            text("UPDATE payload SET ciphertext = :forged WHERE seq = :seq"),
            {"forged": forged, "seq": first.seq},
        )
    assert found(world) == ["PAYLOAD_ALTERED"]


def test_what_erasure_removes_is_no_breach(world: World) -> None:
    """Where a member's key and payload are both gone, nothing is missing."""
    tamper(world, "DELETE FROM payload", "DELETE FROM member_key")
    assert found(world) == []
