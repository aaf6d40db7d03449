"""Where random identities come from: the domain's ``Ids`` port, and API keys.

An API key is ``dure_PREFIX_SECRET``: eight base32 characters by which it is found, and 256 random
bits. Only SHA-256 of the secret's text is kept; a slow hash buys nothing against 256 bits.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode, urlsafe_b64encode
from typing import NamedTuple

import uuid_utils

PREFIX_BYTES = 5  # eight base32 characters: two in a million keys share one by the birthday bound
SECRET_BYTES = 32  # 256 bits, 43 characters of base64url

_KEY = re.compile(r"dure_([a-z2-7]{8})_([A-Za-z0-9_-]{43})\Z", re.ASCII)


class RandomIds:
    """Identities from the system's randomness."""

    def entity(self) -> str:
        """Return a UUIDv7 as 32 hex digits: it sorts by birth (RFC 9562 section 5.7)."""
        return uuid_utils.uuid7().hex

    def member(self) -> str:
        """Return a UUIDv4 as 32 hex digits: it tells nothing, not even when it was given."""
        return uuid_utils.uuid4().hex


class NewApiKey(NamedTuple):
    """An API key as made: ``text`` is shown once, ``prefix`` and ``hash`` are what is kept."""

    prefix: str
    text: str
    hash: str


def new_api_key() -> NewApiKey:
    """Make an API key."""
    prefix = b32encode(secrets.token_bytes(PREFIX_BYTES)).decode().lower()
    secret = urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")
    return NewApiKey(prefix, f"dure_{prefix}_{secret}", hash_of_secret(secret))


def hash_of_secret(secret: str) -> str:
    """Return what is kept of a key: SHA-256 of its secret part's text, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def split_api_key(text: str) -> tuple[str, str] | None:
    """Return an API key's prefix and secret, or None where the text has not a key's form."""
    match = _KEY.match(text)
    return (match[1], match[2]) if match else None
