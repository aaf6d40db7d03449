"""A schedule: when the windows of one currency close, by a wall clock and a calendar of holidays.

It is one line of text, which two people declare as the policy WINDOW_SCHEDULE of a currency:

| part     | is                                                                          |
|----------|-----------------------------------------------------------------------------|
| how often | DAILY, WEEKLY and a weekday (FRIDAY), MONTHLY and a day (1 to 31, or LAST) |
| time     | HH:MM, 00:00 to 23:59, on the wall of the zone                              |
| zone     | IANA time zone, such as Asia/Seoul, or UTC                                  |
| calendar | whose holidays: a country (ISO 3166), a market (ISO 10383), or NONE         |
| roll     | FOLLOWING, PRECEDING, MODIFIED_FOLLOWING or NONE                            |

So `MONTHLY LAST 18:00 Asia/Seoul KR FOLLOWING`. A *period* is a day that the frequency names; its
window closes on that day or, where that is no business day, where the roll moves it: to the next
business day, to the one before, to the next unless that is in another month (then the one before),
or nowhere (2006 ISDA Definitions, section 4.12). Business days are those of the calendar, its own
weekend and working Saturdays included; without one, Monday to Friday. A month that lacks the day
closes on its last. Two periods that roll to one instant are closed by it once.

Where clocks go back, the first of two equal times counts; where they leap over the time, the
instant does at which it would have come without the leap (PEP 495, fold 0): 02:30 in a gap from
02:00 to 03:00 is what clocks then call 03:30.

What is computed here depends on releases of the tz database and of the holidays library. It
decides nothing about the past: a closing is an entry that tells the day and the instant that it
was due, so neither replay nor verification computes one again. Another release moves closings to
come, never one that was.
"""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import groupby
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from domain.clock import DAY, from_datetime, to_datetime, zone
from domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WINDOW_SCHEDULE = "WINDOW_SCHEDULE"
NONE = "NONE"  # no schedule, no calendar, no roll

DAILY, WEEKLY, MONTHLY = "DAILY", "WEEKLY", "MONTHLY"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY)
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
LAST = "LAST"
FOLLOWING, PRECEDING, MODIFIED_FOLLOWING = "FOLLOWING", "PRECEDING", "MODIFIED_FOLLOWING"
ROLLS = (FOLLOWING, PRECEDING, MODIFIED_FOLLOWING, NONE)

TEXT_MAX = 120  # characters; the longest zone has 32, all other parts together some 50
# Periods further back than any roll reaches: the longest row of holidays is some two weeks.
ROLLED_MAX = timedelta(days=40)
# A server down for longer closes its one late window by the instants of the last so many days.
LATE_MAX = 400 * DAY
_LAST_YEAR = 9000  # of a clock that is no calendar's any more; dates end at 9999

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z", re.ASCII)
_DAY = re.compile(r"(?:[1-9]|[12][0-9]|3[01])\Z", re.ASCII)
# No file beside the database's zones, such as localtime, which every machine has another of.
_ZONE = re.compile(r"(?!posix/|right/)[A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}\Z|UTC\Z", re.ASCII)
_CALENDAR = re.compile(r"[A-Z]{2,4}\Z", re.ASCII)


class Due(NamedTuple):
    """When a window is to close: the instant ``at``, which the zone's clocks call ``local``.

    ``day`` is the period, YYYY-MM-DD, before it was rolled; ``local`` is YYYY-MM-DDTHH:MM with the
    schedule's own time, also where clocks leap over it.
    """

    at: int
    day: str
    local: str


class Late(NamedTuple):
    """The latest instant that is due, and how many before it have passed without a closing."""

    due: Due
    missed: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule, part by part; ``on`` is the weekday or day of the month, empty for DAILY."""

    frequency: str
    on: str
    time: str
    zone: str
    calendar: str
    roll: str

    def __str__(self) -> str:
        """Return the text that declares it."""
        parts = (self.frequency, self.on, self.time, self.zone, self.calendar, self.roll)
        return " ".join(part for part in parts if part)


def read_schedule(text: str) -> Schedule:
    """Read a schedule's text.

    Raises InvalidValueError ``SCHEDULE_INVALID`` with the ``part`` that is wrong, its ``value`` and
    what it has to be.
    """
    if len(text) > TEXT_MAX:
        raise _wrong("text", text, f"at most {TEXT_MAX} characters")
    parts = text.split(" ")
    frequency = parts[0]
    if frequency not in FREQUENCIES:
        raise _wrong("frequency", frequency, ", ".join(FREQUENCIES))
    if frequency == DAILY:
        parts.insert(1, "")
    form = "how often, HH:MM, zone, calendar and roll, parted by single spaces"
    if len(parts) != len(Schedule.__slots__):
        raise _wrong("text", text, form)
    found = Schedule(*parts)
    if frequency == WEEKLY and found.on not in WEEKDAYS:
        raise _wrong("weekday", found.on, "MONDAY to SUNDAY")
    if frequency == MONTHLY and found.on != LAST and not _DAY.match(found.on):
        raise _wrong("day", found.on, f"1 to 31, or {LAST}")
    if not _TIME.match(found.time):
        raise _wrong("time", found.time, "HH:MM from 00:00 to 23:59")
    if not _is_zone(found.zone):
        raise _wrong("zone", found.zone, "an IANA time zone, such as Asia/Seoul, or UTC")
    if found.calendar != NONE and not _is_calendar(found.calendar):
        reason = "a country (ISO 3166, such as KR), a market (ISO 10383, such as XECB), or NONE"
        raise _wrong("calendar", found.calendar, reason)
    if found.roll not in ROLLS:
        raise _wrong("roll", found.roll, ", ".join(ROLLS))
    return found


def fault_of(text: str) -> str:
    """Say what is wrong with the policy's value; the empty string where nothing is."""
    if text == NONE:
        return ""
    try:
        read_schedule(text)
    except InvalidValueError as error:
        return f"{error.facts['part']}: {error.facts['reason']}"
    return ""


