"""The entry by which a settlement changes its state and its windows theirs; and until when."""

from __future__ import annotations

from domain.errors import Refusal
from domain.ledger.model import Effect
from domain.ledger.records import CLOSED
from domain.ledger.settling import ABORTED, SETTLED, Settlement

# What becomes of a settlement's windows; in any other state they stay as they are.
_WINDOWS = {SETTLED: SETTLED, ABORTED: CLOSED}


def moved(settlement: Settlement, to: str, reason: str) -> Effect:
    """Return the entry; it names no partner, and the windows only where their state changes."""
    windows = _WINDOWS.get(to, "")
    fields = {
        "settlement": settlement.id,
        "currency": settlement.currency,
        "windows": ";".join(map(str, settlement.windows)) if windows else "",
        "state": to,
        "window_state": windows,
        "reason": reason,
    }
    return Effect("settlement.moved", "", fields)


def late(settlement: Settlement, now: int, path: tuple[str, ...]) -> Refusal | None:
    """Refuse ``PAY_BY_PASSED`` what asks for payments that nobody could make in time any more.

    A default would follow at once, for which nobody who owes has been asked; so the draft is
    aborted and its windows are netted anew.
    """
    if now < settlement.pay_by:
        return None
    facts: dict[str, str | int] = {"settlement": settlement.id, "pay_by": settlement.pay_by}
    return Refusal("PAY_BY_PASSED", path, facts)
