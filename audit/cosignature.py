"""A cosignature: a witness says at a time that a checkpoint is the largest tree it has seen.

C2SP tlog-cosignature, the Ed25519 form, signature type 04. Its line holds four bytes of key id,
eight bytes of time (seconds since 1970, big endian) and the signature, which covers two lines more
than the note's text:

    cosignature/v1
    time 1679315147
    the checkpoint's three lines

A witness's key text is `NAME+HEX8+BASE64(04 || key)`, so no log's key can be taken for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import NoteError
from audit.keys import SIGNATURE_BYTES, Signer
from audit.note import Ed25519Key, Note, SignatureLine, check_name, key_id

COSIGNATURE = b"\x04"  # the algorithm's byte (C2SP signed-note, "Signature types")

TIME_MAX = 2**63 - 1  # tlog-cosignature: "It MUST NOT exceed 2^63 - 1"

_TIME_BYTES = 8


def _message(time: int, body: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % time + body


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:_TIME_BYTES], "big")


@dataclass(frozen=True, slots=True)
class WitnessKey(Ed25519Key):
    """A witness's key: its signatures cover their time and a checkpoint's text."""

    algorithm = COSIGNATURE

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this is the witness's cosignature of a checkpoint's text.

        A time of 0 or beyond `TIME_MAX` states no time, so it is no witness's word.
        """
        if len(signature) != _TIME_BYTES + SIGNATURE_BYTES:
            return False
        time = _time(signature)
        if not 0 < time <= TIME_MAX:
            return False
        public = Ed25519PublicKey.from_public_bytes(self.public_key)
        try:
            public.verify(signature[_TIME_BYTES:], _message(time, message))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Cosigned:
    """One witness's verified word on a checkpoint.

    Attributes:
        witness: whose.
        time: when it saw the checkpoint, seconds since 1970, UTC.
        line: the signature line.
    """

    witness: WitnessKey
    time: int
    line: SignatureLine


def cosign(body: str, name: str, signer: Signer, time: int) -> SignatureLine:
    """Cosign a checkpoint's text as the witness of this name.

    Args:
        body: the note's text, its last line ended.
        name: the witness's.
        signer: its key.
        time: seconds since 1970, UTC, 1 to `TIME_MAX`.

    Raises:
        NoteError: `NOTE_KEY_NAME`, or `COSIGNATURE_TIME`.
    """
    check_name(name)
    if not 0 < time <= TIME_MAX:
        raise NoteError("COSIGNATURE_TIME", time=time)
    signature = time.to_bytes(_TIME_BYTES, "big") + signer.sign(_message(time, body.encode()))
    return SignatureLine(name, key_id(name, signer.public_key, COSIGNATURE), signature)


def cosignatures(note: Note, witnesses: Sequence[WitnessKey]) -> tuple[Cosigned, ...]:
    """Return the verified cosignatures of known witnesses; each public key counts once.

    Lines under unknown keys are passed over. A line under a known key that does not verify spoils
    the note (C2SP signed-note: it is malformed). Of several good lines under one key the earliest
    time counts, so that none added later makes it look newer.

    Raises:
        NoteError: `COSIGNATURE_INVALID`, with the witness's name.
    """
    known = {(key.name, key.id): key for key in witnesses}
    message = note.body.encode()
    found: dict[bytes, Cosigned] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not key.verifies(message, line.signature):
            raise NoteError("COSIGNATURE_INVALID", name=line.name, key_id=line.key_id)
        one = Cosigned(key, _time(line.signature), line)
        before = found.get(key.public_key)
        if before is None or one.time < before.time:
            found[key.public_key] = one
    return tuple(found.values())
