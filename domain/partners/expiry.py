"""When points expire: a unit's own rule (LEDGER section 3).

``NEVER``; ``DAYS n`` from the effective time; ``CALENDAR MONTH n`` or ``CALENDAR YEAR n``: the
end of the month or year of the effective time in the unit's zone, plus n months.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from domain.clock import DAY, NEVER, from_datetime, local_day, zone
from domain.errors import InvalidValueError

DAYS_MAX = 36_500  # a hundred years; longer is NEVER
MONTHS_MAX = 1_200  # a hundred years
_RULE = re.compile(r"NEVER|DAYS ([1-9][0-9]{0,4})|CALENDAR (MONTH|YEAR) (0|[1-9][0-9]{0,3})")


def check_rule(text: str) -> None:
    """Raise InvalidValueError where ``text`` is no expiry rule."""
    match = _RULE.fullmatch(text)
    if match is None:
        raise InvalidValueError("EXPIRY_RULE_MALFORMED", value=text[:64])
    if int(match[1] or 0) > DAYS_MAX or int(match[3] or 0) > MONTHS_MAX:
        raise InvalidValueError("EXPIRY_RULE_TOO_LONG", value=text[:64])


@lru_cache(maxsize=1024)
def _parts(rule: str) -> tuple[str, int]:
    """Return a rule's kind (NEVER, DAYS, MONTH, YEAR) and its number of days or months."""
    words = rule.split(" ")
    return (words[-2], int(words[-1])) if len(words) > 1 else (rule, 0)


def expires_at(rule: str, zone_name: str, effective: int) -> int:
    """Return the instant from which points given at ``effective`` are no longer spendable."""
    kind, number = _parts(rule)
    if kind == "DAYS":
        return min(NEVER, effective + number * DAY)
    if kind == "NEVER":
        return NEVER
    return _calendar_end(local_day(effective, zone_name), kind, number, zone_name)


@lru_cache(maxsize=4096)
def _calendar_end(day: str, period: str, months: int, zone_name: str) -> int:
    year, month = int(day[:4]), int(day[5:7])
    first_after = year * 12 + (12 if period == "YEAR" else month) + months
    end = datetime(first_after // 12, first_after % 12 + 1, 1, tzinfo=zone(zone_name))
    return min(NEVER, from_datetime(end))
