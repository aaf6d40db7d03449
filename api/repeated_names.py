"""JSON in which an object has one name twice is refused: RFC 8259 section 4 leaves its sense open.

Of two members of one name a gateway may have judged the first where we would act on the second.
orjson takes the last without a word, so the names are looked at by the standard library's scanner.
"""

from __future__ import annotations

import json


class RepeatedNameError(ValueError):
    """An object has one name twice; ``name`` is the first such name, cut."""

    def __init__(self, name: str) -> None:
        """Keep the name, cut to what a message may hold."""
        super().__init__("a name stands twice in one object")
        self.name = name[:NAME_SHOWN_MAX]


NAME_SHOWN_MAX = 64  # our own names are shorter; a longer one is only shown to who sent it


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise RepeatedNameError(name)
            seen.add(name)
    return found


# Numbers are not made: one of four thousand digits would cost more than all the names.
_SCANNER = json.JSONDecoder(object_pairs_hook=_unique, parse_int=str, parse_float=str)


def refuse_repeated_names(text: str) -> object:
    """Return what the JSON text holds, its numbers as they are written.

    Raises RepeatedNameError, another ValueError for what is no JSON, RecursionError for what is
    nested too deep.
    """
    found: object = _SCANNER.decode(text)
    return found
