"""Signed notes: a text, a blank line, and lines that each carry one key's signature of the text.

C2SP signed-note. A signature line is `— NAME BASE64` (U+2014, a space); the base64 holds four bytes
of key id and the signature. A verifier ignores keys that it does not know, since anyone may add a
line; but a line under a key that it knows must verify, and one must be there.

A verifier key is `NAME+HEX8+BASE64`: the key id in hex, then the algorithm's byte and the key. The
id is the first four bytes of SHA-256(NAME || 0A || algorithm || key).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Protocol, Self, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.base64text import from_base64, to_base64
from audit.errors import NoteError
from audit.keys import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, Signer, screen_public_key

NOTE_BYTES_MAX = 65_536  # a checkpoint with a hundred lines has about 15,000
SIGNATURES_MAX = 100  # more than any quorum of witnesses; each known one costs a verification
NAME_MAX = 255  # a line of a policy or a log's origin, not a document
KEY_ID_BYTES = 4

ED25519 = b"\x01"  # the algorithm's byte (C2SP signed-note, "Signature types")
_DASH = "\u2014 "
_KEY_ID_HEX = re.compile("[0-9a-f]{8}")


def check_name(name: str) -> None:
    """Refuse what cannot be a key's name: empty, spaces, a plus sign, control characters.

    Raises:
        NoteError: `NOTE_KEY_NAME`.
    """
    bad = any(c.isspace() or c == "+" or not c.isprintable() for c in name)
    if not 0 < len(name) <= NAME_MAX or bad:
        raise NoteError("NOTE_KEY_NAME", name=name)


def key_id(name: str, public_key: bytes, algorithm: bytes = ED25519) -> bytes:
    """Return the four bytes that name a key in a signature line, for one algorithm's byte."""
    return sha256(name.encode() + b"\n" + algorithm + public_key).digest()[:KEY_ID_BYTES]


class NoteKey(Protocol):
    """A key that may have signed a note, whatever its signature covers beside the text."""

    @property
    def name(self) -> str:
        """The name in its signature lines."""
        ...

    @property
    def id(self) -> bytes:
        """The four bytes that name it in a signature line."""
        ...

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this is the key's signature of a note's text."""
        ...


AnyKey = TypeVar("AnyKey", bound=NoteKey)


def parse_key_text(text: str, algorithm: bytes) -> tuple[str, bytes]:
    """Read `NAME+HEX8+BASE64` as a name and a public key of 32 bytes.

    Raises:
        NoteError: `NOTE_KEY_FORM`, `NOTE_KEY_ALGORITHM` or `NOTE_KEY_ID`.
    """
    name, _, rest = text.partition("+")
    hex_id, plus, encoded = rest.partition("+")
    data = from_base64(encoded)
    if not plus or data is None or _KEY_ID_HEX.fullmatch(hex_id) is None:
        raise NoteError("NOTE_KEY_FORM", key=text)
    if data[:1] != algorithm or len(data) != 1 + PUBLIC_KEY_BYTES:
        raise NoteError("NOTE_KEY_ALGORITHM", key=text)
    try:
        same = key_id(name, data[1:], algorithm).hex() == hex_id
    except UnicodeEncodeError:
        raise NoteError("NOTE_KEY_NAME", name=name) from None
    if not same:
        raise NoteError("NOTE_KEY_ID", key=text)
    return name, data[1:]


def key_text(name: str, public_key: bytes, algorithm: bytes) -> str:
    """Write `NAME+HEX8+BASE64`."""
    hex_id = key_id(name, public_key, algorithm).hex()
    return f"{name}+{hex_id}+{to_base64(algorithm + public_key)}"


@dataclass(frozen=True, slots=True)
class Ed25519Key:
    """A public Ed25519 key under its name; what its signatures cover, each kind of key says."""

    algorithm: ClassVar[bytes]

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        """Refuse a bad name and a key that proves nothing."""
        check_name(self.name)
        screen_public_key(self.public_key)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `NAME+HEX8+BASE64`.

        Raises:
            NoteError: `NOTE_KEY_FORM`, `NOTE_KEY_NAME`, `NOTE_KEY_ALGORITHM` or `NOTE_KEY_ID`.
            KeyRejected: the key is none to trust (`screen_public_key`).
        """
        return cls(*parse_key_text(text, cls.algorithm))

    @property
    def id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return key_id(self.name, self.public_key, self.algorithm)

    def text(self) -> str:
        """Write `NAME+HEX8+BASE64`."""
        return key_text(self.name, self.public_key, self.algorithm)


