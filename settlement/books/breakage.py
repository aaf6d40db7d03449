"""Breakage: the share of points that members never exercise (IFRS 15 B46).

Expected breakage is revenue in proportion to the rights that are exercised. With an expected share
b, for every carrying value v that was exercised, v x b / (1 - b) is released. Released breakage
stands against the contract liability until its points expire; what expires then is taken from it
first, so that nothing is released twice. Without an estimate the share is zero, and breakage is
what expires.
"""

from __future__ import annotations

from typing import NamedTuple

from domain.money import ZERO, Ratio

NONE = "NONE"
PROPORTIONAL = "PROPORTIONAL"


class Estimate(NamedTuple):
    """An estimate as declared: its version, and the share expected never to be exercised."""

    version: str
    share: Ratio

    @property
    def method(self) -> str:
        """Return how it is released: in proportion to what is exercised, or not at all."""
        return PROPORTIONAL if self.share.num else NONE


NO_ESTIMATE = Estimate("", ZERO)


class Release(NamedTuple):
    """What one entry changes: more (or less) released, and what of it an expiry took."""

    released: int
    taken: int


class Pool:
    """Estimated breakage of one partner, unit and currency.

    ``standing`` is released and not yet expired; it never exceeds what the lots carry.
    """

    __slots__ = ("_estimate", "_exercised", "_taken", "carried", "standing")

    def __init__(self, estimate: Estimate) -> None:
        """Begin with no points."""
        self._estimate = estimate
        self._exercised = 0
        self._taken = 0
        self.carried = 0
        self.standing = 0

    def move(self, change: int, exercised: int, expired: int) -> Release:
        """Take in an entry: how much more lots carry, what of it was exercised, what expired.

        A reversal exercises less than nothing.
        """
        self.carried += change
        self._exercised += exercised
        taken = min(expired, self.standing)
        self._taken += taken
        self.standing -= taken
        share = self._estimate.share
        expected = max(0, self._exercised) * share.num // (share.den - share.num)
        target = max(0, min(expected - self._taken, self.carried))
        released = target - self.standing
        self.standing = target
        return Release(released, taken)
