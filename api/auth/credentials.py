"""API keys: ``dure_<prefix>_<secret>``, sent as ``Authorization: Bearer`` (RFC 6750 section 2.1).

The prefix, eight base32 digits, is public and names the key in the log; the secret, 256 random
bits in 43 base64url digits (RFC 4648 section 5), is shown once and kept as its SHA-256. A slow hash
would buy nothing against 256 random bits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from typing import NamedTuple

PREFIX_BYTES = 5  # eight base32 digits; two live keys never share one, the ledger refuses it
SECRET_BYTES = 32
AUTHORIZATION_MAX = 200  # a key has 57 characters; a longer header is no key of ours

_TOKEN = re.compile(r"dure_([a-z2-7]{8})_([A-Za-z0-9_-]{43})\Z")
_BEARER = "bearer "


class Minted(NamedTuple):
    """A new key: ``token`` is what its holder keeps, ``hash`` what the ledger keeps."""

    prefix: str
    token: str
    hash: str

    @property
    def fingerprint(self) -> str:
        """Return what a proposal names the key by, which tells nothing of its secret."""
        return f"{self.prefix}.{self.hash}"


class Presented(NamedTuple):
    """A key as a caller presented it."""

    prefix: str
    secret: str


def mint() -> Minted:
    """Make a new random key."""
    prefix = base64.b32encode(secrets.token_bytes(PREFIX_BYTES)).decode("ascii").lower()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return Minted(prefix, f"dure_{prefix}_{secret}", hash_secret(secret))


def minted_of(token: str) -> Minted | None:
    """Return a key by its text; None for what is no key of our form."""
    match = _TOKEN.match(token)
    return None if match is None else Minted(match[1], token, hash_secret(match[2]))


def hash_secret(secret: str) -> str:
    """Return SHA-256 of a key's secret part, in hex."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def read_authorization(header: str) -> Presented | None:
    """Read an ``Authorization`` header; None where it holds no key of our form."""
    if len(header) > AUTHORIZATION_MAX or header[:7].lower() != _BEARER:
        return None
    match = _TOKEN.match(header[7:].strip(" "))
    return None if match is None else Presented(match[1], match[2])


def matches(presented: Presented, expected_hash: str) -> bool:
    """Tell whether the secret is the one whose hash is kept, in constant time."""
    return hmac.compare_digest(hash_secret(presented.secret), expected_hash)