@dataclass(frozen=True, slots=True)
class VerifierKey(Ed25519Key):
    """A log's key: its signatures cover a note's text."""

    algorithm = ED25519

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this is the key's signature of the message (RFC 8032 §5.1.7)."""
        if len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One line under a note: whose key, which, and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def text(self) -> str:
        """Write the line with its end."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its last line end included, and the lines that sign it."""

    body: str
    signatures: tuple[SignatureLine, ...]

    def text(self) -> str:
        """Write the note as it was read."""
        return f"{self.body}\n" + "".join(line.text() for line in self.signatures)

    def verify(self, keys: Sequence[AnyKey]) -> tuple[AnyKey, ...]:
        """Check every line under a known key; return the keys that signed, each once.

        Raises:
            NoteError: `NOTE_SIGNATURE_INVALID` if a known key's line does not verify,
                `NOTE_UNSIGNED` if no known key has a line.
        """
        known = {(key.name, key.id): key for key in keys}
        message = self.body.encode()
        signed: dict[tuple[str, bytes], AnyKey] = {}
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is None:
                continue
            if not key.verifies(message, line.signature):
                raise NoteError("NOTE_SIGNATURE_INVALID", name=line.name, key_id=line.key_id)
            signed[key.name, key.id] = key
        if not signed:
            raise NoteError("NOTE_UNSIGNED", keys=len(known), lines=len(self.signatures))
        return tuple(signed.values())


def parse_signature_line(line: str) -> SignatureLine:
    """Read one signature line without its end.

    Raises:
        NoteError: `NOTE_SIGNATURE_FORM` or `NOTE_KEY_NAME`.
    """
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    data = from_base64(encoded)
    if not line.startswith(_DASH) or not space or data is None or len(data) <= KEY_ID_BYTES:
        raise NoteError("NOTE_SIGNATURE_FORM", line=line)
    check_name(name)
    return SignatureLine(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


def parse_note(data: str | bytes) -> Note:
    """Read a signed note strictly; no signature is verified yet.

    Raises:
        NoteError: `NOTE_TOO_LONG`, `NOTE_NOT_UTF8`, `NOTE_CHARACTER`, `NOTE_FORM`,
            `NOTE_SIGNATURES`, `NOTE_SIGNATURE_FORM` or `NOTE_KEY_NAME`.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise NoteError("NOTE_TOO_LONG", length=len(data), length_max=NOTE_BYTES_MAX)
    try:
        # A str may hold lone surrogates, which no UTF-8 file can.
        text = data.decode() if isinstance(data, bytes) else data.encode().decode()
    except UnicodeError:
        raise NoteError("NOTE_NOT_UTF8") from None
    if any(c < " " and c != "\n" for c in text):
        raise NoteError("NOTE_CHARACTER")
    # The last blank line parts text and signatures; the text may hold blank lines of its own.
    body, blank, rest = text.rpartition("\n\n")
    if not blank or not body or not rest.endswith("\n"):
        raise NoteError("NOTE_FORM")
    lines = rest[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise NoteError("NOTE_SIGNATURES", lines=len(lines), lines_max=SIGNATURES_MAX)
    return Note(body + "\n", tuple(parse_signature_line(line) for line in lines))


def sign_note(body: str, name: str, *signers: Signer) -> Note:
    """Sign a text, whose last character is a line end, by keys of one name, a line each.

    Raises:
        NoteError: `NOTE_FORM` if the text does not end its last line, `NOTE_KEY_NAME`.
    """
    if not body.endswith("\n"):
        raise NoteError("NOTE_FORM")
    check_name(name)
    message = body.encode()
    return Note(
        body,
        tuple(
            SignatureLine(name, key_id(name, signer.public_key), signer.sign(message))
            for signer in signers
        ),
    )
