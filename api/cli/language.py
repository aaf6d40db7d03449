"""The language in which this run speaks to a person; what programs read is the same in either.

The rule is `audit.language`'s. `--lang` may stand anywhere on the line, so that nobody has to know
whether it is the command's or the verb's.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from enum import StrEnum
from typing import TYPE_CHECKING

from audit.language import ENGLISH, LANGUAGES, language_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OPTION = "--lang"


class Language(StrEnum):
    """A language that there are words in."""

    EN = "en"
    KO = "ko"


_asked: ContextVar[str] = ContextVar("asked", default="")
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def listen(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> list[str]:
    """Settle this run's language, and return the arguments with ``--lang`` before the verb."""
    rest, named = list(arguments), list[str]()
    end = rest.index("--") if "--" in rest else len(rest)
    for place in reversed(range(end)):
        if rest[place].startswith(f"{OPTION}="):
            named = [f"{OPTION}={rest.pop(place).partition('=')[2]}"]
        elif rest[place] == OPTION and place + 1 < end:
            named = [f"{OPTION}={rest.pop(place + 1)}"]
            rest.pop(place)
    asked = named[0].partition("=")[2] if named else ""
    _asked.set(asked if asked in LANGUAGES else "")
    _spoken.set(_asked.get() or language_of(environment))
    return [*named, *rest]


def spoken() -> str:
    """Return the language of this run's tables, sentences and errors."""
    return _spoken.get()


def asked() -> str:
    """Return what ``--lang`` named, "" where it stood nowhere."""
    return _asked.get()
