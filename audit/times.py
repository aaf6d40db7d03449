"""Time in the log: RFC 3339, UTC, always six decimals, one spelling for a moment.

Equal lengths make the order of the texts the order of the moments.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from audit.errors import LeafError

TIME_SHAPE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"

# 9999-12-31T23:59:59Z, the last second that four digits of a year can name.
_SECONDS_MAX = 253_402_300_799

_MINUTE = 60

_LENGTH = len("2000-01-01T00:00:00.000000Z")
_START_SHAPE = re.compile(TIME_SHAPE.removesuffix("[0-9]{6}Z"))


@lru_cache(maxsize=64)  # entries come in order of time: a few seconds are asked for many times
def _seconds_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


@lru_cache(maxsize=4096)  # expiries and deadlines name many minutes of a few years
def _minute(text: str) -> int:
    try:
        seconds = int(datetime.fromisoformat(text + ":00+00:00").timestamp())
    except ValueError:
        raise LeafError("LEAF_TIME", time=text) from None
    # Some Pythons read 24:00 as the next day: only the spelling we would write is the moment's.
    if seconds < 0 or _seconds_text(seconds)[:16] != text:
        raise LeafError("LEAF_TIME", time=text)
    return seconds


@lru_cache(maxsize=4096)  # the same second is read many times: by its entries, in their lots
def _seconds(text: str) -> int:
    second = int(text[17:19])
    if second >= _MINUTE:
        raise LeafError("LEAF_TIME", time=text)
    return _minute(text[:16]) + second


@lru_cache(maxsize=4096)
def _start(text: str) -> int:
    """Read a time up to its decimal point, as microseconds since 1970."""
    if _START_SHAPE.fullmatch(text) is None:
        raise LeafError("LEAF_TIME", time=text)
    return _seconds(text[:19]) * 1_000_000


def format_time(microseconds: int) -> str:
    """Write microseconds since 1970 as RFC 3339 UTC with six decimals.

    Raises:
        LeafError: `LEAF_TIME` before 1970 or after the year 9999.
    """
    seconds, rest = divmod(microseconds, 1_000_000)
    if not 0 <= seconds <= _SECONDS_MAX:
        raise LeafError("LEAF_TIME", microseconds=microseconds)
    return f"{_seconds_text(seconds)}.{rest:06d}Z"


def check_seconds(text: str) -> int:
    """Return the whole seconds since 1970 of a text that has the shape of a time already.

    Raises:
        LeafError: `LEAF_TIME` for a day or an hour that does not exist, or before 1970.
    """
    return _seconds(text[:19])


def shaped_time(text: str) -> int:
    """Read a text that has the shape of a time already, as microseconds since 1970.

    Raises:
        LeafError: as `check_seconds`.
    """
    return _seconds(text[:19]) * 1_000_000 + int(text[20:26])


@lru_cache(maxsize=4096)  # an entry often bears one moment three times, and its lots another
def parse_time(text: str) -> int:
    """Read RFC 3339 UTC with six decimals as microseconds since 1970.

    Raises:
        LeafError: `LEAF_TIME` for another shape, or for a day or hour that does not exist.
    """
    start, fraction = text[:20], text[20:26]
    if len(text) != _LENGTH or text[26] != "Z" or not (fraction.isascii() and fraction.isdigit()):
        raise LeafError("LEAF_TIME", time=text)
    return _start(start) + int(fraction)
