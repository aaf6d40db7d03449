"""Ed25519 keys: who signs, where the key rests, and which public keys are refused.

A signer is a port: a key file is one, a hardware module another. A key file is text:

    dure-key/v1
    public BASE64
    salt BASE64
    sealed BASE64

`sealed` is the private seed under ChaCha20-Poly1305 (RFC 8439), the nonce first, with the lines
above it as associated data, so a file whose public key was changed does not open; its key comes
from the passphrase by scrypt (RFC 7914).
"""

import os
import re
import secrets
from base64 import b64decode, b64encode
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from audit.errors import KeyFileError, KeyRejected

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64

# 64 MiB and about a fifth of a second for each guess; fixed by `v1`, so no file can ask for more.
_SCRYPT_N = 2**16
_SCRYPT_R = 8
_SCRYPT_P = 1

_SALT_BYTES = 16
_NONCE_BYTES = 12
_KEY_FILE_BYTES_MAX = 1_000  # a key file has about 230 bytes
_BASE64 = "[0-9A-Za-z+/]+={0,2}"
_FORMAT = "dure-key/v1"
_KEY_FILE_VERSION = re.compile(rb"dure-key/v[1-9][0-9]{0,8}")
_KEY_FILE = re.compile(f"(dure-key/v1\npublic ({_BASE64})\nsalt ({_BASE64})\n)sealed ({_BASE64})\n")

