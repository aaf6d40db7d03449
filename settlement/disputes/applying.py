"""What the entries of disputes change in the state; the log's replay does the same anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ledger.disputes import OPEN, UPHELD, Dispute, read_line

if TYPE_CHECKING:
    from domain.ledger.apply import Stamp
    from domain.ledger.model import Effect
    from domain.ledger.state import State


def apply_opened(state: State, effect: Effect, stamp: Stamp) -> None:
    """Make a dispute known."""
    fields = effect.fields
    id_, stands = fields["dispute"], int(fields["stands"])
    state.disputes[id_] = Dispute(
        id_,
        *read_line(fields["line"]),
        fields["debtor"],
        fields["creditor"],
        fields["currency"],
        int(fields["window"]),
        int(fields["amount"]),
        stands,
        stands,
        fields["party"],
        fields["reason"],
        fields["note"],
        OPEN,
        "",
        stamp.seq,
        0,
    )
    state.touch("dispute", id_)


def apply_closed(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a dispute without a correction."""
    fields = effect.fields
    _end(state, fields["dispute"], stamp, fields["state"], fields["reason"])


def apply_corrected(state: State, effect: Effect, stamp: Stamp) -> None:
    """End a dispute by what its line comes to now; what is owed for it the ledger has applied."""
    fields = effect.fields
    _end(state, fields["dispute"], stamp, UPHELD, fields["reason"], int(fields["corrected"]))


def _end(
    state: State,
    id_: str,
    stamp: Stamp,
    to: str,
    reason: str,
    corrected: int | None = None,
) -> None:
    found = state.disputes[id_]
    state.disputes[id_] = replace(
        found,
        state=to,
        outcome=reason,
        corrected=found.corrected if corrected is None else corrected,
        closed_seq=stamp.seq,
    )
    state.touch("dispute", id_)


APPLIERS = {
    "dispute.opened": apply_opened,
    "dispute.closed": apply_closed,
    "obligation.corrected": apply_corrected,
}
