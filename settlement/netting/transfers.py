"""Who pays whom, so that all nets become zero.

*Clearing*: each net debtor pays the operator's clearing account, and the operator pays each net
creditor out of it. *Direct*: partners pay one another, with as few payments as can be.

Fewest payments is a matter of groups: partners whose nets sum to zero settle among themselves with
one payment less than they are, so n partners in k groups need n - k payments, and no fewer are
possible when k is the greatest number of groups that there can be (``groups.py``). Finding it is
NP-hard; it is done up to ``EXACT_MAX`` partners, and beyond that all of them are one group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from domain.errors import InvalidValueError
from domain.ids import OPERATOR
from settlement.netting.groups import zero_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXACT_MAX = 20  # partners with a net: 2^19 subsets are a moment's work, and each more doubles it

PAY_IN = "PAY_IN"  # a net debtor to the clearing account
PAY_OUT = "PAY_OUT"  # the clearing account to a net creditor
DIRECT = "DIRECT"  # partner to partner
Leg = Literal["PAY_IN", "PAY_OUT", "DIRECT"]
Method = Literal["CLEARING", "EXACT", "GREEDY"]


class Transfer(NamedTuple):
    """``payer`` pays ``payee`` ``amount`` > 0, in minor units."""

    payer: str
    payee: str
    amount: int
    leg: Leg


class Plan(NamedTuple):
    """Payments that make all nets zero, and how they were found.

    ``EXACT``: no fewer would do. ``GREEDY``: at most one less than there are partners with a net.
    """

    method: Method
    transfers: tuple[Transfer, ...]


def through_clearing(nets: Mapping[str, int]) -> Plan:
    """Let debtors pay in and creditors be paid out, each by one payment, by partner.

    The operator's own net needs no payment: the clearing account is the operator's.

    Raises InvalidValueError ``NETS_NOT_ZERO`` where the nets do not sum to zero.
    """
    _check(nets)
    others = [(partner, nets[partner]) for partner in sorted(nets) if partner != OPERATOR]
    pay_in = [Transfer(one, OPERATOR, owed, "PAY_IN") for one, owed in others if owed > 0]
    pay_out = [Transfer(OPERATOR, one, -owed, "PAY_OUT") for one, owed in others if owed < 0]
    return Plan("CLEARING", (*pay_in, *pay_out))


def direct(nets: Mapping[str, int]) -> Plan:
    """Let partners pay one another: with fewest payments up to ``EXACT_MAX`` of them.

    The plan is a function of the nets alone, in whatever order they come.

    Raises InvalidValueError ``NETS_NOT_ZERO`` where the nets do not sum to zero.
    """
    _check(nets)
    rows = [(partner, nets[partner]) for partner in sorted(nets) if nets[partner]]
    if len(rows) > EXACT_MAX:
        return Plan("GREEDY", _sorted(settle_group(rows)))
    groups = zero_groups([amount for _, amount in rows])
    found = [one for group in groups for one in settle_group([rows[i] for i in group])]
    return Plan("EXACT", _sorted(found))


def settle_group(rows: Iterable[tuple[str, int]]) -> list[Transfer]:
    """Let the largest debtor pay the largest creditor until all is paid.

    Each payment brings one of the two to zero and the last one both: at most one payment less than
    partners. ``rows`` are partners with their nets, which sum to zero; ties go by partner.
    """
    debtors = sorted((-amount, one) for one, amount in rows if amount > 0)
    creditors = sorted((amount, one) for one, amount in rows if amount < 0)
    found: list[Transfer] = []
    i = j = 0
    owes, gets = (-debtors[0][0], -creditors[0][0]) if debtors else (0, 0)
    while i < len(debtors) and j < len(creditors):
        amount = min(owes, gets)
        found.append(Transfer(debtors[i][1], creditors[j][1], amount, "DIRECT"))
        owes, gets = owes - amount, gets - amount
        if owes == 0:
            i += 1
            owes = -debtors[i][0] if i < len(debtors) else 0
        if gets == 0:
            j += 1
            gets = -creditors[j][0] if j < len(creditors) else 0
    return found


def _check(nets: Mapping[str, int]) -> None:
    total = sum(nets.values())
    if total:
        raise InvalidValueError("NETS_NOT_ZERO", sum=str(total), partners=len(nets))


def _sorted(found: list[Transfer]) -> tuple[Transfer, ...]:
    return tuple(sorted(found))
