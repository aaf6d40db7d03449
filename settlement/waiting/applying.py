"""What the entries of waiting lines change in the state; the log's replay does the same anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ledger.settling import PAY_OUT
from domain.ledger.waiting import (
    CARRIED,
    DISMISSED,
    MATCHED,
    OVERPAID,
    WAITING,
    WaitingLine,
)

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.model import Effect
    from domain.ledger.settling import BankLine
    from domain.ledger.state import State


def apply_queued(state: State, effect: Effect, stamp: Stamp) -> None:
    """Let a line wait."""
    fields = effect.fields
    made = WaitingLine(
        fields["statement"], int(fields["line"]), fields["reference"], fields["currency"],
        int(fields["amount"]), fields["reason"], fields["note"], WAITING, "", "", stamp.seq, 0,
    )  # fmt: skip
    _put(state, made)


def apply_matched(state: State, paid: BankLine, currency: str) -> None:
    """End a line's waiting by the payment that took it; let what the payment left over wait."""
    found = state.waiting_line((paid.statement, paid.line), paid.reference)
    if found is not None and not paid.excess:
        _put(state, replace(found, state=MATCHED, outcome=MATCHED, closed_seq=paid.seq))
    elif paid.excess:
        left = -paid.excess if paid.leg == PAY_OUT else paid.excess
        made = found or WaitingLine(
            paid.statement, paid.line, paid.reference, currency, left, OVERPAID, "", WAITING, "",
            "", paid.seq, 0,
        )  # fmt: skip
        _put(state, replace(made, amount=left, reason=OVERPAID))


def apply_dismissed(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a line's waiting: it is no partner's."""
    fields = effect.fields
    found = state.waiting[fields["statement"], int(fields["line"])]
    outcome = fields["reason"]
    _put(state, replace(found, state=DISMISSED, outcome=outcome, closed_seq=stamp.seq))


def apply_carried(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a line's waiting by what is owed for it, which the ledger has applied."""
    fields = effect.fields
    found = state.waiting[fields["statement"], int(fields["line"])]
    settlement = fields["settlement"]
    done = replace(
        found,
        state=CARRIED,
        outcome=fields["reason"],
        settlement=settlement,
        closed_seq=stamp.seq,
    )
    _put(state, done)
    if settlement:
        state.returned[settlement] = state.returned.get(settlement, 0) - found.amount


def _put(state: State, line: WaitingLine) -> None:
    state.waiting[line.place] = line
    if line.reference:
        state.waiting_references[line.reference] = line.place
    state.touch("bank_waiting", *line.place)


APPLIERS = {
    "bank.queued": apply_queued,
    "bank.dismissed": apply_dismissed,
    "bank.carried": apply_carried,
}
