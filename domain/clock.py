"""Time is an integer: microseconds since 1970 in UTC, called an instant everywhere.

Leaves and people see RFC 3339 with six decimals; arithmetic never sees anything but integers.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.errors import InvalidValueError

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
NEVER = 9_000_000_000_000_000  # the year 2255; below 2^53, so that it sorts last and survives JSON

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?Z\Z", re.ASCII)


@lru_cache(maxsize=4096)
def _second_text(second: int) -> str:
    return (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


@lru_cache(maxsize=4096)  # lots of one rule end together, and purchases of one day begin so
def format_instant(instant: int) -> str:
    """Return RFC 3339 UTC with six decimals; ``NEVER`` gives the empty string."""
    if instant >= NEVER:
        return ""
    second, micro = divmod(instant, SECOND)
    return f"{_second_text(second)}.{micro:06d}Z"


def parse_instant(text: str) -> int:
    """Read RFC 3339 UTC (``Z``, up to six decimals) or the empty string, which is ``NEVER``.

    Raises InvalidValueError for any other text, other offsets included, and from NEVER on.
    """
    if text == "":
        return NEVER
    match = _RFC3339.match(text)
    try:
        if match is None:
            raise ValueError
        moment = datetime.fromisoformat(match[1] + "+00:00")
    except ValueError:
        raise InvalidValueError("TIME_MALFORMED", value=text[:64]) from None
    instant = from_datetime(moment) + int((match[2] or "0").ljust(6, "0"))
    if instant >= NEVER:
        # It would be written as the empty string, and read back as another instant.
        raise InvalidValueError("TIME_OUT_OF_RANGE", value=text[:64])
    return instant


def from_datetime(moment: datetime) -> int:
    """Return the instant of an aware datetime."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int) -> datetime:
    """Return the aware UTC datetime of an instant below ``NEVER``."""
    return _EPOCH + timedelta(microseconds=instant)


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name; raises InvalidValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise InvalidValueError("TIME_ZONE_UNKNOWN", value=name[:64]) from None


@lru_cache(maxsize=4096)
def _hour_day(hour: int, zone_name: str) -> str:
    return to_datetime(hour * 900 * SECOND).astimezone(zone(zone_name)).date().isoformat()


def local_day(instant: int, zone_name: str) -> str:
    """Return the calendar day ``YYYY-MM-DD`` of an instant in a time zone.

    Every zone's offset is a whole number of quarter hours since 1972, so the quarter hour decides.
    """
    return _hour_day(instant // (900 * SECOND), zone_name)


class SystemClock:
    """The machine's clock, in microseconds."""

    simulated = False

    def now(self) -> int:
        """Return the wall clock's instant."""
        return time.time_ns() // 1000

    def monotonic(self) -> int:
        """Return microseconds of a clock that no one can set."""
        return time.monotonic_ns() // 1000


class SimulatedClock:
    """A clock that moves when told to: for tests, and sandboxes that say so in their genesis."""

    simulated = True

    def __init__(self, start: int) -> None:
        """Begin at the instant ``start``."""
        self._now = start

    def now(self) -> int:
        """Return the simulated instant."""
        return self._now

    def monotonic(self) -> int:
        """Return the same instant: a simulated clock cannot be set behind its own back."""
        return self._now

    def advance(self, microseconds: int) -> None:
        """Move forward; raises InvalidValueError for a step back."""
        if microseconds < 0:
            raise InvalidValueError("CLOCK_BACKWARD", step=microseconds)
        self._now += microseconds

    def advance_to(self, instant: int) -> None:
        """Move forward to ``instant``, or stay where it already lies behind."""
        self._now = max(self._now, instant)
