"""When points expire: a unit's own rule (LEDGER section 3).

``NEVER``; ``DAYS n`` from the effective time; ``CALENDAR MONTH n`` or ``CALENDAR YEAR n``: the
end of the month or year of the effective time in the unit's zone, plus n months. ``INACTIVITY n``:
lots have no expiry of their own; a wallet's points end n days after its owner's last activity.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from domain.clock import DAY, NEVER, from_datetime, local_day, zone
from domain.errors import InvalidValueError

DAYS_MAX = 36_500  # a hundred years; longer is NEVER
MONTHS_MAX = 1_200  # a hundred years
GRACE_DAYS_MAX = 365  # points given back late are for spending soon, not for keeping
# A hold lasts 30 days at most and placing it is an activity. So in a unit with this rule every hold
# has ended before its wallet's points do, and no pin outlives them.
INACTIVITY_DAYS_MIN = 31
RULES = (
    "NEVER, DAYS n, CALENDAR MONTH n, CALENDAR YEAR n,"
    f" INACTIVITY n (n of {INACTIVITY_DAYS_MIN} or more)"
)
_RULE = re.compile(
    r"NEVER|(?:DAYS|(INACTIVITY)) ([1-9][0-9]{0,4})|CALENDAR (?:MONTH|YEAR) (0|[1-9][0-9]{0,3})"
)


def check_rule(text: str) -> None:
    """Raise InvalidValueError where ``text`` is no expiry rule."""
    match = _RULE.fullmatch(text)
    if match is None:
        raise InvalidValueError("EXPIRY_RULE_MALFORMED", value=text[:64])
    if int(match[2] or 0) > DAYS_MAX or int(match[3] or 0) > MONTHS_MAX:
        raise InvalidValueError("EXPIRY_RULE_TOO_LONG", value=text[:64])
    if match[1] and int(match[2]) < INACTIVITY_DAYS_MIN:
        raise InvalidValueError("EXPIRY_RULE_TOO_SHORT", value=text[:64])


@lru_cache(maxsize=1024)
def _parts(rule: str) -> tuple[str, int]:
    """Return a rule's kind (NEVER, DAYS, MONTH, ...) and its number of days or months."""
    words = rule.split(" ")
    return (words[-2], int(words[-1])) if len(words) > 1 else (rule, 0)


def expires_at(rule: str, zone_name: str, effective: int) -> int:
    """Return the instant from which points given at ``effective`` are no longer spendable."""
    kind, number = _parts(rule)
    if kind == "DAYS":
        return min(NEVER, effective + number * DAY)
    if kind in ("NEVER", "INACTIVITY"):
        return NEVER
    return _calendar_end(local_day(effective, zone_name), kind, number, zone_name)


def inactivity(rule: str) -> int:
    """Return how long a wallet's points outlive its last activity; 0 where it does not matter."""
    kind, number = _parts(rule)
    return number * DAY if kind == "INACTIVITY" else 0


def lapse_time(rule: str, active_at: int) -> int:
    """Return when the points of a wallet last active at ``active_at`` end; 0: never active."""
    span = inactivity(rule)
    return min(NEVER, active_at + span) if span and active_at else NEVER


@lru_cache(maxsize=4096)
def _calendar_end(day: str, period: str, months: int, zone_name: str) -> int:
    year, month = int(day[:4]), int(day[5:7])
    first_after = year * 12 + (12 if period == "YEAR" else month) + months
    end = datetime(first_after // 12, first_after % 12 + 1, 1, tzinfo=zone(zone_name))
    return min(NEVER, from_datetime(end))
