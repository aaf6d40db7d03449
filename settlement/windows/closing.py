"""Closing a settlement window: proposed by one subject, decided by another (FINANCE section 2).

Closing opens the next window of the currency in the same transaction; a window without any
obligation is settled at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.records import CLOSED, OPEN, PENDING_STATE, SETTLED, Proposal, Window
from settlement.charges.charging import charges
from settlement.checks import bad_reason, pending

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.state import State
    from settlement.commands import ProposeWindowClose

WINDOW_CLOSE = "WINDOW_CLOSE"

CLOSE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "WINDOW_UNKNOWN",
    "WINDOW_STATE",
    "PROPOSAL_PENDING",
)


def decide_close(state: State, command: ProposeWindowClose, now: int) -> Decision | Refusal:
    """Decide a proposal to close a window; refusals come in the order of ``CLOSE_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    field = "period" if command.currency in state.reference.open_periods else "currency"
    wanted = Proposal(
        command.id, WINDOW_CLOSE, command.period, command.currency, "", PENDING_STATE, "",
        command.reason, 0, 0,
    )  # fmt: skip
    refusal = (
        bad_reason(command.reason)
        or not_open(state, command.period, command.currency, ("input", field))
        or pending(state, wanted)
    )
    if refusal is not None:
        return refusal
    fields = {
        "proposal": command.id,
        "type": WINDOW_CLOSE,
        "window": str(command.period),
        "currency": command.currency,
        "reason": command.reason,
    }
    return Decision((Effect("proposal.made", command.id, fields),))


def not_open(state: State, period: int, currency: str, path: tuple[str, ...]) -> Refusal | None:
    """Refuse a window that is not there, or not open any more."""
    facts: dict[str, str | int] = {"period": period, "currency": currency[:64]}
    window = state.reference.windows.get((period, currency))
    if window is None:
        return Refusal("WINDOW_UNKNOWN", path, facts)
    if window.state != OPEN:
        return Refusal("WINDOW_STATE", path, {**facts, "state": window.state})
    return None


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entries of an approved closing, or why the window can be closed no more."""
    del now
    refusal = not_open(state, proposal.period, proposal.currency, path)
    return refusal or closing(state, proposal.period, proposal.currency)


def closing(state: State, period: int, currency: str) -> list[Effect]:
    """Return the entries that close an open window: what is charged in it, then its end."""
    charged = charges(state, period, currency)
    empty = not charged and not any(
        position.period == period and position.currency == currency
        for positions in state.positions.values()
        for position in positions
    )
    fields = {
        "window": str(period),
        "currency": currency,
        "next": str(period + 1),
        "state": SETTLED if empty else CLOSED,
    }
    return [*charged, Effect("window.closed", "", fields)]


def apply_closing(state: State, effect: Effect, stamp: Stamp) -> None:
    """Carry ``window.closed`` into the state: this window ends, the next one opens."""
    period, currency = int(effect.fields["window"]), effect.fields["currency"]
    following = int(effect.fields["next"])
    reference = state.reference
    before = reference.windows[period, currency]
    reference.put_window(replace(before, state=effect.fields["state"], closed_seq=stamp.seq))
    if effect.fields["state"] == SETTLED:
        reference.settled.add((period, currency))
    reference.put_window(Window(following, currency, OPEN, stamp.seq, 0))
    state.touch("settlement_window", period, currency)
    state.touch("settlement_window", following, currency)
