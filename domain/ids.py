"""Identities: 32 hex digits each; codes for partners and units; global ids that carry their owner.

Entities take UUIDv7 (they sort by birth), members UUIDv4 (a pseudonym tells nothing, not even
when it was given). Both come through the ``Ids`` port, never from inside a decision.
"""

from __future__ import annotations

import hashlib
import re

from domain.errors import InvalidValueError

OPERATOR = "OPERATOR"  # the operator's code as an obligation's party and as an idempotency scope
SYSTEM = "SYSTEM"  # the scope of jobs; they carry no idempotency key
CODE_MAX = 16  # fits a statement's column and keeps a leg below 100 bytes
KEY_MAX = 255  # an idempotency key; what Stripe and others allow

_ID = re.compile(r"[0-9a-f]{32}\Z")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,15}\Z")
_RESERVED = frozenset({OPERATOR, SYSTEM})


def is_id(text: str) -> bool:
    """Tell whether ``text`` is 32 lower-case hex digits."""
    return _ID.match(text) is not None


def is_code(text: str) -> bool:
    """Tell whether ``text`` can name a partner or unit: 2 to 16 of A-Z, 0-9, _; a letter first."""
    return _CODE.match(text) is not None and text not in _RESERVED


def derived_id(parent: str, n: int) -> str:
    """Return the id of the n-th further entry that one command appends.

    A hash of the command's random id: as unguessable as its parent, and the same on every replay.
    """
    return hashlib.sha256(f"{parent}.{n}".encode()).hexdigest()[:32]


def contract_cite(contract: str, version: int) -> str:
    """Return ``ID.VERSION``, the form in which leaves cite a contract."""
    return f"{contract}.{version}"


def split_cite(cite: str) -> tuple[str, int]:
    """Read ``ID.VERSION``; raises InvalidValueError for any other text."""
    contract, dot, version = cite.partition(".")
    if not dot or not is_id(contract) or not version.isascii() or not version.isdigit():
        raise InvalidValueError("CONTRACT_CITE_MALFORMED", value=cite[:64])
    return contract, int(version)
