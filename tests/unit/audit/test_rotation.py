"""One key of a log gives way to the next: the entry's bytes, its signatures, the history."""

import subprocess
import sys
from base64 import b64encode

import pytest

from audit.checkpoint import open_checkpoint
from audit.entry import Fields, decode
from audit.errors import AuditError
from audit.keys import Ed25519Signer
from audit.log import Appended, Appender, Head, Turn, empty_head
from audit.note import VerifierKey, parse_note
from audit.rotation import Handover, KeyHistory, read_handover, read_history
from tests.unit.audit.samples import AUTHOR, ID, ORIGIN, START

OLD, NEW, LAST = (Ed25519Signer(bytes([n]) * 32) for n in (1, 2, 3))
SECOND = 1_000_000


def key(signer: Ed25519Signer) -> VerifierKey:
    """A signer's key under the log's name."""
    return VerifierKey(ORIGIN, signer.public_key)


def begun() -> Appended:
    """A log of one entry, signed by the old key."""
    return Appender(ORIGIN, OLD).genesis(
        clock="system", sandbox=False, time_us=START, id=ID, author=AUTHOR
    )


def turn(signer: Ed25519Signer, seconds: int, overlap: int = 0, cut_off: int = -1) -> Turn:
    """A turn to a key, some seconds after the start."""
    now = START + seconds * SECOND
    return Turn(signer, now + overlap * SECOND, cut_off, now, ID, AUTHOR)


def rotated(cut_off: int = -1) -> Fields:
    """The fields of an entry that hands over from the old key to the new one."""
    appended, _ = Appender(ORIGIN, OLD).rotate(begun().head, turn(NEW, 1, cut_off=cut_off))
    return decode(appended.leaves[0][2])


def lines(note: str) -> list[bytes]:
    """The key ids of a note's lines, in their order."""
    return [line.key_id for line in parse_note(note).signatures]


def grown(appender: Appender, head: Head, seconds: int) -> Head:
    """The head one entry later, some seconds after the start."""
    batch = appender.begin(head)
    batch.add("key.revoked", {"key": "k"}, ID, AUTHOR, START + seconds * SECOND, "", "")
    return batch.commit().head


def test_the_signed_bytes_are_these() -> None:
    """Both keys sign eight lines, spelled out here once."""
    fields = rotated()
    prev = begun().head.last_hash.hex()
    until = "2026-11-22T01:15:01.000000Z"
    message = (
        f"dure/key.rotated/v1\n{ORIGIN}\n1\n{prev}\n{key(OLD).text()}\n{key(NEW).text()}\n{until}\n\n"
    ).encode()
    assert fields["until"] == until
    assert fields["old_signature"] == OLD.sign(message).hex()
    assert fields["key_signature"] == NEW.sign(message).hex()
    assert read_handover(fields).size == 2


def test_both_keys_sign_as_long_as_they_overlap() -> None:
    """Handover and what follows bear both lines, the new first; past the overlap the new alone."""
    appended, follower = Appender(ORIGIN, OLD).rotate(begun().head, turn(NEW, 1, overlap=10))
    assert lines(appended.head.checkpoint) == [key(NEW).id, key(OLD).id]
    for one in (key(OLD), key(NEW)):
        assert open_checkpoint(appended.head.checkpoint, one).size == 2
    within = grown(follower, appended.head, 11)
    assert lines(within.checkpoint) == [key(NEW).id, key(OLD).id]
    beyond = grown(follower, within, 12)
    assert lines(beyond.checkpoint) == [key(NEW).id]
    assert follower.leads(beyond.checkpoint)
    assert not Appender(ORIGIN, OLD).leads(within.checkpoint)


def test_a_second_rotation_within_the_first_has_three_lines() -> None:
    """Each key that gave way signs up to its own last time, whatever came after it."""
    first, follower = Appender(ORIGIN, OLD).rotate(begun().head, turn(NEW, 1, overlap=10))
    second, _ = follower.rotate(first.head, turn(LAST, 2, overlap=5))
    assert lines(second.head.checkpoint) == [key(LAST).id, key(NEW).id, key(OLD).id]


def test_a_compromised_key_signs_nothing_more() -> None:
    """The handover from it bears the new key's line alone, and the entry no signature of it."""
    appended, _ = Appender(ORIGIN, OLD).rotate(begun().head, turn(NEW, 1, cut_off=1))
    assert lines(appended.head.checkpoint) == [key(NEW).id]
    fields = decode(appended.leaves[0][2])
    assert (fields["until"], fields["old_signature"], fields["cut_off"]) == ("", "", "1")
    history = KeyHistory(key(OLD), (read_handover(fields),))
    believed = [history.believes(key(OLD), size) for size in (0, 1, 2)]
    assert believed == [True, True, False]
    assert history.believes(key(NEW), 2)


