"""Points and money in exact integers (LEDGER section 1). Every division is a floor.

A rate is whole target points per whole source point, a price is minor units of money per whole
point; both are fractions of integers, and the units' scales enter explicitly.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from audit.replay.fields import MalformedError

_RATIO = re.compile("(0|[1-9][0-9]{0,12})/([1-9][0-9]{0,12})")


class Ratio(NamedTuple):
    """A fraction of integers as it was signed, not reduced."""

    num: int
    den: int


@lru_cache(maxsize=1024)  # a network has few prices and many transfers
def ratio(text: str, field: str) -> Ratio:
    """Read `num/den`.

    Raises:
        MalformedError: any other text.
    """
    match = _RATIO.fullmatch(text)
    if match is None:
        raise MalformedError(field, text)
    return Ratio(int(match[1]), int(match[2]))


def money(points: int, scale: int, price: Ratio) -> int:
    """Minor units of money for points in minor units; the residue stays with the debtor."""
    scaled: int = price.den * 10**scale
    return points * price.num // scaled


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split by weights: floors, then one each to the largest remainders, ties to the earliest.

    Weights are positive.
    """
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


class Rate(NamedTuple):
    """A conversion with both scales in it, and what the fee in points leaves."""

    num: int
    den: int
    keep: int
    of: int

    def given(self, source: int) -> int:
        """Target minor units for source minor units: two floors, the fee's the second."""
        return source * self.num // self.den * self.keep // self.of

    def least(self, target: int) -> int:
        """The least source that gives this target; the rate and what is kept are not zero."""
        before_fee = -(-target * self.of // self.keep)
        return -(-before_fee * self.den // self.num)


def conversion(rate: Ratio, fee_points: Ratio, source_scale: int, target_scale: int) -> Rate:
    """A contract's rate between two scales."""
    return Rate(
        rate.num * 10**target_scale,
        rate.den * 10**source_scale,
        fee_points.den - fee_points.num,
        fee_points.den,
    )
