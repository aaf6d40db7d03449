"""Cosignatures: the form of C2SP tlog-cosignature, and what may not pass for one."""

import shutil
import subprocess
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint
from audit.cosignature import TIME_MAX, WitnessKey, cosign, cosignatures
from audit.errors import KeyRejected, NoteError
from audit.keys import Ed25519Signer
from audit.note import Note, SignatureLine, VerifierKey, parse_note, parse_signature_line

LOG = Ed25519Signer(b"\1" * 32)
ORIGIN = "dure.example/seoul"
NOTE = parse_note(Checkpoint(ORIGIN, 70_000, bytes(range(32))).sign(LOG))
WITNESS = Ed25519Signer(b"\2" * 32)
NAME = "air.example/witness"
KEY = WitnessKey(NAME, WITNESS.public_key)
TIME = 1_679_315_147


def cosigned(*lines: SignatureLine) -> Note:
    """The checkpoint with these lines under it, after the log's own."""
    return Note(NOTE.body, (*NOTE.signatures, *lines))


def test_a_cosignature_has_the_bytes_of_the_format() -> None:
    """Key id of type 04, eight bytes of time, and a signature over two lines and the text."""
    line = cosign(NOTE.body, NAME, WITNESS, TIME)
    signed = f"cosignature/v1\ntime {TIME}\n{NOTE.body}".encode()
    key_id = sha256(NAME.encode() + b"\n\x04" + WITNESS.public_key).digest()[:4]
    data = key_id + TIME.to_bytes(8, "big") + WITNESS.sign(signed)
    assert line.text() == f"\u2014 {NAME} {b64encode(data).decode()}\n"
    assert parse_signature_line(line.text()[:-1]) == line


def test_openssl_verifies_a_cosignature(tmp_path: Path) -> None:
    """The command openssl accepts the signature over the two lines and the note's text."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is part of the test environment"
    line = cosign(NOTE.body, NAME, WITNESS, TIME)
    der = bytes.fromhex("302a300506032b6570032100") + WITNESS.public_key
    (tmp_path / "key").write_bytes(der)
    (tmp_path / "signature").write_bytes(line.signature[8:])
    for time, status in ((TIME, 0), (TIME + 1, 1)):
        (tmp_path / "text").write_text(f"cosignature/v1\ntime {time}\n{NOTE.body}")
        done = subprocess.run(
            [openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER",
             "-inkey", "key", "-sigfile", "signature", "-in", "text"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == status


def test_a_witness_key_reads_back_and_is_no_logs_key() -> None:
    """A key's text reads back; type 01 is refused as a witness's, type 04 as a log's."""
    assert WitnessKey.parse(KEY.text()) == KEY
    with pytest.raises(NoteError, match="NOTE_KEY_ALGORITHM"):
        WitnessKey.parse(VerifierKey(NAME, WITNESS.public_key).text())
    with pytest.raises(NoteError, match="NOTE_KEY_ALGORITHM"):
        VerifierKey.parse(KEY.text())


def test_a_witness_key_of_small_order_is_refused() -> None:
    """Under the identity point anyone could cosign, so no witness may have it."""
    with pytest.raises(KeyRejected, match="KEY_SMALL_ORDER"):
        WitnessKey(NAME, b"\1" + bytes(31))


@pytest.mark.parametrize(
    "altered",
    [
        lambda line: replace(line, signature=(TIME + 1).to_bytes(8, "big") + line.signature[8:]),
        lambda line: replace(line, signature=bytes(8) + line.signature[8:]),
        lambda line: replace(line, signature=line.signature[:-1]),
        lambda line: replace(line, signature=line.signature[8:]),
        lambda line: replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1])),
    ],
    ids=["later", "no-time", "short", "time-left-out", "bit"],
)
def test_an_altered_cosignature_spoils_the_note(altered: object) -> None:
    """A line under a known witness's key that does not verify is refused by name."""
    assert callable(altered)
    line = altered(cosign(NOTE.body, NAME, WITNESS, TIME))
    with pytest.raises(NoteError, match=f"COSIGNATURE_INVALID name={NAME}"):
        cosignatures(cosigned(line), [KEY])


def test_a_cosignature_is_of_one_checkpoint() -> None:
    """Replayed under another checkpoint of the same log, it does not verify."""
    other = Checkpoint(ORIGIN, 70_001, bytes(range(32))).text()
    line = cosign(other, NAME, WITNESS, TIME)
    with pytest.raises(NoteError, match="COSIGNATURE_INVALID"):
        cosignatures(cosigned(line), [KEY])


def test_a_witness_counts_once_and_by_its_earliest_time() -> None:
    """Three good lines under one key are one cosignature, as old as the oldest of them."""
    lines = [cosign(NOTE.body, NAME, WITNESS, TIME + add) for add in (5, 0, 9)]
    found = cosignatures(cosigned(*lines), [KEY, WitnessKey("other.name", WITNESS.public_key)])
    assert [(one.witness, one.time) for one in found] == [(KEY, TIME)]


def test_unknown_witnesses_are_passed_over() -> None:
    """A line under a key that nobody named neither counts nor disturbs."""
    stranger = cosign(NOTE.body, "stranger", Ed25519Signer(b"\3" * 32), TIME)
    assert cosignatures(cosigned(stranger), [KEY]) == ()


@pytest.mark.parametrize("time", [0, -1, TIME_MAX + 1])
def test_a_cosignature_states_a_time(time: int) -> None:
    """Zero, a negative time and one past 2^63 - 1 are refused."""
    with pytest.raises(NoteError, match="COSIGNATURE_TIME"):
        cosign(NOTE.body, NAME, WITNESS, time)
