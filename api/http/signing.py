"""Signed requests at the door: who signed, for this network, just now (RFC 9421).

A partner signs with the key that it has registered. Its signature is held against that key before
anything is executed; that the key is still the partner's is looked at again under the log's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit.http_signature import SignatureError, Signed, read, verify
from domain.clock import SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

CREATED_SECONDS_MAX = 300  # clocks differ, requests are retried; after that a retry is signed anew

_DIGEST, _INPUT, _SIGNATURE = b"content-digest", b"signature-input", b"signature"
_NAMES = (_DIGEST, _INPUT, _SIGNATURE)


def signed_request(headers: Iterable[tuple[bytes, bytes]], path: str, body: bytes) -> Signed | None:
    """Return what the headers say was signed; None where there is no signature.

    Raises SignatureError for one that is not of our profile, or not of this body.
    """
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in _NAMES:
            if name in found:
                raise SignatureError("SIGNATURE_HEADERS", why="twice")
            found[name] = value.decode("latin-1")
    if _INPUT not in found and _SIGNATURE not in found:
        return None
    return read(path, body, *(found.get(name, "") for name in _NAMES))


def check(signed: Signed, public_key: str, origin: str, now: int) -> None:
    """Hold a signature against the caller's registered key, this log and the clock.

    Raises SignatureError: what ``verify`` raises, ``SIGNATURE_TAG``, ``SIGNATURE_TIME``.
    """
    verify(signed, public_key)
    if signed.parameters.tag != origin:
        raise SignatureError("SIGNATURE_TAG", expected=origin)
    if abs(now // SECOND - signed.parameters.created) > CREATED_SECONDS_MAX:
        raise SignatureError("SIGNATURE_TIME", seconds=CREATED_SECONDS_MAX)
