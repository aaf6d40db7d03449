"""Amounts are integers in minor units; rates and prices are integer fractions.

Nothing here rounds without saying who keeps the rest: a product of points and a price is
floored and the residue stays with the debtor (LEDGER section 1); a split hands its
remainders to the largest fractional parts, ties to the earliest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Sequence

AMOUNT_MAX = (
    10**15
)  # one transfer; far above any programme's points, far below 2^53 for JSON readers
COUNTER_MAX = 2**62  # one account counter; SQLite turns 2^63 into REAL without a word
RATIO_TERM_MAX = (
    10**12
)  # keeps every product below 2^200, and a leaf's fraction below 30 characters
SCALE_MAX = 4  # decimals of a point unit; more than four has no use in a loyalty programme

_RATIO = re.compile(r"(0|[1-9][0-9]{0,12})/([1-9][0-9]{0,12})\Z")


class Ratio(NamedTuple):
    """A non-negative integer fraction, kept as written: 2/4 stays 2/4, as the parties signed it."""

    num: int
    den: int

    def __str__(self) -> str:
        """Return ``num/den``, the form used in leaves and in signed terms."""
        return f"{self.num}/{self.den}"

    @classmethod
    def parse(cls, text: str) -> Ratio:
        """Read ``num/den`` with 0 <= num and 1 <= den, both at most ``RATIO_TERM_MAX``.

        Raises InvalidValueError for any other text, leading zeros and signs included.
        """
        match = _RATIO.match(text)
        if match is None:
            raise InvalidValueError("RATIO_MALFORMED", value=text[:64])
        ratio = cls(int(match[1]), int(match[2]))
        if ratio.num > RATIO_TERM_MAX or ratio.den > RATIO_TERM_MAX:
            raise InvalidValueError("RATIO_TOO_LARGE", value=text[:64], maximum=RATIO_TERM_MAX)
        return ratio


ZERO = Ratio(0, 1)


def money_for(points: int, scale: int, price: Ratio) -> int:
    """Return floor(points x price) in minor units of money.

    ``points`` is in minor units of a unit with ``scale`` decimals; ``price`` is minor units of
    money per whole point. The residue stays with the debtor (LEDGER section 1).
    """
    unit: int = 10**scale
    return points * price.num // (price.den * unit)


def part_of(total: int, part: int, whole: int) -> int:
    """Return floor(total x part / whole): the carrying value of ``part`` out of ``whole``."""
    return total * part // whole


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` by ``weights``: floor, then one unit each to the largest remainders.

    Ties go to the earliest. The parts sum to ``total``. Raises InvalidValueError where the
    weights are negative or sum to zero while there is something to split.
    """
    whole = sum(weights)
    if total == 0:
        return [0] * len(weights)
    if whole <= 0 or min(weights) < 0:
        raise InvalidValueError("WEIGHTS_INVALID", total=total)
    if len(weights) == 1:
        return [total]
    parts = [total * weight // whole for weight in weights]
    missing = total - sum(parts)
    if missing:
        by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
        for i in by_remainder[:missing]:
            parts[i] += 1
    return parts
