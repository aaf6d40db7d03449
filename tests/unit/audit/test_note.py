"""Signed notes and checkpoints: strict to read, and openssl agrees with what we sign."""

import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError, KeyRejected, NoteError
from audit.keys import Ed25519Signer
from audit.merkle import EMPTY_ROOT
from audit.note import NOTE_BYTES_MAX, VerifierKey, key_id, parse_note, sign_note

SIGNER = Ed25519Signer(b"\1" * 32)
OTHER = Ed25519Signer(b"\2" * 32)
ORIGIN = "dure.example/seoul"
KEY = VerifierKey(ORIGIN, SIGNER.public_key)
ROOT = bytes(range(32))
NOTE = Checkpoint(ORIGIN, 70_000, ROOT).sign(SIGNER)


def refusal(note: str | bytes, key: VerifierKey = KEY) -> str:
    """Return the code that opening a checkpoint is refused with."""
    with pytest.raises(NoteError) as refused:
        open_checkpoint(note, key)
    return refused.value.code


def signed(body: str) -> str:
    """Sign any text as the log would."""
    return sign_note(body, ORIGIN, SIGNER).text()


def test_a_checkpoint_has_the_bytes_of_the_format() -> None:
    """Origin, size and root, a blank line, an em dash, the name, and key id with signature."""
    body = f"dure.example/seoul\n70000\n{b64encode(ROOT).decode()}\n"
    line = b64encode(key_id(ORIGIN, SIGNER.public_key) + SIGNER.sign(body.encode())).decode()
    assert f"{body}\n\u2014 dure.example/seoul {line}\n" == NOTE
    assert open_checkpoint(NOTE.encode(), KEY) == Checkpoint(ORIGIN, 70_000, ROOT)


def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    """The command openssl accepts a signature of the text with its last line end only."""
    openssl = shutil.which("openssl")
    assert openssl, "openssl is part of the test environment"
    note = parse_note(NOTE)
    # SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) is this prefix and the key.
    der = bytes.fromhex("302a300506032b6570032100") + SIGNER.public_key
    (tmp_path / "key").write_bytes(der)
    (tmp_path / "signature").write_bytes(note.signatures[0].signature)
    for text, status in ((note.body, 0), (note.body[:-1], 1)):
        (tmp_path / "text").write_text(text)
        done = subprocess.run(
            [openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER",
             "-inkey", "key", "-sigfile", "signature", "-in", "text"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == status


def test_a_known_verifier_key() -> None:
    """The key of Go's sumdb, published as text, has the id that it says."""
    text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    assert VerifierKey.parse(text).text() == text


def test_unknown_keys_are_ignored_and_known_ones_must_verify() -> None:
    """A stranger's line changes nothing; a false line under the log's key refuses the note."""
    stranger = sign_note(parse_note(NOTE).body, "witness.example", OTHER).signatures[0]
    assert open_checkpoint(NOTE + stranger.text(), KEY).size == 70_000
    false = stranger.text().replace("witness.example", ORIGIN)
    assert open_checkpoint(NOTE + false, KEY).size == 70_000
    wrong = NOTE.replace("70000", "70001")
    assert refusal(wrong) == "NOTE_SIGNATURE_INVALID"
    assert (
        refusal(NOTE + parse_note(signed("x\n")).signatures[0].text()) == "NOTE_SIGNATURE_INVALID"
    )


def test_a_note_without_the_key_we_know_is_unsigned() -> None:
    """Only lines of strangers, or the log's name under another key, are no signature."""
    body = parse_note(NOTE).body
    assert refusal(sign_note(body, "witness.example", OTHER).text()) == "NOTE_UNSIGNED"
    assert refusal(sign_note(body, ORIGIN, OTHER).text()) == "NOTE_UNSIGNED"


def test_another_origin_under_the_same_key_is_refused() -> None:
    """A checkpoint of another log is refused, whichever name signed it."""
    other = Checkpoint("dure.example/busan", 70_000, ROOT)
    assert refusal(other.sign(SIGNER)) == "CHECKPOINT_ORIGIN"
    assert refusal(signed(other.text())) == "CHECKPOINT_ORIGIN"


B64 = b64encode(ROOT).decode()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"{ORIGIN}\n070000\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n+70000\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n-1\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n7_0\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n\uff17\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n9007199254740993\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n99999999999999999999999\n{B64}\n", "CHECKPOINT_SIZE"),
        (f"{ORIGIN}\n70000\n{B64}\nextension\n", "CHECKPOINT_LINES"),
        (f"{ORIGIN}\n70000\n{B64}\n\n", "CHECKPOINT_LINES"),
        (f"{ORIGIN}\n70000\n", "CHECKPOINT_LINES"),
        (f"{ORIGIN}\n70000\n{B64[:-1]}\n", "CHECKPOINT_ROOT"),
        (f"{ORIGIN}\n70000\n{B64[:-2]}9=\n", "CHECKPOINT_ROOT"),
        (f"{ORIGIN}\n70000\n {B64}\n", "CHECKPOINT_ROOT"),
        (f"{ORIGIN}\n70000\nAAAA\n", "CHECKPOINT_ROOT"),
        (f"{ORIGIN}\n0\n{B64}\n", "CHECKPOINT_ROOT"),
        (f"two words\n70000\n{B64}\n", "NOTE_KEY_NAME"),
    ],
)
def test_other_texts_are_no_checkpoints_even_signed(body: str, code: str) -> None:
    """A text in any but the one form is refused although its signature is good."""
    assert refusal(signed(body)) == code


