"""Checks of texts at the door: what passes can stand in a leaf or a column, whatever it says.

A text that fails is the caller's to mend: ``VALUE_INVALID`` with its path, never kept under the
idempotency key.
"""

from __future__ import annotations

import re
import unicodedata

from api.schema.core.errors import RefusedError
from api.schema.core.ids import entity_key, key_of, member_key
from domain import clock
from domain.errors import InvalidValueError
from domain.ids import KEY_MAX, OPERATOR, is_code, is_id
from domain.partners.expiry import RULES

NAME_MAX = 80  # a brand's name on a statement's line
REFERENCE_MAX = 128  # a partner's own number of a member; UUIDs and card numbers are far shorter
NOTE_MAX = 2_000  # what a clerk writes beside a payment, a page at most
SHOWN_MAX = 64  # how much of a wrong value is shown back

_KEY = re.compile(rf"[\x20-\x7e]{{1,{KEY_MAX}}}\Z")
_REASON = re.compile(r"[A-Z][A-Z0-9_]{0,31}\Z")
_SUBJECT = re.compile(r"[0-9A-Za-z._-]{1,64}\Z")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_PREFIX = re.compile(r"[a-z2-7]{8}\Z")
_RULE = re.compile(r"[A-Z0-9 ]{1,32}\Z")
# Control, format (they reorder what a reader sees), surrogate, private and unassigned characters,
# and the separators that break a line.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What Unicode has among letters and symbols, and draws nothing: fillers of Hangul, empty Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_HEX = re.compile(r"[0-9a-f]+\Z")


def invalid(value: str, reason: str, *path: str) -> RefusedError:
    """Return the refusal of a value, with what is wrong with it."""
    shown = value[:SHOWN_MAX].encode("ascii", "backslashreplace").decode("ascii")
    return RefusedError("VALUE_INVALID", *path, value=shown, reason=reason)


def idempotency_key(text: str) -> str:
    """Check an idempotency key: 1 to 255 printable ASCII characters."""
    if _KEY.match(text) is None:
        raise invalid(text, f"1 to {KEY_MAX} printable ASCII characters", "idempotencyKey")
    return text


def code(text: str, *path: str, reserved: bool = False) -> str:
    """Check a partner's or unit's code; with ``reserved`` the operator's may stand there too."""
    if not is_code(text) and not (reserved and text == OPERATOR):
        raise invalid(text, "2 to 16 of A-Z, 0-9 and _, a letter first", *path)
    return text


def currency(text: str, *path: str) -> str:
    """Check a currency's form, three capital letters."""
    if _CURRENCY.match(text) is None:
        raise invalid(text, "three capital letters, as ISO 4217 has them", *path)
    return text


def reason(text: str, *path: str) -> str:
    """Check a reason code; free text never enters the log."""
    if _REASON.match(text) is None:
        raise invalid(text, "a code of A-Z, 0-9 and _, at most 32", *(path or ("reason",)))
    return text


def subject(text: str, *path: str) -> str:
    """Check a subject as it will stand in leaves' authors."""
    if _SUBJECT.match(text) is None:
        raise invalid(text, "1 to 64 of letters, digits, dot, _ and -", *path)
    return text


def hexadecimal(text: str, digits: int, *path: str) -> str:
    """Check lower-case hex digits, exactly that many."""
    if len(text) != digits or _HEX.match(text) is None:
        raise invalid(text, f"{digits} lower-case hex digits", *path)
    return text


def entity(text: str, *path: str) -> str:
    """Check an id of 32 hex digits."""
    if not is_id(text):
        raise invalid(text, "32 lower-case hex digits", *path)
    return text


def composed(text: str) -> str:
    """Return a text in Unicode's form NFC: what looks the same and is the same has one spelling."""
    return unicodedata.normalize("NFC", text)


def _plain(text: str, longest: int, *path: str) -> str:
    # The length comes first: composing a very long text would itself be work.
    plain = composed(text) if len(text) <= longest else ""
    unseen = any(unicodedata.category(letter) in _UNSEEN for letter in plain)
    if not 1 <= len(plain) <= longest or unseen or not _drawn(plain):
        sense = "none of them invisible, no blank at either end, no mark first"
        raise invalid(text, f"1 to {longest} characters, {sense}", *path)
    return plain


def _drawn(plain: str) -> bool:
    """Tell whether a text stands by itself: no blank at either end, no mark on what precedes it."""
    ends = {plain[0], plain[-1]}
    return (
        plain == plain.strip()
        and not ends & _BLANK
        and not unicodedata.category(plain[0]).startswith("M")
    )


def limit(amount: int | None, *path: str) -> int:
    """Check a limit on amounts, 0 where there is none: so a limit of 0 would be no limit at all."""
    if amount is not None and amount < 1:
        raise invalid(str(amount), "1 or more; absent: no limit", *path)
    return amount or 0


def name(text: str, *path: str) -> str:
    """Check a display name: 1 to ``NAME_MAX`` characters that can be seen; return it in NFC."""
    return _plain(text, NAME_MAX, *path)


def reference(text: str, *path: str) -> str:
    """Check a partner's reference of a member, 1 to ``REFERENCE_MAX`` characters, as a name."""
    return _plain(text, REFERENCE_MAX, *path)


def note(text: str, *path: str) -> str:
    """Check a free text of one line, 1 to ``NOTE_MAX`` characters, as a name."""
    return _plain(text, NOTE_MAX, *path)


def zone(text: str, *path: str) -> str:
    """Check the name of an IANA time zone."""
    try:
        clock.zone(text)
    except InvalidValueError:
        raise invalid(text, "a time zone of the IANA database", *path) from None
    return text


def member(text: str, *path: str) -> str:
    """Check a member's id, raw or global; return it raw."""
    found = member_key(text)
    if found is None:
        raise invalid(text, "a member's id", *path)
    return found


def owned(text: str, type_: str, *path: str) -> tuple[str, str]:
    """Check the global id of a thing in a member's book; return its owner and its id."""
    found = entity_key(text, type_)
    if found is None:
        raise invalid(text, f"a global id of a {type_}", *path)
    return found


def key_prefix(text: str, *path: str) -> str:
    """Check the prefix of an API key."""
    if _PREFIX.match(text) is None:
        raise invalid(text, "the eight letters and digits after dure_", *path)
    return text


def rule(text: str, *path: str) -> str:
    """Check the letters of an expiry rule; its sense is the ledger's to check."""
    if _RULE.match(text) is None:
        raise invalid(text, RULES, *path)
    return text


def named(text: str, type_: str, *path: str) -> str:
    """Check the id of a thing outside books, global or its 32 hex digits; return the digits."""
    if is_id(text):
        return text
    key = key_of(text, type_)
    if key is None or not is_id(key[0]):
        raise invalid(text, f"the id of a {type_}", *path)
    return key[0]
