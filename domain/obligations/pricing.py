"""What a transfer costs whom: obligations from points and a contract's price (FINANCE section 1).

Money is the floor of points x price, once for each (debtor, creditor, kind) of a transfer; the
residue stays with the debtor. A partner never owes itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.ids import OPERATOR
from domain.ledger.model import Obligation, Reserve
from domain.money import money_for, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ledger.records import Contract, Unit
    from domain.ledger.state import State

EXCHANGE = "EXCHANGE"
REDEEM = "REDEEM"
FEE = "FEE"
FUNDING = "FUNDING"

Part = tuple[str, int]
Debts = dict[tuple[str, str, str], int]


def points_by_obligor(parts: Sequence[Part]) -> dict[str, int]:
    """Return the points of each obligor, obligors in the order in which their lots were drawn."""
    points: dict[str, int] = {}
    for obligor, amount in parts:
        points[obligor] = points.get(obligor, 0) + amount
    return points


def redemption_debts(
    parts: Sequence[Part], unit: Unit, contract: Contract | None, acceptor: str
) -> Debts:
    """Return what each obligor owes the acceptor for a redemption, zero amounts left out."""
    if contract is None:
        return {}
    debts: Debts = {}
    for obligor, points in points_by_obligor(parts).items():
        money = money_for(points, unit.scale, contract.price)
        if obligor != acceptor and money:
            debts[obligor, acceptor, REDEEM] = money
    return debts


class ExchangePrice(NamedTuple):
    """An exchange priced: the target points of each draw, what each obligor pays, who owes whom.

    ``paid`` has every obligor, the target's owner included, in minor units of the contract's money.
    """

    shares: list[int]
    paid: dict[str, int]
    debts: Debts


def price_exchange(
    parts: Sequence[Part], given: int, source: Unit, target: Unit, contract: Contract
) -> ExchangePrice:
    """Price the exchange of ``parts``, draws as (obligor, points), into ``given`` target points.

    The target points are split once over the draws, by amount, largest remainder; each obligor pays
    the target's owner for the points of its draws (LEDGER section 1).
    """
    if len(parts) == 1:  # most exchanges draw on one lot
        shares, points, debited = [given], {parts[0][0]: given}, parts[0][1]
    else:
        shares = split(given, [amount for _, amount in parts])
        points = {}
        debited = 0
        for (obligor, amount), share in zip(parts, shares, strict=True):
            points[obligor] = points.get(obligor, 0) + share
            debited += amount
    price, scale, owner = contract.price, target.scale, target.owner
    paid = {obligor: money_for(share, scale, price) for obligor, share in points.items()}
    debts: Debts = {
        (obligor, owner, EXCHANGE): money
        for obligor, money in paid.items()
        if money and obligor != owner
    }
    if contract.fee_money.num:
        fee = money_for(debited, source.scale, contract.fee_money)
        if fee:
            debts[source.owner, OPERATOR, FEE] = fee
    return ExchangePrice(shares, paid, debts)


def funding_debts(points: int, unit: Unit, contract: Contract | None, issuer: str) -> Debts:
    """Return what the issuer of a prepaid unit owes the unit's owner."""
    if contract is None or not unit.prepaid or issuer == unit.owner:
        return {}
    money = money_for(points, unit.scale, contract.price)
    return {(issuer, unit.owner, FUNDING): money} if money else {}


def obligations(state: State, debts: Debts, contract: Contract | None) -> tuple[Obligation, ...]:
    """Stamp debts with the window open now and with the contract version that priced them."""
    if not debts or contract is None:
        return ()
    currency = contract.currency
    period = state.reference.open_periods[currency]
    return tuple(
        [
            Obligation(debtor, creditor, currency, period, amount, contract.cite, kind)
            for (debtor, creditor, kind), amount in debts.items()
        ]
    )


def difference(
    state: State, before: Debts, after: Debts, contract: Contract | None
) -> tuple[Obligation, ...]:
    """Return what carries ``before`` to ``after``; a decrease swaps debtor and creditor."""
    moved: Debts = {}
    for debtor, creditor, kind in [*before, *[key for key in after if key not in before]]:
        step = after.get((debtor, creditor, kind), 0) - before.get((debtor, creditor, kind), 0)
        if step > 0:
            moved[debtor, creditor, kind] = step
        elif step < 0:
            moved[creditor, debtor, kind] = -step
    return obligations(state, moved, contract)


def reserves(debts: Debts, contract: Contract | None) -> tuple[Reserve, ...]:
    """Return what a hold keeps of each debtor's cap."""
    if contract is None:
        return ()
    return tuple(
        Reserve(debtor, contract.currency, amount) for (debtor, _, _), amount in debts.items()
    )
