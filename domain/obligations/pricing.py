"""What a transfer costs whom: obligations from points and a contract's price (FINANCE section 1).

Money is the floor of points x price, once for each (debtor, creditor, kind) of a transfer; the
residue stays with the debtor. A partner never owes itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def exchange_shares(parts: Sequence[Part], given: int) -> list[int]:
    """Split the target points over the draws, by amount, largest remainder (LEDGER section 1)."""
    return split(given, [amount for _, amount in parts])


def exchange_debts(
    parts: Sequence[Part], shares: Sequence[int], source: Unit, target: Unit, contract: Contract
) -> Debts:
    """Return what an exchange makes each obligor owe the target's owner, and the fee in money.

    ``parts`` are the draws as (obligor, source points), ``shares`` their target points.
    """
    debts: Debts = {}
    paid_for = points_by_obligor(
        [(obligor, share) for (obligor, _), share in zip(parts, shares, strict=True)]
    )
    for obligor, points in paid_for.items():
        money = money_for(points, target.scale, contract.price)
        if obligor != target.owner and money:
            debts[obligor, target.owner, EXCHANGE] = money
    if contract.fee_money.num:
        fee = money_for(sum([amount for _, amount in parts]), source.scale, contract.fee_money)
        if fee:
            debts[source.owner, OPERATOR, FEE] = fee
    return debts


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
