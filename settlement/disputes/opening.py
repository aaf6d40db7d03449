"""Opening a dispute: the line's debtor or creditor says that it is not what it should be.

Any line may be disputed, in whatever window it lies and long after it was settled, for what comes
of it is another obligation. A correction may not: who doubts it disputes the corrected line anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.keyed_hash import hmac_sha256
from domain.ledger.checks import not_permitted
from domain.ledger.disputes import CORRECTION, OPEN, line_text
from domain.ledger.model import Decision, Effect
from settlement.checks import bad_reason, invalid
from settlement.settlements.payments import NOTE_MAX

if TYPE_CHECKING:
    from domain.ledger.state import State
    from settlement.commands import OpenDispute

# Of one party at once. Every batch has the open ones in memory, and a month of that many objections
# is a quarrel about a price: one line of it, disputed, settles the others.
DISPUTES_OPEN_MAX = 1_000

OPEN_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "LINE_UNKNOWN",
    "LINE_NOT_DISPUTABLE",
    "DISPUTE_PENDING",
    "TOO_MANY_DISPUTES",
)


def decide_open(state: State, command: OpenDispute, now: int) -> Decision | Refusal:
    """Decide to open a dispute; refusals come in the order of ``OPEN_CODES``.

    A line of others is as good as none.
    """
    del now
    actor, line = command.actor, (command.sequence, command.n)
    if not actor.is_operator and actor.partner != command.party:
        return not_permitted(actor, "input", "partner")
    refusal = bad_reason(command.reason)
    if len(command.note) > NOTE_MAX:
        refusal = invalid("note", "", f"at most {NOTE_MAX} characters")
    if refusal is not None:
        return refusal
    owed = state.lines.get(line)
    path, facts = ("input", "sequence"), {"sequence": command.sequence, "n": command.n}
    if owed is None or command.party not in (owed.debtor, owed.creditor):
        return Refusal("LINE_UNKNOWN", path, dict(facts))
    if owed.kind == CORRECTION:
        return Refusal("LINE_NOT_DISPUTABLE", path, dict(facts))
    stands, latest, waiting = owed.amount, -1, 0
    for dispute in state.disputes.values():
        waiting += dispute.state == OPEN and dispute.party == command.party
        if dispute.line != line:
            continue
        if dispute.state == OPEN:
            return Refusal("DISPUTE_PENDING", path, {"dispute": dispute.id})
        if dispute.seq > latest:
            stands, latest = dispute.corrected, dispute.seq
    if waiting >= DISPUTES_OPEN_MAX:
        many: dict[str, str | int] = {"partner": command.party, "maximum": DISPUTES_OPEN_MAX}
        return Refusal("TOO_MANY_DISPUTES", ("input", "partner"), many)
    note = hmac_sha256(command.note_key, command.note.encode()).hex() if command.note else ""
    fields = {
        "dispute": command.id,
        "line": line_text(line),
        "debtor": owed.debtor,
        "creditor": owed.creditor,
        "currency": owed.currency,
        "window": str(owed.period),
        "amount": str(owed.amount),
        "stands": str(stands),
        "party": command.party,
        "reason": command.reason,
        "note": note,
    }
    return Decision((Effect("dispute.opened", command.id, fields),))
