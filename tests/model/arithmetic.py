"""LEDGER section 1 in whole fractions: slow, and too short to be wrong.

Nothing of the product is used here, so that a slip in its integers cannot hide in both.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

NEVER = 9_000_000_000_000_000
DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def whole(amount: int, scale: int) -> Fraction:
    """Minor units as whole points."""
    return Fraction(amount, 10**scale)


def money(points: int, scale: int, price: Fraction) -> int:
    """Points at a price per whole point; the residue stays with the debtor."""
    return int(whole(points, scale) * price)


def converted(amount: int, scales: tuple[int, int], rate: Fraction, fee: Fraction) -> int:
    """floor(floor(a x rate) x (1 - fee)), in target minor units."""
    gross = floor(whole(amount, scales[0]) * rate * 10 ** scales[1])
    kept: Fraction = gross * (1 - fee)
    return floor(kept)


def least_source(amount: int, scales: tuple[int, int], rate: Fraction, fee: Fraction) -> int:
    """The least amount that gives as many points as `amount` does, by halving."""
    wanted = converted(amount, scales, rate, fee)
    low, high = 0, amount  # low gives less than wanted, high gives it
    while high - low > 1:
        middle = (low + high) // 2
        if converted(middle, scales, rate, fee) == wanted:
            high = middle
        else:
            low = middle
    return high


def shares(total: int, weights: list[int]) -> list[int]:
    """Largest remainder: floor each part, then one unit each, ties to the earliest."""
    if total == 0:
        return [0 for _ in weights]
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [floor(part) for part in exact]
    while sum(parts) < total:
        left = [part - got for part, got in zip(exact, parts, strict=True)]
        parts[left.index(max(left))] += 1
    return parts


def instant(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def day_of(time: int, zone: str) -> str:
    """The calendar day of an instant in a zone."""
    return (_EPOCH + timedelta(microseconds=time)).astimezone(ZoneInfo(zone)).date().isoformat()


def expiry(rule: str, zone: str, effective: int) -> int:
    """When points given at `effective` end, by a unit's rule."""
    words = rule.split()
    if words[0] in {"NEVER", "INACTIVITY"}:
        return NEVER
    if words[0] == "DAYS":
        return effective + int(words[1]) * DAY
    day = datetime.fromisoformat(day_of(effective, zone))
    months = day.year * 12 + (12 if words[1] == "YEAR" else day.month) + int(words[2])
    return instant(datetime(months // 12, months % 12 + 1, 1, tzinfo=ZoneInfo(zone)))
