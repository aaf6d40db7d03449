"""Keys and fences of a home, on both databases: rotation beside a second process, old copies."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from api.auth.scopes import Role, Scope
from api.bootstrap import (
    HIGH_WATER,
    INIT_ACTOR,
    KEYS,
    Network,
    NetworkError,
    create_network,
    grant_key,
    open_network,
)
from api.config import Settings
from api.fence import FileFence
from api.rotation import Compromise, rotate
from audit.keys import key_file_public
from audit.note import parse_note
from audit.policy import parse_policy
from domain.clock import DAY, SimulatedClock
from domain.errors import DureError, StoreError
from domain.ports import Head
from domain.store.engine import reading, writing
from domain.store.queries import log

ORIGIN = "dure.example/test"
START = 1_767_225_600_000_000


@pytest.fixture
def settings(database_url: str) -> Settings:
    """A network's settings, on each kind of database."""
    return Settings.model_validate({"database_url": database_url, "passphrase": "a pass phrase"})


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock that all processes of the network share."""
    return SimulatedClock(START)


@contextmanager
def opened(home: Path, settings: Settings, clock: SimulatedClock) -> Iterator[Network]:
    """The network of a home, as one more process has it."""
    network = open_network(home, settings, clock=clock)
    try:
        yield network
    finally:
        network.close()


@pytest.fixture
def home(tmp_path: Path, settings: Settings, clock: SimulatedClock) -> Path:
    """The home of a network that was just founded."""
    found = tmp_path / "home"
    create_network(
        found, settings, origin=ORIGIN, sandbox=True, simulated=True, clock=clock
    ).close()
    return found


def write(network: Network) -> None:
    """Append an entry as a server does; raises NetworkError where it was not."""
    subject = network.ids.member()
    grant_key(network, INIT_ACTOR, "", subject, Role.AUDITOR, frozenset({Scope.AUDIT_READ}))


def signers(network: Network) -> list[str]:
    """The key ids on the head's checkpoint."""
    with reading(network.engine) as connection:
        found = log.network(connection)
    assert found is not None
    return [line.key_id.hex() for line in parse_note(found.head.checkpoint).signatures]


def id_of(key: str) -> str:
    """The key id in a verifier key's text."""
    return key.split("+")[1]


def test_a_second_process_follows_a_rotation(
    home: Path, settings: Settings, clock: SimulatedClock
) -> None:
    """It signs with the new key, then with both, and past the overlap with the new one alone."""
    with opened(home, settings, clock) as one, opened(home, settings, clock) as other:
        write(other)
        old = one.verifier_key
        done = rotate(one, overlap_days=30, author="system/keys")
        assert done.key.text() != old
        assert other.verifier_key == old
        write(other)
        assert other.verifier_key == done.key.text()
        write(one)
        assert one.verifier_key == done.key.text()
        assert signers(other) == [id_of(one.verifier_key), id_of(old)]
        clock.advance(31 * DAY)
        write(other)
        write(one)
        assert signers(other) == [id_of(one.verifier_key)]


def test_a_rotation_by_two_processes_loses_no_key(
    home: Path, settings: Settings, clock: SimulatedClock
) -> None:
    """One that opened the home before another rotated it rotates once more; each key has a file."""
    with opened(home, settings, clock) as one, opened(home, settings, clock) as other:
        first = rotate(one, overlap_days=1, author="system/keys")
        second = rotate(other, overlap_days=1, author="system/keys")
        assert (second.old, second.finished) == (first.key, False)
        found = {path.name: key_file_public(path) for path in (home / KEYS).glob("log*.key")}
        assert found == {
            "log.key": second.key.public_key,
            f"log-{first.key.id.hex()}.key": first.key.public_key,
            f"log-{first.old.id.hex()}.key": first.old.public_key,
        }
        write(one)
        assert signers(one) == [key.id.hex() for key in (second.key, first.key, first.old)]


