"""The audit log behind the domain's ports is the same log, and keys are screened on the way in."""

import pytest

from api.clocks import SandboxClock
from api.log_ports import AuditLog, AuditSignatures, as_rows
from audit.checkpoint import open_checkpoint
from audit.keys import Ed25519Signer
from audit.log import Appender
from audit.merkle import verify_inclusion
from domain.clock import DAY, SystemClock

SIGNATURES = AuditSignatures()
SIGNER = Ed25519Signer(b"s" * 32)


def test_a_batch_follows_a_stored_head() -> None:
    """A head in the store's form carries the log on: chain, proof and signature hold."""
    appender = Appender("dure.example/test", SIGNER)
    log = AuditLog(appender)
    genesis = as_rows(
        appender.genesis(clock="system", sandbox=True, time_us=5, id="0" * 32, author="system/init")
    )
    batch = log.begin(genesis.head)
    seq = batch.add(
        kind="key.revoked",
        id="1" * 32,
        author="operator/a",
        time=6,
        cmd="",
        pd="",
        fields={"key": "k"},
    )
    appended = batch.commit()
    checkpoint = open_checkpoint(appended.head.checkpoint, appender.verifier_key)
    assert (seq, appended.head.size, checkpoint.size) == (1, 2, 2)
    _, hash_, leaf = appended.entries[0]
    verify_inclusion(hash_, 1, 2, list(appended.proofs.inclusion(1)), checkpoint.root)
    assert genesis.head.last_hash.hex() in leaf.decode()


def test_a_signature_fits_its_message_and_key_alone() -> None:
    """A signature verifies under its own key and message, in lower-case hex, and otherwise not."""
    key, signed = SIGNER.public_key.hex(), SIGNER.sign(b"terms").hex()
    assert SIGNATURES.verify(key, signed, b"terms")
    other = Ed25519Signer(b"t" * 32).public_key.hex()
    for bad in (
        (key, signed, b"other"),
        (other, signed, b"terms"),
        (key.upper(), signed, b"terms"),
        (key, signed[:-2], b"terms"),
        (key, "zz" + signed[2:], b"terms"),
        (key, " " + signed[1:], b"terms"),
    ):
        assert not SIGNATURES.verify(*bad)


@pytest.mark.parametrize(
    "key", ["01" + "00" * 31, "00" * 32, "ff" * 32, "", "q" * 64, "aa " * 21 + "a"]
)
def test_a_key_that_proves_nothing_is_not_acceptable(key: str) -> None:
    """Small-order, non-canonical and malformed keys do not enter."""
    assert not SIGNATURES.acceptable(key)


def test_a_sandbox_clock_never_begins_before_the_log() -> None:
    """Where the log has run ahead of the wall, the clock goes on from the log's last time."""
    wall = SystemClock().now()
    assert SandboxClock(wall + DAY).now() >= wall + DAY
    assert SandboxClock(wall - DAY).now() < wall + DAY
    assert SandboxClock(0).simulated
