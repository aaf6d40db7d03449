"""The entry by which a settlement changes its state, and its windows theirs."""

from __future__ import annotations

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
