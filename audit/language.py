"""Which language a person is spoken to in: one rule, for `dure` and for `dure-verify`.

What the command says (`--lang`) goes first, then `DURE_LANG`, then the machine's own setting, of
which POSIX says that `LC_ALL` goes before `LC_MESSAGES` and that before `LANG`. Whatever begins
with `ko`, such as `ko_KR.UTF-8`, is Korean; everything else is English. What programs read is the
same in either.
"""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final = "en"
KOREAN: Final = "ko"
LANGUAGES: Final = (ENGLISH, KOREAN)
# POSIX.1-2017, XBD 8.2: the first that is set and not empty decides.
VARIABLES: Final = ("DURE_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of people in an environment: ``en`` or ``ko``."""
    named = next(filter(None, map(environment.get, VARIABLES)), "")
    return KOREAN if named.lower().startswith(KOREAN) else ENGLISH