# The field and the curve constant of Ed25519 (RFC 8032 §5.1).
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_1 = pow(2, (_P - 1) // 4, _P)


class Signer(Protocol):
    """Whoever can sign with one Ed25519 key."""

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes (RFC 8032 §5.1.5)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        ...


class Ed25519Signer:
    """A signer that holds its key in memory."""

    __slots__ = ("_private", "_public")

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = self._private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "Ed25519Signer":
        """Make a fresh key from the system's randomness."""
        return cls(secrets.token_bytes(32))

    @property
    def public_key(self) -> bytes:
        """The public key, 32 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message."""
        return self._private.sign(message)

    def seed(self) -> bytes:
        """Return the private seed, 32 bytes: for the key file alone."""
        return self._private.private_bytes_raw()


def screen_public_key(public_key: bytes) -> None:
    """Refuse public keys under which a signature proves nothing.

    Under a point of small order anyone can write a signature that verifies; a second spelling of a
    point would make one key look like two. Libraries accept both, so keys are screened wherever
    they enter.

    Raises:
        KeyRejected: `KEY_LENGTH`, `KEY_NOT_CANONICAL`, `KEY_NOT_A_POINT` or `KEY_SMALL_ORDER`.
    """
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise KeyRejected("KEY_LENGTH", length=len(public_key))
    encoded = int.from_bytes(public_key, "little")
    y = encoded & (2**255 - 1)
    sign = encoded >> 255
    if y >= _P:
        raise KeyRejected("KEY_NOT_CANONICAL", key=public_key)
    # x^2 = (y^2 - 1) / (d y^2 + 1), and a root by the power (p + 3) / 8 (RFC 8032 §5.1.3).
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _SQRT_MINUS_1 % _P
    if x * x % _P != square:
        raise KeyRejected("KEY_NOT_A_POINT", key=public_key)
    if x == 0 and sign:
        raise KeyRejected("KEY_NOT_CANONICAL", key=public_key)
    # The cofactor is 8: a point of small order, and no other, is the identity after 3 doublings.
    # The sign of x changes nothing of that.
    for _ in range(3):
        product = _D * x * x * y * y % _P
        x, y = (
            2 * x * y * pow(1 + product, -1, _P) % _P,
            (y * y + x * x) * pow(1 - product, -1, _P) % _P,
        )
    if (x, y) == (0, 1):
        raise KeyRejected("KEY_SMALL_ORDER", key=public_key)


# scrypt is slow on purpose, and one program opens the same file again: a rotation, a verb after
# another. Who could read what is remembered could read the pass phrase beside it.
@lru_cache(maxsize=4)
def _sealing_key(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    kdf = Scrypt(salt=salt, length=32, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return ChaCha20Poly1305(kdf.derive(passphrase.encode()))


def write_key_file(path: Path, signer: Ed25519Signer, passphrase: str) -> None:
    """Seal a key under a passphrase in a new file that only its owner may read.

    The file appears whole or not at all; one that exists already is never replaced.

    Raises:
        KeyFileError: `KEY_FILE_PASSPHRASE_EMPTY`, `KEY_FILE_EXISTS` or `KEY_FILE_WRITE`.
    """
    if not passphrase:
        raise KeyFileError("KEY_FILE_PASSPHRASE_EMPTY", path=str(path))
    salt = secrets.token_bytes(_SALT_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    public, salted = b64encode(signer.public_key).decode(), b64encode(salt).decode()
    head = f"dure-key/v1\npublic {public}\nsalt {salted}\n"
    sealed = nonce + _sealing_key(passphrase, salt).encrypt(nonce, signer.seed(), head.encode())
    text = f"{head}sealed {b64encode(sealed).decode()}\n"
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(file, "wb") as opened:
                opened.write(text.encode())
                opened.flush()
                os.fsync(opened.fileno())
            # A hard link refuses a name that is taken, where a rename would replace it.
            os.link(beside, path)
        finally:
            beside.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise KeyFileError("KEY_FILE_EXISTS", path=str(path)) from None
    except OSError as error:
        raise KeyFileError("KEY_FILE_WRITE", path=str(path), reason=error.strerror or "") from error


def key_file_public(path: Path) -> bytes:
    """Return the public key that a key file names, unopened: it says which file to open, no more.

    Raises:
        KeyFileError: `KEY_FILE_MISSING`, `KEY_FILE_READ`, `KEY_FILE_MALFORMED`, `KEY_FILE_NEWER`.
    """
    try:
        return b64decode(_read(path)[2], validate=True)
    except ValueError:
        raise KeyFileError("KEY_FILE_MALFORMED", path=str(path)) from None


def read_key_file(path: Path, passphrase: str) -> Ed25519Signer:
    """Open a key file.

    Raises:
        KeyFileError: `KEY_FILE_MISSING`, `KEY_FILE_READ`, `KEY_FILE_MALFORMED`, `KEY_FILE_NEWER`
            of a later format, or `KEY_FILE_CLOSED` where the passphrase is another or the file was
            changed.
    """
    match = _read(path)
    try:
        salt, sealed = (b64decode(match[at], validate=True) for at in (3, 4))
    except ValueError:
        raise KeyFileError("KEY_FILE_MALFORMED", path=str(path)) from None
    try:
        seed = _sealing_key(passphrase, salt).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], match[1].encode()
        )
    except (InvalidTag, ValueError):
        raise KeyFileError("KEY_FILE_CLOSED", path=str(path)) from None
    return Ed25519Signer(seed)


def _read(path: Path) -> re.Match[str]:
    try:
        with path.open("rb") as opened:
            data = opened.read(_KEY_FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise KeyFileError("KEY_FILE_MISSING", path=str(path)) from None
    except OSError as error:
        raise KeyFileError("KEY_FILE_READ", path=str(path), reason=error.strerror or "") from error
    version = _KEY_FILE_VERSION.match(data)
    if version is not None and version[0] != _FORMAT.encode():
        found = version[0].decode("ascii")
        raise KeyFileError("KEY_FILE_NEWER", path=str(path), found=found, known=_FORMAT)
    match = _KEY_FILE.fullmatch(data.decode("ascii", "replace"))
    if len(data) > _KEY_FILE_BYTES_MAX or match is None:
        raise KeyFileError("KEY_FILE_MALFORMED", path=str(path))
    return match
