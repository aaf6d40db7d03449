"""What a check-up finds: one thing that should not be."""

from __future__ import annotations

from typing import NamedTuple


class Breach(NamedTuple):
    """One thing that should not be: a stable code, and what was found where."""

    code: str
    facts: dict[str, str | int]