def test_a_home_without_the_new_key_refuses(
    home: Path, settings: Settings, clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It writes nothing more, names the key that it lacks, and goes on once the file is there."""
    elsewhere = home.with_name("elsewhere")
    shutil.copytree(home, elsewhere)
    (elsewhere / HIGH_WATER).unlink()
    with ExitStack() as stack:
        one = stack.enter_context(opened(home, settings, clock))
        other = stack.enter_context(opened(elsewhere, settings, clock))
        done = rotate(one, overlap_days=0, author="system/keys")
        with caplog.at_level(logging.ERROR), pytest.raises(NetworkError) as refused:
            write(other)
        assert refused.value.facts["reason"] == "UNAVAILABLE"
        assert "LOG_KEY_MISSING" in caplog.text
        with pytest.raises(StoreError) as missing:
            open_network(elsewhere, settings, clock=clock)
        assert missing.value.code == "LOG_KEY_MISSING"
        assert missing.value.facts["key"] == done.key.text()
        shutil.copy(home / KEYS / "log.key", elsewhere / KEYS / "log-next.key")
        write(other)
        assert signers(one) == [done.key.id.hex()]


def test_the_old_key_is_needed_while_it_overlaps(
    home: Path, settings: Settings, clock: SimulatedClock
) -> None:
    """Without its file nothing is signed until its last day; then nobody asks for it."""
    with opened(home, settings, clock) as network:
        done = rotate(network, overlap_days=1, author="system/keys")
    kept = home / KEYS / f"log-{done.old.id.hex()}.key"
    kept.unlink()
    with pytest.raises(StoreError) as missing:
        open_network(home, settings, clock=clock)
    assert (missing.value.code, missing.value.facts["key"]) == ("LOG_KEY_MISSING", done.old.text())


def test_a_compromised_key_needs_a_quorum(
    home: Path, settings: Settings, clock: SimulatedClock
) -> None:
    """Without witnesses no key is revoked and nothing is written."""
    policy = parse_policy(b"quorum none\n")
    with opened(home, settings, clock) as network:
        before = signers(network)
        for compromise, code in (
            (Compromise(1, None), "QUORUM_NEEDED"),
            (Compromise(1, policy), "QUORUM_NEEDED"),
        ):
            with pytest.raises(DureError) as refused:
                rotate(network, overlap_days=0, author="system/keys", compromise=compromise)
            assert refused.value.code == code
        assert signers(network) == before


def test_the_high_water_mark_never_goes_down(
    home: Path, settings: Settings, clock: SimulatedClock
) -> None:
    """A process that comes last with less leaves the larger mark; a deleted file is made anew."""
    with opened(home, settings, clock) as one, opened(home, settings, clock) as other:
        with reading(one.engine) as connection:
            before = log.network(connection)
        write(one)
        write(other)
        assert before is not None
        mark = (home / HIGH_WATER).read_bytes()
        one.fence.advance(before.head)
        assert (home / HIGH_WATER).read_bytes() == mark
        (home / HIGH_WATER).unlink()
        write(one)
        with reading(one.engine) as connection:
            head = log.network(connection)
        assert head is not None
        assert f"size {head.head.size} " in (home / HIGH_WATER).read_text()


def restore(engine: Engine, head: log.Network) -> None:
    """Bring the database to where it stood, as a backup does."""
    with writing(engine) as connection:
        given = {**head.head._asdict(), "version": head.reference_version}
        connection.execute(
            text(
                "UPDATE log_head SET size = :size, last_hash = :last_hash, last_time = :last_time,"
                " frontier = :frontier, checkpoint = :checkpoint, reference_version = :version"
            ),
            given,
        )
        connection.execute(text("DELETE FROM log_entry WHERE seq >= :size"), given)


def test_a_database_restored_meanwhile_is_refused_on_reconnecting(
    home: Path, settings: Settings, clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A process whose connection broke holds the database that is there now against its mark."""
    with opened(home, settings, clock) as network:
        write(network)
        with reading(network.engine) as connection:
            head = log.network(connection)
        assert head is not None
        write(network)
        restore(network.engine, head)
        if network.engine.dialect.name == "postgresql":
            with writing(network.engine) as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
        else:
            network.runner.close()
        for _ in range(2):
            with caplog.at_level(logging.ERROR), pytest.raises(NetworkError):
                write(network)
            assert "LOG_BEHIND" in caplog.text
            assert network.runner.probe() == "UNAVAILABLE"
        with pytest.raises(StoreError) as refused:
            open_network(home, settings, clock=clock)
        assert refused.value.code == "LOG_BEHIND"


def test_a_mark_of_two_processes_is_the_larger(tmp_path: Path) -> None:
    """Whatever the order in which marks are written, the file holds the largest."""
    path = tmp_path / "mark"
    fences = [FileFence(path, lambda _: None) for _ in range(2)]
    for place, size in enumerate((3, 1, 4, 1, 5, 9, 2, 6)):
        fences[place % 2].advance(Head(size, bytes(32), 0, b"", ""))
    assert " size 9 " in path.read_text()
    for fence in fences:
        fence.close()
