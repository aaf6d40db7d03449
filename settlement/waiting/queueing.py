"""A bank's line that no payment takes is queued; a person who knows what it is may dismiss it.

What the bank says of people, accounts and purposes above all, is free text beside the log. Whoever
imports it again finds the line in the queue, or what became of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.keyed_hash import hmac_sha256
from domain.ledger.checks import amount_out_of_range, not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.waiting import WAITING
from settlement.checks import bad_hash, bad_reason, invalid

if TYPE_CHECKING:
    from domain.ledger.state import State
    from domain.ledger.waiting import Place, WaitingLine
    from settlement.commands import DismissBankLine, QueueBankLine

LINE_MAX = 10**7  # lines of one bank statement; the largest files hold some hundred thousand
DETAIL_MAX = 2_000  # characters: what a bank says of a line is some hundred
PATH = ("input", "line")
_CURRENCY = re.compile(r"[A-Z]{3}\Z")

QUEUE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "AMOUNT_OUT_OF_RANGE",
    "BANK_LINE_KNOWN",
)
DISMISS_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "BANK_LINE_UNKNOWN",
    "BANK_LINE_STATE",
)


def decide_queue(state: State, command: QueueBankLine, now: int) -> Decision | Refusal:
    """Decide that a line waits; refusals come in the order of ``QUEUE_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_place(command.statement, command.line) or bad_reason(command.reason)
    if refusal is None and command.reference:
        refusal = bad_hash("reference", command.reference)
    if _CURRENCY.match(command.currency) is None:
        refusal = invalid("currency", command.currency, "three capital letters")
    elif len(command.detail) > DETAIL_MAX:
        refusal = invalid("detail", "", f"at most {DETAIL_MAX} characters")
    refusal = refusal or amount_out_of_range(abs(command.amount))
    if refusal is not None:
        return refusal
    place = (command.statement, command.line)
    counted = place in state.bank_lines or command.reference in state.references_of_bank
    if counted or state.waiting_line(place, command.reference) is not None:
        facts: dict[str, str | int] = {"statement": command.statement, "line": command.line}
        return Refusal("BANK_LINE_KNOWN", PATH, facts)
    note = hmac_sha256(command.detail_key, command.detail.encode()).hex() if command.detail else ""
    fields = {
        "statement": command.statement,
        "line": str(command.line),
        "reference": command.reference,
        "currency": command.currency,
        "amount": str(command.amount),
        "reason": command.reason,
        "note": note,
    }
    return Decision((Effect("bank.queued", command.id, fields),))


def decide_dismiss(state: State, command: DismissBankLine, now: int) -> Decision | Refusal:
    """Decide that a line concerns no partner; refusals come in the order of ``DISMISS_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_place(command.statement, command.line) or bad_reason(command.reason)
    if refusal is not None:
        return refusal
    found = still_waiting(state, (command.statement, command.line), PATH)
    if isinstance(found, Refusal):
        return found
    fields = {
        "statement": found.statement,
        "line": str(found.line),
        "reason": command.reason,
    }
    return Decision((Effect("bank.dismissed", command.id, fields),))


def bad_place(statement: str, line: int) -> Refusal | None:
    """Refuse what is no place in a statement."""
    refusal = bad_hash("statement", statement)
    if not 1 <= line <= LINE_MAX:
        refusal = invalid("line", str(line), f"1 to {LINE_MAX}")
    return refusal


def still_waiting(state: State, place: Place, path: tuple[str, ...]) -> WaitingLine | Refusal:
    """Return a line while it waits; ``BANK_LINE_UNKNOWN``, or ``BANK_LINE_STATE`` with it."""
    found = state.waiting.get(place)
    facts: dict[str, str | int] = {"statement": place[0], "line": place[1]}
    if found is None:
        return Refusal("BANK_LINE_UNKNOWN", path, facts)
    if found.state != WAITING:
        return Refusal("BANK_LINE_STATE", path, {**facts, "state": found.state})
    return found
