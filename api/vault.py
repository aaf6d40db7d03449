"""The vault: one key that wraps members' keys, and two that hide references and requests.

The vault's file holds a random key-encryption key (KEK), sealed under the pass phrase:

    dure-vault/v1
    salt BASE64
    sealed BASE64

From the KEK three keys are derived (HKDF, RFC 5869), so that no use can tell anything of another:
one wraps member keys (AES-256-GCM), one indexes references, one hides what was asked in requests
that were refused (both HMAC-SHA-256). A member's payloads are encrypted under a key derived from
the member's own, so that destroying the wrapped key destroys them.
"""

from __future__ import annotations

import hashlib
import os
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from api.files import refuse_newer, write_private
from domain.errors import StoreError
from domain.keyed_hash import hmac_sha256

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
NONCE_BYTES = 12  # random; safe below 2^32 members (NIST SP 800-38D section 8.3)
SALT_BYTES = 16
FILE_BYTES_MAX = 1_000  # a vault's file has about 150 bytes

# 64 MiB and about a fifth of a second for each guess; fixed by `v1`, so no file can ask for more.
_SCRYPT_N = 2**16
_SCRYPT_R = 8
_SCRYPT_P = 1

FORMAT = "dure-vault/v1"
_WRAP_INFO = b"dure-vault/v1 member key"
_INDEX_INFO = b"dure-vault/v1 reference index"
_REQUEST_INFO = b"dure-vault/v1 request hash"
_PAYLOAD_INFO = b"dure-vault/v1 payload"
_BASE64 = "[0-9A-Za-z+/]+={0,2}"
_FILE = re.compile(f"(dure-vault/v1\nsalt ({_BASE64})\n)sealed ({_BASE64})\n")


class FileVault:
    """A vault whose key-encryption key came from a file; the domain's ``Vault`` port."""

    __slots__ = ("_index_key", "_request_key", "_wrap")

    def __init__(self, kek: bytes) -> None:
        """Derive the three working keys from the 32-byte key-encryption key."""
        self._wrap = AESGCM(_derive(kek, _WRAP_INFO))
        self._index_key = _derive(kek, _INDEX_INFO)
        self._request_key = _derive(kek, _REQUEST_INFO)

    def new_member_key(self) -> tuple[bytes, str]:
        """Return a new member's key, wrapped, and its commitment: SHA-256 of the key in hex."""
        drawn = os.urandom(KEY_BYTES + NONCE_BYTES)
        key, nonce = drawn[:KEY_BYTES], drawn[KEY_BYTES:]
        return nonce + self._wrap.encrypt(nonce, key, None), hashlib.sha256(key).hexdigest()

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the 32-byte member key; raises StoreError if it was wrapped by another vault."""
        try:
            return self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise StoreError("MEMBER_KEY_FOREIGN", bytes=len(wrapped)) from None

    def reference_index(self, partner: str, reference: str) -> str:
        """Return 64 hex digits by which a partner's own reference of a member is found.

        A partner's code has no NUL, so that no two pairs give the same bytes.
        """
        message = f"{partner}\0{reference}".encode()
        return hmac_sha256(self._index_key, message).hex()

    def request_hash(self, request: bytes) -> str:
        """Return 64 hex digits that tell a request from others to nobody without the vault."""
        return hmac_sha256(self._request_key, request).hex()

    def encrypt(self, member_key: bytes, context: bytes, plaintext: bytes) -> bytes:
        """Encrypt a payload under a member's key, bound to ``context``."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + _payload_cipher(member_key).encrypt(nonce, plaintext, context)

    def decrypt(self, member_key: bytes, context: bytes, ciphertext: bytes) -> bytes:
        """Return the payload; raises StoreError if it was altered or belongs elsewhere."""
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            return _payload_cipher(member_key).decrypt(nonce, sealed, context)
        except (InvalidTag, ValueError):
            raise StoreError("PAYLOAD_ALTERED", bytes=len(ciphertext)) from None


def _payload_cipher(member_key: bytes) -> AESGCM:
    return AESGCM(_derive(member_key, _PAYLOAD_INFO))


def _derive(key: bytes, info: bytes) -> bytes:
    # The input is uniformly random already, so expanding is enough (RFC 5869 section 3.3); for one
    # hash's length HKDF-Expand is one HMAC over the info and the counter 1 (section 2.3).
    return hmac_sha256(key, info + b"\x01")


def create_vault(path: Path, passphrase: str) -> FileVault:
    """Draw a key-encryption key and seal it in a new file that only its owner may read.

    Raises StoreError ``FILE_EXISTS`` or ``FILE_NOT_WRITTEN``.
    """
    kek = os.urandom(KEY_BYTES)
    salt = os.urandom(SALT_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    head = f"dure-vault/v1\nsalt {b64encode(salt).decode()}\n"
    sealed = nonce + _sealing(passphrase, salt).encrypt(nonce, kek, head.encode())
    write_private(path, f"{head}sealed {b64encode(sealed).decode()}\n".encode())
    return FileVault(kek)


def open_vault(path: Path, passphrase: str) -> FileVault:
    """Open the vault's file.

    Raises StoreError: ``VAULT_MISSING``, ``VAULT_MALFORMED``, ``FORMAT_NEWER``, or
    ``PASSPHRASE_WRONG`` where the pass phrase is another or the file was changed.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise StoreError("VAULT_MISSING", path=str(path), reason=error.strerror or "") from None
    refuse_newer(path, data, FORMAT)
    match = _FILE.fullmatch(data.decode("ascii", "replace"))
    if len(data) > FILE_BYTES_MAX or match is None:
        raise StoreError("VAULT_MALFORMED", path=str(path))
    try:
        salt, sealed = (b64decode(match[at], validate=True) for at in (2, 3))
        kek = _sealing(passphrase, salt).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], match[1].encode()
        )
    except ValueError:
        raise StoreError("VAULT_MALFORMED", path=str(path)) from None
    except InvalidTag:
        raise StoreError("PASSPHRASE_WRONG", path=str(path)) from None
    return FileVault(kek)


@lru_cache(maxsize=4)  # as `audit.keys` remembers what opens the key beside this one
def _sealing(passphrase: str, salt: bytes) -> AESGCM:
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P)
    return AESGCM(kdf.derive(passphrase.encode()))
