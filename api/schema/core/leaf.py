"""A leaf read back: what a change answers is built from the log's own bytes.

So a fresh answer, its replay and a later query cannot differ: they have one source.
"""

from __future__ import annotations

from typing import TypeAlias, cast

import orjson

Leaf: TypeAlias = dict[str, str]


def read_leaf(leaf: bytes) -> Leaf:
    """Return a leaf's fields; ``v`` and ``seq`` are integers, all others strings."""
    return cast("Leaf", orjson.loads(leaf))


def sequence_of(leaf: Leaf) -> int:
    """Return the entry's number."""
    return cast("int", leaf["seq"])


def rows(text: str) -> list[list[str]]:
    """Split a list field: items parted by ``;``, fields by ``,``."""
    return [item.split(",") for item in text.split(";")] if text else []
