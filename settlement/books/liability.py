"""Liability and breakage: what lots carry, by partner, unit, funding and month of expiry.

Derived from the lots alone (FINANCE section 5). Beside what they carry, which is the liability with
zero breakage, stands what is estimated never to be exercised, split by what they carry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from domain.clock import NEVER, local_day
from domain.money import part_of, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from settlement.books.breakage import Estimate


class HasLeft(Protocol):
    """A lot that still holds points."""

    @property
    def unit(self) -> str:
        """Its unit."""
        ...

    @property
    def obligor(self) -> str:
        """Who stands behind it."""
        ...

    @property
    def funding(self) -> str:
        """FREE or PAID."""
        ...

    @property
    def expires_at(self) -> int:
        """Its expiry's instant."""
        ...

    @property
    def currency(self) -> str:
        """Its cost's currency."""
        ...

    @property
    def cost(self) -> int:
        """What it carried whole."""
        ...

    @property
    def amount(self) -> int:
        """Its points, whole."""
        ...

    @property
    def remaining(self) -> int:
        """Its points by now."""
        ...


class Liability(NamedTuple):
    """A line of the report: ``month`` is YYYY-MM, "" where points do not end by a date.

    ``points`` are minor units of ``unit``; ``carried`` is the liability with zero breakage,
    ``breakage`` the part of it released by estimate ``version`` and ``method``.
    """

    partner: str
    unit: str
    funding: str
    month: str
    currency: str
    points: int
    carried: int
    breakage: int
    version: str
    method: str

    @property
    def net(self) -> int:
        """Return the liability after estimated breakage."""
        return self.carried - self.breakage


Standing = tuple[int, "Estimate"]


def liabilities(
    lots: Iterable[HasLeft], standing: Mapping[tuple[str, str, str], Standing], zone: str
) -> list[Liability]:
    """Return the report, in the order of its columns.

    ``standing`` is the estimated breakage by (partner, unit, currency); months are ``zone``'s.
    """
    sums: dict[tuple[str, str, str], dict[tuple[str, str], list[int]]] = {}
    for lot in lots:
        month = "" if lot.expires_at >= NEVER else local_day(lot.expires_at, zone)[:7]
        group = sums.setdefault((lot.obligor, lot.unit, lot.currency), {})
        sum_ = group.setdefault((lot.funding, month), [0, 0])
        sum_[0] += lot.remaining
        sum_[1] += part_of(lot.cost, lot.remaining, lot.amount)
    made: list[Liability] = []
    for (partner, unit, currency), group in sums.items():
        pool, estimate = standing[partner, unit, currency]
        keys = sorted(group)
        shares = split(pool, [group[key][1] for key in keys])
        for (funding, month), share in zip(keys, shares, strict=True):
            points, carried = group[funding, month]
            head = (partner, unit, funding, month, currency, points, carried, share)
            made.append(Liability(*head, estimate.version, estimate.method))
    return sorted(made)
