"""Whatever happened before: of whom was erased nothing is left, and nothing else has changed."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from audit.bundle import write_bundle
from audit.keys import Ed25519Signer
from audit.note import VerifierKey
from audit.replay import TABLES
from audit.verification import verify_bundle
from domain.ledger.commands import Command, EraseMember, LinkMember
from domain.store.doctor import examine
from domain.store.engine import reading
from domain.store.queries import export, log, members
from domain.store.requests import entry_key, plain
from domain.store.tables import LOG_TABLES
from tests.integration.store.rows import Table, assert_rows_follow_from_leaves, every_row
from tests.integration.store.test_erasure import erasure
from tests.integration.store.world import (
    LOG_SEED,
    ORIGIN,
    World,
    actor,
    furnished_world,
    request_of,
)
from tests.property.store.test_batching import Step, commands_of, twin

MEMBERS = 3

WHAT = [
    *("issue", "exchange", "redeem", "gift", "hold", "capture", "void", "reverse"),
    *("link", "erase", "erase"),
]
steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(WHAT),
        member=st.integers(0, 1),
        amount=st.integers(1, 6_000),
        earlier=st.integers(0, 30),
    ),
    min_size=3,
    max_size=25,
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], int]:
    """A furnished network's file, its members, and its clock's time."""
    path = tmp_path_factory.mktemp("template") / "dure.sqlite3"
    world = furnished_world(f"sqlite:///{path}", MEMBERS)
    world.close()
    return path, world.members, world.clock.now()


def told(world: World, story: list[Step], names: list[str]) -> list[Command]:
    """The story's commands, each with its own request, every third of them signed."""
    plain_steps = [
        replace(step, what="issue") if step.what in ("link", "erase") else step for step in story
    ]
    made = commands_of(plain_steps, names, world.clock.now())
    for n, (step, command) in enumerate(zip(story, made, strict=True)):
        owner = names[step.member]
        request = request_of(command.key, f"{step}")
        if step.what == "erase":
            made[n] = erasure(owner)
        elif step.what == "link":
            index = world.vault.reference_index("HOTEL", owner)
            made[n] = LinkMember(
                actor=actor("HOTEL"), id=command.id, key=command.key, request=request, owner=owner,
                partner="HOTEL", reference=f"guest {owner}", reference_index=index,
            )  # fmt: skip
        else:
            signed = b"signed " + request if n % 3 == 0 else b""
            made[n] = replace(command, request=request, signed=signed)
    return made


def of_others(engine: Engine, owner: str) -> dict[str, Table]:
    """All rows that belong to books of others, or to none, but for the log's own."""
    rows = every_row(engine, *LOG_TABLES, "command")
    return {name: [row for row in found if owner not in row] for name, found in rows.items()}


def secrets_of(world: World, owner: str, sent: list[Command]) -> list[bytes]:
    """All that must not be found once the member is erased."""
    with reading(world.engine) as connection:
        wrapped = members.wrapped_key(connection, owner)
        entries = list(log.leaves(connection))
        if wrapped is None:
            return []
        key = world.vault.unwrap(wrapped)
        found = [wrapped, key, key.hex().encode(), f"customer {owner[:8]}".encode()]
        indexes = [world.vault.reference_index(partner, owner) for partner in ("AIR", "HOTEL")]
        found += [index.encode() for index in indexes]
        for seq in range(len(entries)):
            kept = members.payload(connection, owner, seq)
            found += [kept] if kept else []
            packed = members.signed_command(connection, owner, seq)
            found += [packed] if packed else []
            found.append(entry_key(key, seq))
    for command in sent:
        if command.member() == owner:
            found += [command.request, plain(command.request).encode()]
            found += [command.signed] if command.signed else []
    return found


def in_tables(engine: Engine) -> bytes:
    """Every value of every row."""
    values = [value for rows in every_row(engine).values() for row in rows for value in row]
    return b"\n".join(v if isinstance(v, bytes) else str(v).encode() for v in values)


def verify(world: World, out: Path) -> None:
    """Hold the whole log, its authors, contracts, prices and rows against the operator's key."""
    with reading(world.engine) as connection:
        head = log.network(connection)
        assert head is not None
        tables = {n: export.rows(connection, n, table.columns) for n, table in TABLES.items()}
        key = VerifierKey(ORIGIN, Ed25519Signer(LOG_SEED).public_key)
        write_bundle(out, head.head.checkpoint, key.text(), log.leaves(connection), tables)
    assert verify_bundle(out, key, processes=1).findings == ()


@settings(max_examples=20, deadline=None)
@given(story=steps)
def test_an_erasure_takes_all_of_one_and_nothing_of_others(
    template: tuple[Path, list[str], int], story: list[Step]
) -> None:
    """No byte of key, payload, reference or request is left; others' rows are as they were."""
    path, names, now = template
    with tempfile.TemporaryDirectory() as directory:
        world = twin(path, Path(directory) / "dure.sqlite3", now)
        secrets: list[bytes] = []
        sent: list[Command] = []
        try:
            for command in told(world, story, names[: MEMBERS - 1]):
                erased = command.owner if isinstance(command, EraseMember) else ""
                before = of_others(world.engine, erased)
                known = secrets_of(world, erased, sent) if erased else []
                (answer,) = world.run(command)
                assert not answer.fault
                sent += [command] if answer.seq >= 0 else []
                if erased and answer.seq >= 0:
                    secrets += known
                    assert of_others(world.engine, erased) == before
            left = in_tables(world.engine)
            assert [secret for secret in secrets if secret in left] == []
            assert_rows_follow_from_leaves(world.engine)
            with reading(world.engine) as connection:
                assert list(examine(connection)) == []
            verify(world, Path(directory) / "bundle")
        finally:
            world.close()


def test_what_is_looked_for_is_there_before(template: tuple[Path, list[str], int]) -> None:
    """The search above finds what it looks for in the rows of a member who is not erased."""
    path, names, now = template
    with tempfile.TemporaryDirectory() as directory:
        world = twin(path, Path(directory) / "dure.sqlite3", now)
        try:
            story = [Step("issue", 0, 5, 0), Step("link", 0, 5, 0)]
            sent = told(world, story, names)
            world.must(*sent)
            left = in_tables(world.engine)
            found = [secret for secret in secrets_of(world, names[0], sent) if secret in left]
            # The wrapped key, two references, two payloads and what was signed.
            assert len(found) == 6
        finally:
            world.close()