@pytest.mark.parametrize(
    ("cut_off", "change", "code"),
    [
        (-1, {"old_signature": "00" * 64}, "HANDOVER_UNSIGNED"),
        (-1, {"old_signature": ""}, "HANDOVER_UNSIGNED"),
        (-1, {"key_signature": "zz" * 64}, "HANDOVER_UNSIGNED"),
        (-1, {"prev": "ab" * 32}, "HANDOVER_UNSIGNED"),
        (-1, {"seq": 2}, "HANDOVER_UNSIGNED"),
        (-1, {"until": "2026-11-22T01:15:02.000000Z"}, "HANDOVER_UNSIGNED"),
        (-1, {"until": "soon"}, "LEAF_TIME"),
        (-1, {"until": ""}, "HANDOVER_FORM"),
        (-1, {"cut_off": "1"}, "HANDOVER_FORM"),
        (-1, {"until": "", "cut_off": "1"}, "HANDOVER_UNSIGNED"),
        (-1, {"key": key(OLD).text()}, "HANDOVER_SAME_KEY"),
        (-1, {"key": VerifierKey("other", NEW.public_key).text()}, "HANDOVER_ORIGIN"),
        (-1, {"key": "x"}, "NOTE_KEY_FORM"),
        (-1, {"kind": "key.revoked"}, "HANDOVER_KIND"),
        (1, {"cut_off": "2"}, "HANDOVER_CUT_OFF"),
        (1, {"cut_off": "0"}, "HANDOVER_UNSIGNED"),
        (1, {"cut_off": "01"}, "HANDOVER_FORM"),
        (1, {"old_signature": "00" * 64}, "HANDOVER_FORM"),
    ],
)
def test_what_is_no_handover_is_refused(cut_off: int, change: Fields, code: str) -> None:
    """A changed field breaks a signature or the form; nothing of it is taken."""
    fields = rotated(cut_off)
    read_handover(fields)
    with pytest.raises(AuditError) as refused:
        read_handover({**fields, **change})
    assert refused.value.code == code


def test_handovers_follow_one_another() -> None:
    """A history refuses a handover from another key, back to a key, and out of order."""
    genesis = decode(begun().leaves[0][2])
    one = read_handover(rotated())
    history = read_history(genesis, [rotated()])
    assert history.keys == (key(OLD), key(NEW))
    assert history.overlapping(one.until) == ((key(OLD), one.until),)
    assert history.overlapping(one.until + 1) == ()
    for seq, old, new, code in (
        (2, OLD, LAST, "HANDOVER_OLD"),
        (2, NEW, OLD, "HANDOVER_KEY_AGAIN"),
        (1, NEW, LAST, "HANDOVER_ORDER"),
    ):
        with pytest.raises(AuditError) as refused:
            history.followed_by(Handover(seq, "", key(old), key(new), 5))
        assert refused.value.code == code


class ProcessSigner:
    """A key that lives in another process, asked over a pipe: a signer of another kind."""

    PROGRAM = """
import sys
from audit.keys import Ed25519Signer
key = Ed25519Signer(bytes([9]) * 32)
print(key.public_key.hex(), flush=True)
for line in sys.stdin:
    print(key.sign(bytes.fromhex(line)).hex(), flush=True)
"""

    def __init__(self) -> None:
        """Start the process."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", self.PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._public = bytes.fromhex(self._read())

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    @property
    def public_key(self) -> bytes:
        """The public key."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Ask the process."""
        assert self._process.stdin is not None
        print(message.hex(), file=self._process.stdin, flush=True)
        return bytes.fromhex(self._read())

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


def test_a_key_in_another_process_signs_a_log() -> None:
    """A signer that never shows its seed begins a log, and hands it over to a key in memory."""
    signer = ProcessSigner()
    try:
        appender = Appender(ORIGIN, signer)
        genesis = appender.genesis(
            clock="system", sandbox=False, time_us=START, id=ID, author=AUTHOR
        )
        appended, _ = appender.rotate(genesis.head, turn(NEW, 1))
    finally:
        signer.close()
    assert open_checkpoint(appended.head.checkpoint, appender.verifier_key).size == 2
    read_handover(decode(appended.leaves[0][2]))


def test_an_empty_log_cannot_be_handed_over() -> None:
    """A log's first entry is its genesis."""
    with pytest.raises(AuditError) as refused:
        Appender(ORIGIN, OLD).rotate(empty_head(), turn(NEW, 1))
    assert refused.value.code == "GENESIS_PLACE"


def test_openssl_verifies_both_lines(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each line of a handover checkpoint is an Ed25519 signature that openssl accepts."""
    folder = tmp_path_factory.mktemp("openssl")
    appended, _ = Appender(ORIGIN, OLD).rotate(begun().head, turn(NEW, 1))
    note = parse_note(appended.head.checkpoint)
    (folder / "text").write_text(note.body)
    for line, signer in zip(note.signatures, (NEW, OLD), strict=True):
        # RFC 8410: the prefix of an Ed25519 SubjectPublicKeyInfo.
        der = bytes.fromhex("302a300506032b6570032100") + signer.public_key
        pem = f"-----BEGIN PUBLIC KEY-----\n{b64encode(der).decode()}\n-----END PUBLIC KEY-----\n"
        (folder / "key").write_text(pem)
        (folder / "signature").write_bytes(line.signature)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", folder / "key", "-rawin",
             "-in", folder / "text", "-sigfile", folder / "signature"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Verified Successfully" in done.stdout, done
