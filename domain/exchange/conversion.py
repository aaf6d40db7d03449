"""The arithmetic of an exchange, in exact integers (LEDGER section 1).

b = floor(floor(a x rate) x (1 - fee_points)) in target minor units; the source debited is the
least amount that still gives b, so the member keeps what the floors would have swallowed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from domain.ledger.lots import carried
from domain.ledger.model import LotOpened
from domain.ledger.records import SOURCE_KEPT, TARGET_RULE
from domain.money import split
from domain.partners.expiry import expires_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ledger.lots import Draw
    from domain.ledger.records import Contract, Unit
    from domain.money import Ratio
    from domain.obligations.pricing import ExchangePrice


class Conversion(NamedTuple):
    """A rate with both scales in it: ``num``/``den`` target minor units per source minor unit.

    ``keep_num``/``keep_den`` is what ``fee_points`` leaves.
    """

    num: int
    den: int
    keep_num: int
    keep_den: int

    def target_for(self, source: int) -> int:
        """Return what ``source`` minor units give, in target minor units."""
        return source * self.num // self.den * self.keep_num // self.keep_den

    def least_source(self, target: int) -> int:
        """Return the least source minor units that give at least ``target`` minor units."""
        before_fee = -(-target * self.keep_den // self.keep_num)
        return -(-before_fee * self.den // self.num)


@lru_cache(maxsize=4096)
def _conversion(rate: Ratio, fee: Ratio, source_scale: int, target_scale: int) -> Conversion:
    return Conversion(
        rate.num * 10**target_scale, rate.den * 10**source_scale, fee.den - fee.num, fee.den
    )


def conversion(contract: Contract, source: Unit, target: Unit) -> Conversion:
    """Return the arithmetic of a contract between two units."""
    return _conversion(contract.rate, contract.fee_points, source.scale, target.scale)


def target_expiry(contract: Contract, target: Unit, source_expiry: int, now: int) -> int:
    """Return when target points expire that come from source points with ``source_expiry``."""
    if contract.expiry == SOURCE_KEPT:
        return source_expiry
    own = expires_at(target.expiry, target.zone, now)
    return own if contract.expiry == TARGET_RULE else min(own, source_expiry)


def target_lots(
    draws: Sequence[Draw],
    priced: ExchangePrice,
    target: Unit,
    contract: Contract,
    times: tuple[int, int],
) -> tuple[LotOpened, ...]:
    """Return the lots that an exchange opens: one for each funding, expiry and currency of cost.

    ``times`` are when the source wallet's points end by inactivity, and now. Points that leave a
    wallet take that end with them, else a stay in another unit would renew it.

    A lot's cost is its share of the money that each obligor pays for its points; for points that
    the target's owner itself stood behind, it is the carrying value that was drawn.
    """
    owner = target.owner
    lapses_at, now = times
    if len(draws) == 1:  # most exchanges draw on one lot, whose points and money need no split
        lot, amount = draws[0]
        own = lot.obligor == owner
        return (
            LotOpened(
                1,
                owner,
                owner,
                lot.funding,
                target_expiry(contract, target, min(lot.expires_at, lapses_at), now),
                lot.currency if own else contract.currency,
                carried(lot, amount) if own else priced.paid[lot.obligor],
                priced.shares[0],
            ),
        )
    groups: dict[tuple[str, int, str], list[int]] = {}
    by_obligor: dict[str, dict[tuple[str, int, str], int]] = {}
    for (lot, amount), share in zip(draws, priced.shares, strict=True):
        own = lot.obligor == owner
        expiry = target_expiry(contract, target, min(lot.expires_at, lapses_at), now)
        key = (lot.funding, expiry, lot.currency if own else contract.currency)
        group = groups.setdefault(key, [0, 0])
        group[0] += share
        if own:
            group[1] += carried(lot, amount)
        else:
            weights = by_obligor.setdefault(lot.obligor, {})
            weights[key] = weights.get(key, 0) + share
    for obligor, weights in by_obligor.items():
        money = priced.paid[obligor]
        if money:
            for key, part in zip(weights, split(money, list(weights.values())), strict=True):
                groups[key][1] += part
    return tuple(
        [
            LotOpened(1, owner, owner, funding, expiry, currency, cost, amount)
            for (funding, expiry, currency), (amount, cost) in groups.items()
            if amount
        ]
    )