def test_an_empty_log_has_the_empty_root() -> None:
    """Size 0 goes with SHA-256 of nothing only."""
    assert open_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(SIGNER), KEY).size == 0


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("", "NOTE_FORM"),
        ("\n\n", "NOTE_FORM"),
        (NOTE[:-1], "NOTE_FORM"),
        (NOTE.split("\n\n", maxsplit=1)[0] + "\n\n", "NOTE_FORM"),
        (NOTE.replace("\u2014 ", "- "), "NOTE_SIGNATURE_FORM"),
        (NOTE + "\u2014 name\n", "NOTE_SIGNATURE_FORM"),
        (NOTE + "\u2014 name AAAA\n", "NOTE_SIGNATURE_FORM"),
        (NOTE + "\u2014 name AAAAAAB=\n", "NOTE_SIGNATURE_FORM"),
        (NOTE + "\u2014 a+b AAAAAAA=\n", "NOTE_KEY_NAME"),
        (NOTE + "\u2014 name AAAAAAA=\n" * 100, "NOTE_SIGNATURES"),
        (NOTE.replace("\n", "\r\n"), "NOTE_CHARACTER"),
        (NOTE + "\0", "NOTE_CHARACTER"),
        (NOTE.encode() + b"\xff\n", "NOTE_NOT_UTF8"),
        (NOTE + "\ud800\n", "NOTE_NOT_UTF8"),
        (NOTE * 500, "NOTE_TOO_LONG"),
    ],
)
def test_malformed_notes_are_refused(note: str | bytes, code: str) -> None:
    """Each way to be no signed note has its code."""
    assert len(NOTE) * 500 > NOTE_BYTES_MAX
    with pytest.raises(NoteError) as refused:
        parse_note(note)
    assert refused.value.code == code


TEXT = KEY.text()
SMALL = b"\1" + bytes(31)


def key_text(name: str, data: bytes) -> str:
    """Write a verifier key without any check."""
    return f"{name}+{key_id(name, data[1:]).hex()}+{b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "NOTE_KEY_FORM"),
        (ORIGIN, "NOTE_KEY_FORM"),
        (TEXT[:-1], "NOTE_KEY_FORM"),
        (TEXT.upper(), "NOTE_KEY_FORM"),
        (TEXT + "\n", "NOTE_KEY_FORM"),
        (TEXT.replace("seoul", "busan"), "NOTE_KEY_ID"),
        (key_text(ORIGIN, b"\4" + SIGNER.public_key), "NOTE_KEY_ALGORITHM"),
        (key_text(ORIGIN, b"\1" + SIGNER.public_key[1:]), "NOTE_KEY_ALGORITHM"),
        (key_text("", b"\1" + SIGNER.public_key), "NOTE_KEY_NAME"),
        (key_text("a b", b"\1" + SIGNER.public_key), "NOTE_KEY_NAME"),
        (key_text(ORIGIN, b"\1" + SMALL), "KEY_SMALL_ORDER"),
    ],
)
def test_malformed_verifier_keys_are_refused(text: str, code: str) -> None:
    """Each way to be no verifier key has its code; small-order keys are screened."""
    with pytest.raises((NoteError, KeyRejected)) as refused:
        VerifierKey.parse(text)
    assert isinstance(refused.value, AuditError)
    assert refused.value.code == code


def test_a_signature_of_other_length_does_not_verify() -> None:
    """A line with bytes before or after the signature is refused, not a fault."""
    line = parse_note(NOTE).signatures[0]
    padded = b64encode(line.key_id + line.signature + b"\0").decode()
    note = f"{parse_note(NOTE).body}\n\u2014 {ORIGIN} {padded}\n"
    assert refusal(note) == "NOTE_SIGNATURE_INVALID"


def test_only_a_text_that_ends_its_last_line_is_signed() -> None:
    """What could not be read back is not signed."""
    with pytest.raises(NoteError) as refused:
        sign_note("no line end", ORIGIN, SIGNER)
    assert refused.value.code == "NOTE_FORM"
