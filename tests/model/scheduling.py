"""The model's schedules: every period of some months is looked at, one day after another.

Slow, and too short to be wrong; of the product nothing is used, of libraries the zones' clocks and
the countries' holidays.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from tests.model import agreeing
from tests.model.arithmetic import DAY, instant
from tests.model.register import Register

SCHEDULE = ("WINDOW_SCHEDULE", "")
DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
ROLLED = 40  # days; no row of holidays is as long
COUNTED = 400  # days back of which instants are counted


class Due(NamedTuple):
    """An instant at which a window is to close: of which day, and what the zone's clocks show."""

    at: int
    day: str
    local: str


def close(book: Register, author: str, currency: str, now: int) -> str:
    """The job closes the open window where its schedule says so: once, however late it is."""
    if author != "system/schedule":
        return "NOT_PERMITTED"
    if currency != "KRW":
        return "CURRENCY_UNKNOWN"
    if book.policies.get(SCHEDULE, "NONE") == "NONE":
        return "SCHEDULE_NONE"
    passed = due_at(book, now)
    if not passed:
        return "SCHEDULE_NOT_DUE"
    book.dues.add((book.period, *passed[-1], len(passed) - 1))
    book.size += 1
    return agreeing.close(book, book.period)


def due_at(book: Register, now: int) -> list[Due]:
    """What has come of the open window's schedule by an instant."""
    value = book.policies.get(SCHEDULE, "NONE")
    since = max(book.opened_at, book.declared_at, now - COUNTED * DAY)
    if value == "NONE" or now <= since:
        return []
    return [
        one for one in _from(value, _day(since), _day(now) - _day(since)) if since < one.at <= now
    ]


def coming(book: Register, now: int) -> list[int]:
    """The next instants of the schedule in force, a few."""
    value = book.policies.get(SCHEDULE, "NONE")
    found = [] if value == "NONE" else [one.at for one in _from(value, _day(now), 2 * ROLLED)]
    return [at for at in found if at > now][:2]


def _day(at: int) -> int:
    return at // DAY


@lru_cache(maxsize=64)
def _from(value: str, first: int, days: int) -> list[Due]:
    """All instants from a day since 1970 on, of so many days and a few more, rising."""
    often, *on, clock, zone, calendar, roll = value.split(" ")
    found: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    begin = datetime.fromtimestamp(first * 86_400, UTC).date() - timedelta(days=ROLLED)
    for n in range(days + 2 * ROLLED):
        day = begin + timedelta(days=n)
        if _is_period(day, often, on):
            closes = _rolled(day, calendar, roll)
            wall = datetime.combine(closes, time.fromisoformat(clock), ZoneInfo(zone))
            found[instant(wall)].append((day, closes))
    dues: list[Due] = []
    for at, group in sorted(found.items()):
        # Of those that fall together the least rolled gives its name; of two the later.
        day, closes = min(reversed(group), key=lambda pair: abs(pair[1] - pair[0]))
        dues.append(Due(at, day.isoformat(), f"{closes.isoformat()}T{clock}"))
    return dues


def _is_period(day: date, often: str, on: list[str]) -> bool:
    if often == "WEEKLY":
        return DAYS[day.weekday()] == on[0]
    if often == "MONTHLY":
        if (day + timedelta(days=1)).day > 1:
            return str(day.day) == on[0]
        return on[0] == "LAST" or day.day <= int(on[0])
    return True


def _rolled(day: date, calendar: str, roll: str) -> date:
    if roll == "NONE":
        return day
    later, earlier = day, day
    while not _works(later, calendar):
        later += timedelta(days=1)
    while not _works(earlier, calendar):
        earlier -= timedelta(days=1)
    if roll == "PRECEDING" or (roll == "MODIFIED_FOLLOWING" and later.month != day.month):
        return earlier
    return later


@lru_cache(maxsize=4_096)
def _works(day: date, calendar: str) -> bool:
    if calendar == "NONE":
        return day.isoweekday() < 6
    return holidays.country_holidays(calendar, years=day.year).is_working_day(day)
