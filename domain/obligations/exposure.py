"""The net debit cap: what a partner may owe before its transfers are refused (FINANCE section 2).

Exposure = max(0, debits - credits over windows not yet SETTLED) + what holds reserve. A command
that would lift it above prefund + cap is refused. It is read under the log head's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.ledger.commands import Actor
    from domain.ledger.model import Hold, Obligation, Reserve
    from domain.ledger.state import State


def over_cap(
    state: State,
    actor: Actor,
    obligations: Sequence[Obligation],
    reserve: Sequence[Reserve] = (),
    ended: Iterable[Hold] = (),
) -> Refusal | None:
    """Refuse obligations or reserves that lift any debtor's exposure above its prefund and cap.

    ``ended`` are overdue holds whose time-out entries stand before the command's own: what they
    reserved is free again. The amounts are told only to the debtor itself and to the operator;
    anyone else learns no more than that the debtor's cap is reached.
    """
    if not obligations and not reserve:
        return None
    added: dict[tuple[str, str], int] = {}
    for debtor, creditor, currency, _, amount, _, _ in obligations:
        added[debtor, currency] = added.get((debtor, currency), 0) + amount
        added[creditor, currency] = added.get((creditor, currency), 0) - amount
    kept: dict[tuple[str, str], int] = {}
    for part in reserve:
        kept[part.debtor, part.currency] = kept.get((part.debtor, part.currency), 0) + part.amount
        added.setdefault((part.debtor, part.currency), 0)
    freed: dict[tuple[str, str], int] = {}
    for hold in ended:
        for part in hold.reserve:
            key = (part.debtor, part.currency)
            freed[key] = freed.get(key, 0) + part.amount
    for key, owed in added.items():
        if (owed <= 0 and key not in kept) or key[0] == OPERATOR:
            continue
        line = state.credit_lines.get(key)
        prefund, cap, reserved = (line.prefund, line.cap, line.reserved) if line else (0, 0, 0)
        reserved -= freed.get(key, 0)
        position = state.exposure(key)
        before = max(0, position) + reserved
        after = max(0, position + owed) + reserved + kept.get(key, 0)
        if after > before and after > prefund + cap:
            facts: dict[str, str | int] = {"partner": key[0], "currency": key[1]}
            if actor.partner == key[0] or actor.is_operator:
                facts |= {"available": max(0, prefund + cap - before), "required": after - before}
            return Refusal("NET_DEBIT_CAP_EXCEEDED", ("input", "amount"), facts)
    return None
