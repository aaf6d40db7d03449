"""Global ids: base64 of ``Type:key`` or ``Type:owner:key``, so that one goes straight to its book.

A caller need not know the form: it hands back what it was given. Members may also be named by
their raw 32 hex digits, transfers and holds only by their global id, which carries the owner.
"""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from strawberry import ID

from domain.ids import is_id

GLOBAL_ID_MAX = 200  # the longest of ours, a hold's, has 96 characters


class GlobalId(NamedTuple):
    """What a global id says: a type, and the parts of its key."""

    type: str
    key: tuple[str, ...]


def global_id(type_: str, *key: str | int) -> ID:
    """Return the global id of a thing."""
    return ID(base64.b64encode(":".join((type_, *map(str, key))).encode("ascii")).decode("ascii"))


def read_global_id(text: str) -> GlobalId | None:
    """Read a global id; None for any other text."""
    if len(text) > GLOBAL_ID_MAX:
        return None
    try:
        decoded = base64.b64decode(text.encode("ascii"), validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        return None
    type_, *key = decoded.split(":")
    return GlobalId(type_, tuple(key)) if key and all(key) else None


def key_of(text: str, type_: str, parts: int = 1) -> tuple[str, ...] | None:
    """Return the key in a global id of this type and number of parts; None for any other text."""
    found = read_global_id(text)
    if found is None or found.type != type_ or len(found.key) != parts:
        return None
    return found.key


def entity_key(text: str, type_: str) -> tuple[str, str] | None:
    """Return owner and id of a thing in a book, such as a transfer; None for any other text."""
    key = key_of(text, type_, 2)
    if key is None or not is_id(key[0]) or not is_id(key[1]):
        return None
    return key[0], key[1]


def member_key(text: str) -> str | None:
    """Return a member's id, given raw or global; None for any other text."""
    if is_id(text):
        return text
    key = key_of(text, "Member")
    return key[0] if key is not None and is_id(key[0]) else None