def dues(schedule: Schedule, after: int) -> Iterator[Due]:
    """Yield the instants after ``after`` at which a window is to close, rising, without end."""
    first = to_datetime(after).astimezone(zone(schedule.zone)).date() - ROLLED_MAX
    roll = _rolling(schedule)
    periods = ((day, roll(day)) for day in _periods(schedule, first))
    at = partial(_instant, schedule)
    # A roll never takes a later period before an earlier one, so equal instants stand together.
    for instant, group in groupby(periods, key=lambda period: at(period[1])):
        # The period that is least rolled gives its name; a day that a zone leapt over gives none.
        day, rolled = min(reversed(list(group)), key=lambda period: abs(period[1] - period[0]))
        if instant > after:
            yield Due(instant, day.isoformat(), f"{rolled.isoformat()}T{schedule.time}")


def next_dues(schedule: Schedule, after: int, count: int) -> list[Due]:
    """Return the next ``count`` instants after ``after``."""
    return [due for due, _ in zip(dues(schedule, after), range(count), strict=False)]


def due_by(schedule: Schedule, since: int, now: int) -> Late | None:
    """Return what is due at ``now`` of a window that opened, or was scheduled, at ``since``.

    However many instants have passed, the window closes once, by the latest; of those longer ago
    than ``LATE_MAX`` none is counted.
    """
    missed, latest = -1, None
    for due in dues(schedule, max(since, now - LATE_MAX)):
        if due.at > now:
            break
        missed, latest = missed + 1, due
    return Late(latest, missed) if latest else None


@lru_cache(maxsize=256)  # jobs ask again every few seconds
def next_due(text: str, since: int) -> int:
    """Return the first instant after ``since`` at which the schedule of this text is due."""
    return next(dues(read_schedule(text), since)).at


def _wrong(part: str, value: str, reason: str) -> InvalidValueError:
    return InvalidValueError("SCHEDULE_INVALID", part=part, value=value[:64], reason=reason)


def _is_zone(name: str) -> bool:
    if not _ZONE.match(name):
        return False
    try:
        zone(name)
    except InvalidValueError:
        return False
    return True


def _is_calendar(code: str) -> bool:
    if not _CALENDAR.match(code):
        return False
    import holidays  # noqa: PLC0415 -- a third of a second, for which no other verb should wait

    known = {
        *holidays.list_supported_countries(include_aliases=False),
        *holidays.list_supported_financial(include_aliases=False),
    }
    return code in known


def _periods(schedule: Schedule, first: date) -> Iterator[date]:
    """Yield the days that the frequency names, from ``first`` on; a month's as a whole."""
    if schedule.frequency == MONTHLY:
        on = 31 if schedule.on == LAST else int(schedule.on)
        for month in range(first.year * 12 + first.month - 1, _LAST_YEAR * 12):
            year, place = divmod(month, 12)
            length = months.monthrange(year, place + 1)[1]
            yield date(year, place + 1, min(on, length))
        return
    step = 1
    if schedule.frequency == WEEKLY:
        step = 7
        first += timedelta(days=(WEEKDAYS.index(schedule.on) - first.weekday()) % 7)
    for ordinal in range(first.toordinal(), date(_LAST_YEAR, 1, 1).toordinal(), step):
        yield date.fromordinal(ordinal)


def _rolling(schedule: Schedule) -> Callable[[date], date]:
    """Return what moves a period to the day on which it closes."""
    if schedule.roll == NONE:
        return lambda day: day
    works = _business_days(schedule.calendar)

    def step(day: date, days: int) -> date:
        while not works(day):
            day += timedelta(days=days)
        return day

    def roll(day: date) -> date:
        if schedule.roll == PRECEDING:
            return step(day, -1)
        found = step(day, 1)
        if schedule.roll == MODIFIED_FOLLOWING and found.month != day.month:
            return step(day, -1)
        return found

    return roll


@lru_cache(maxsize=64)  # a calendar keeps the years that it has worked out
def _business_days(code: str) -> Callable[[date], bool]:
    """Return what tells business days from others."""
    if code == NONE:
        return lambda day: day.weekday() < WEEKDAYS.index("SATURDAY")
    import holidays  # noqa: PLC0415 -- as above

    country = len(code) == len("KR")
    known = holidays.country_holidays(code) if country else holidays.financial_holidays(code)
    lock = Lock()

    def works(day: date) -> bool:
        # The library marks a year as known before it has worked it out; another thread, asking
        # meanwhile, would find no holiday in it.
        with lock:
            return known.is_working_day(day)

    return works


def _instant(schedule: Schedule, day: date) -> int:
    wall = datetime.combine(day, time.fromisoformat(schedule.time), zone(schedule.zone))
    return from_datetime(wall)
