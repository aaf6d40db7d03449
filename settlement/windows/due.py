"""A window that closes by its currency's schedule: nobody proposes, for two people agreed before.

Its entries are ``window.due``, which cites the proposal of the schedule and tells what was due, and
then those of any closing. An instant counts that lies after the schedule's own entry and after the
window's opening; so one that has been answered is never due again, in whichever process, and a
server that was down over several of them closes one late window and no empty ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.clock import format_instant
from domain.errors import InvalidValueError, Refusal
from domain.ids import SYSTEM
from domain.ledger.checks import not_permitted
from domain.ledger.commands import Actor
from domain.ledger.model import Decision, Effect
from domain.ledger.records import APPROVED
from settlement.checks import numbered
from settlement.controls.policies import PREFIX
from settlement.windows.closing import closing
from settlement.windows.schedule import (
    NONE,
    WINDOW_SCHEDULE,
    Late,
    due_by,
    next_due,
    read_schedule,
)

if TYPE_CHECKING:
    from domain.ledger.state import State
    from settlement.commands import CloseDueWindow

SCHEDULER = Actor(SYSTEM, "system/schedule")

DUE_CODES = (
    "NOT_PERMITTED",
    "CURRENCY_UNKNOWN",
    "SCHEDULE_NONE",
    "SCHEDULE_INVALID",
    "SCHEDULE_NOT_DUE",
)


def decide_due(state: State, command: CloseDueWindow, now: int) -> Decision | Refusal:
    """Decide whether the open window is due; refusals come in the order of ``DUE_CODES``."""
    if command.actor != SCHEDULER:
        return not_permitted(command.actor)
    reference, currency = state.reference, command.currency
    path, facts = ("currency",), {"currency": currency[:64]}
    period = reference.open_periods.get(currency)
    if period is None:
        return Refusal("CURRENCY_UNKNOWN", path, {**facts})
    policy = reference.policies.get((WINDOW_SCHEDULE, "", currency))
    proposal = _approved(state, currency)
    if policy is None or policy.value == NONE or not proposal:
        return Refusal("SCHEDULE_NONE", path, {**facts})
    opened = reference.windows[period, currency].opened_seq
    since = max(state.times[opened], state.times[policy.seq])
    try:
        late = due_by(read_schedule(policy.value), since, now)
    except InvalidValueError as error:
        reason = f"{error.facts['part']}: {error.facts['reason']}"
        return Refusal("SCHEDULE_INVALID", path, {"value": policy.value, "reason": reason})
    if late is None:
        return Refusal("SCHEDULE_NOT_DUE", path, {**facts, "due": next_due(policy.value, since)})
    due = Effect("window.due", "", _told(late, period, currency, proposal))
    return Decision(numbered(command.id, [due, *closing(state, period, currency)]))


def _approved(state: State, currency: str) -> str:
    """Return the proposal by which the schedule in force was declared."""
    found = [
        (one.decided_seq, one.id)
        for one in state.reference.proposals.values()
        if (one.type, one.currency, one.state) == (PREFIX + WINDOW_SCHEDULE, currency, APPROVED)
    ]
    return max(found, default=(0, ""))[1]


def _told(late: Late, period: int, currency: str, proposal: str) -> dict[str, str]:
    return {
        "window": str(period),
        "currency": currency,
        "proposal": proposal,
        "due": format_instant(late.due.at),
        "day": late.due.day,
        "local": late.due.local,
        "missed": str(late.missed),
    }
