"""A new settlement: closed windows of one currency, oldest first, netted (FINANCE section 3).

Each partner's sums stand in an entry of its own that names nobody else; the last entry names no
partner and has the totals. Nets sum to zero, because every obligation has two sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.clock import DAY, MINUTE, format_instant
from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import CLOSED
from domain.ledger.settling import METHODS
from settlement.checks import invalid, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.records import Window
    from domain.ledger.state import State
    from settlement.commands import CreateSettlement

WINDOWS_MAX = 366  # a year of daily windows; their numbers stay far below a leaf's limit
PAY_BY_MIN = MINUTE  # no bank moves money sooner
PAY_BY_MAX = 366 * DAY  # what is not due within a year is a loan, not a settlement

CREATE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "CURRENCY_UNKNOWN",
    "WINDOW_UNKNOWN",
    "WINDOW_STATE",
    "WINDOW_SKIPPED",
    "NOTHING_TO_SETTLE",
    "DEADLINE_INVALID",
)


def decide_create(state: State, command: CreateSettlement, now: int) -> Decision | Refusal:
    """Decide a new settlement; refusals come in the order of ``CREATE_CODES``."""
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = _bad_form(command)
    if refusal is not None:
        return refusal
    currency = command.currency
    if currency not in state.reference.open_periods:
        return Refusal("CURRENCY_UNKNOWN", ("input", "currency"), {"currency": currency[:64]})
    windows = _windows(state, command)
    if isinstance(windows, Refusal):
        return windows
    earliest, latest = now + PAY_BY_MIN, now + PAY_BY_MAX
    if not earliest <= command.pay_by <= latest:
        facts: dict[str, str | int] = {"minimum": earliest, "maximum": latest}
        return Refusal("DEADLINE_INVALID", ("input", "payBy"), facts)
    sums = nets_of(state, currency, windows)
    effects = [
        Effect(
            "settlement.netted",
            "",
            {
                "settlement": command.id,
                "partner": partner,
                "currency": currency,
                "debits": str(debits),
                "credits": str(credits_),
            },
        )
        for partner, (debits, credits_) in sorted(sums.items())
    ]
    gross = sum(debits for debits, _ in sums.values())
    net = sum(max(0, debits - credits_) for debits, credits_ in sums.values())
    effects.append(
        Effect(
            "settlement.created",
            "",
            {
                "settlement": command.id,
                "currency": currency,
                "windows": ";".join(map(str, windows)),
                "method": command.method,
                "pay_by": format_instant(command.pay_by),
                "gross": str(gross),
                "net": str(net),
            },
        )
    )
    return Decision(numbered(command.id, effects))


def nets_of(state: State, currency: str, windows: tuple[int, ...]) -> dict[str, tuple[int, int]]:
    """Return each partner's debits and credits over windows that are not settled."""
    sums: dict[str, tuple[int, int]] = {}
    for (partner, of), positions in state.positions.items():
        found = [each for each in positions if of == currency and each.period in windows]
        if found:
            debits, credits_ = sum(p.debits for p in found), sum(p.credits for p in found)
            sums[partner] = (debits, credits_)
    return sums


def _bad_form(command: CreateSettlement) -> Refusal | None:
    if command.method not in METHODS:
        return invalid("method", command.method, " ".join(METHODS))
    windows = command.windows
    if len(windows) > WINDOWS_MAX or list(windows) != sorted(set(windows)):
        shown = ",".join(map(str, windows[:8]))
        return invalid("windows", shown, f"at most {WINDOWS_MAX} numbers, rising")
    return None


def _windows(state: State, command: CreateSettlement) -> tuple[int, ...] | Refusal:
    """Return the windows to settle: every closed one up to the last that is named."""
    path, currency = ("input", "windows"), command.currency
    known = state.reference.windows
    for period in command.windows:
        facts: dict[str, str | int] = {"period": period, "currency": currency}
        window = known.get((period, currency))
        if window is None:
            return Refusal("WINDOW_UNKNOWN", path, facts)
        if window.state != CLOSED:
            return Refusal("WINDOW_STATE", path, {**facts, "state": window.state})
    last = command.windows[-1] if command.windows else None
    closed = _closed(known.values(), currency, last)
    for period in closed:
        if command.windows and period not in command.windows:
            return Refusal("WINDOW_SKIPPED", path, {"period": period, "currency": currency})
    if not closed:
        return Refusal("NOTHING_TO_SETTLE", ("input", "currency"), {"currency": currency})
    return closed[:WINDOWS_MAX]


def _closed(windows: Iterable[Window], currency: str, last: int | None) -> tuple[int, ...]:
    found = sorted(
        window.period
        for window in windows
        if window.currency == currency
        and window.state == CLOSED
        and (last is None or window.period <= last)
    )
    return tuple(found)
