"""Nets of pairs and partners.

A *pair sum* is what one partner owes another over all obligations between them in that direction;
the store adds them up (``domain.store.queries.obligations.netted_pairs``), for there are at most
partners squared of them, however many obligations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidValueError
from domain.money import COUNTER_MAX, ZERO, Ratio

if TYPE_CHECKING:
    from collections.abc import Iterable


class Debt(NamedTuple):
    """``debtor`` owes ``creditor`` ``amount`` > 0, in minor units."""

    debtor: str
    creditor: str
    amount: int


class PartnerNet(NamedTuple):
    """What a partner owes (``debits``) and is owed (``credits``), in minor units."""

    partner: str
    debits: int
    credits: int

    @property
    def net(self) -> int:
        """Debits less credits: positive where the partner pays."""
        return self.debits - self.credits


class Netting(NamedTuple):
    """A settlement in figures, all of one currency.

    ``pairs`` are bilateral: one debt at most for any two partners, by debtor and creditor.
    ``partners`` are multilateral, by partner; whoever owes and is owed has a row, also at net 0.
    """

    pairs: tuple[Debt, ...]
    partners: tuple[PartnerNet, ...]
    gross: int
    net: int

    @property
    def efficiency(self) -> Ratio:
        """The part of the gross sum that need not be paid: (gross - net) / gross; 0/1 of nothing.

        Kept unreduced, so that both figures can be read off it.
        """
        return Ratio(self.gross - self.net, self.gross) if self.gross else ZERO

    @property
    def nets(self) -> dict[str, int]:
        """Each partner's net, positive where it pays; they sum to zero."""
        return {row.partner: row.net for row in self.partners}


def net(debts: Iterable[tuple[str, str, int]]) -> Netting:
    """Set debts against one another: (debtor, creditor, amount), any number for a pair.

    The result does not depend on the debts' order.

    Raises:
        InvalidValueError: ``OBLIGATION_AMOUNT_INVALID`` for an amount below 1,
            ``OBLIGATION_WITH_ITSELF`` where a partner owes itself, ``SUM_TOO_LARGE`` where the
            gross sum is 2^62 or more.
    """
    pairs: dict[tuple[str, str], int] = {}
    owed: dict[str, list[int]] = {}
    gross = 0
    for debtor, creditor, amount in debts:
        _check(debtor, creditor, amount)
        first, second = sorted((debtor, creditor))
        signed = amount if debtor == first else -amount
        pairs[first, second] = pairs.get((first, second), 0) + signed
        owed.setdefault(debtor, [0, 0])[0] += amount
        owed.setdefault(creditor, [0, 0])[1] += amount
        gross += amount
    if gross >= COUNTER_MAX:
        raise InvalidValueError("SUM_TOO_LARGE", sum=str(gross), maximum=str(COUNTER_MAX - 1))
    bilateral = sorted(
        Debt(first, second, amount) if amount > 0 else Debt(second, first, -amount)
        for (first, second), amount in pairs.items()
        if amount
    )
    partners = tuple(PartnerNet(partner, *owed[partner]) for partner in sorted(owed))
    left = sum(row.net for row in partners if row.net > 0)
    return Netting(tuple(bilateral), partners, gross, left)


def _check(debtor: str, creditor: str, amount: int) -> None:
    if amount < 1:
        raise InvalidValueError(
            "OBLIGATION_AMOUNT_INVALID", debtor=debtor, creditor=creditor, amount=str(amount)
        )
    if debtor == creditor:
        raise InvalidValueError("OBLIGATION_WITH_ITSELF", partner=debtor, amount=amount)
