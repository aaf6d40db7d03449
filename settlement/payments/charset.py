"""Names as banks take them.

Two choices. Between two accounts in Korea a name stays as its holder writes it: the bank compares
it with the account's, in Hangul. In every other payment it is written in the letters that all banks
pass on (SEPA's common set, EPC217-08): by the account's own Latin name where one is declared, which
is what the holder's bank has; else accents are dropped, and Hangul is written syllable by syllable
as the Revised Romanization of 2000 spells it, without changes of sound between syllables. A letter
of any other script is refused: its holder must declare a Latin name.
"""

from __future__ import annotations

import unicodedata

from domain.errors import InvalidValueError

NAME_MAX = 70  # what SEPA's rulebook keeps of a name; ISO 20022 would take 140
LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-?:().,'+ ")

# Letters that Unicode does not take apart, and signs that have a plain one for a neighbour.
_SPELT = {
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "ß": "ss", "ẞ": "SS",
    "Đ": "D", "đ": "d", "Ł": "L", "ł": "l", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i", "&": "+", "_": "-", "·": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{EN DASH}": "-", "\N{EM DASH}": "-",
}  # fmt: skip
# Unicode orders Hangul syllables by initial, vowel and final (Unicode, section 3.12).
_HANGUL = range(0xAC00, 0xD7A4)
_LETTERS = """\
g kk n d tt r m b pp s ss - j jj ch k t p h
a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i
- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"""
_INITIALS, _VOWELS, _FINALS = (line.split() for line in _LETTERS.splitlines())


def holder_name(name: str, path: str) -> str:
    """Return a name as it is kept: composed (NFC), 1 to 70 characters, none of them a control.

    Raises InvalidValueError ``NAME_INVALID`` with ``path``.
    """
    composed = unicodedata.normalize("NFC", name)
    if not composed.strip() or composed != composed.strip():
        raise InvalidValueError("NAME_INVALID", path=path, reason="empty, or blank at an end")
    if len(composed) > NAME_MAX:
        reason = f"more than {NAME_MAX} characters"
        raise InvalidValueError("NAME_INVALID", path=path, reason=reason, length=len(composed))
    for one in composed:
        if unicodedata.category(one)[0] == "C":
            reason = f"U+{ord(one):04X} is no letter or sign"
            raise InvalidValueError("NAME_INVALID", path=path, reason=reason)
    return composed


def latin_name(name: str, path: str) -> str:
    """Return a name in ``LATIN``, at most 70 characters.

    Raises InvalidValueError ``NAME_NOT_LATIN`` with ``path`` and the letter that cannot be spelt.
    """
    found = "".join(_spelt(one, path) for one in unicodedata.normalize("NFKC", name))
    return found[:NAME_MAX].rstrip()


def _spelt(character: str, path: str) -> str:
    if character in LATIN:
        return character
    if character in _SPELT:
        return _SPELT[character]
    if ord(character) in _HANGUL:
        return _romanized(ord(character) - _HANGUL.start)
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one)
    )
    if plain and LATIN.issuperset(plain):
        return plain
    raise InvalidValueError("NAME_NOT_LATIN", path=path, character=f"U+{ord(character):04X}")


def _romanized(syllable: int) -> str:
    rest, final = divmod(syllable, len(_FINALS))
    initial, vowel = divmod(rest, len(_VOWELS))
    letters = _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]
    return letters.replace("-", "").upper()
