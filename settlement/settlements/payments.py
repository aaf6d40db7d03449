"""Payment files written, bank lines matched, evidence kept (FINANCE sections 3 and 4).

Only a matched line of a bank's statement makes a payment final. A line counts once for ever,
whoever imports it however often; what it pays beyond what is due is named and kept as its excess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import OPERATOR, is_id
from domain.keyed_hash import hmac_sha256
from domain.ledger.checks import amount_out_of_range, not_permitted
from domain.ledger.model import Decision, Effect
from domain.ledger.settling import (
    CLEARING,
    DEFAULTED,
    DIRECT,
    EVIDENCE_TYPES,
    LEGS,
    PARTIALLY_PAID,
    PAY_IN,
    PAY_OUT,
    REJECTION,
    SUBMITTED,
    banked,
)
from domain.ledger.waiting import WAITING
from domain.money import AMOUNT_MAX
from settlement.checks import bad_hash, invalid, numbered
from settlement.commands import WrittenFile
from settlement.settlements.accounts import commitment_of, other_accounts
from settlement.settlements.default import borne, settled
from settlement.settlements.moves import EVIDENCE, MATCH, RELEASE, SUBMIT, find
from settlement.settlements.moving import late, moved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.ledger.settling import Settlement
    from domain.ledger.state import State
    from settlement.commands import (
        MatchBankLine,
        RecordPayment,
        ReleasePayouts,
        SubmitSettlement,
    )

FILES_MAX = 400  # one a net debtor; a coalition of more partners than that has no precedent
LINE_MAX = 10**7  # lines of one bank statement; the largest files hold some hundred thousand
NOTE_MAX = 2_000  # characters of free text: a page
PATH = ("input", "settlementId")

SUBMIT_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "SETTLEMENT_UNKNOWN",
    "SETTLEMENT_UNCHANGED",
    "SETTLEMENT_STATE",
    "PAY_BY_PASSED",
    "ACCOUNTS_CHANGED",
    "PAYMENT_UNEXPECTED",
    "FILE_KNOWN",
)
RELEASE_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "SETTLEMENT_UNKNOWN",
    "SETTLEMENT_STATE",
    "FILE_KNOWN",
    "ACCOUNTS_CHANGED",
    "PAYMENT_UNEXPECTED",
    "PAYOUT_NOT_COVERED",
)
MATCH_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "AMOUNT_OUT_OF_RANGE",
    "SETTLEMENT_UNKNOWN",
    "BANK_LINE_KNOWN",
    "BANK_LINE_STATE",
    "BANK_LINE_DIFFERS",
    "SETTLEMENT_STATE",
    "PAYMENT_UNEXPECTED",
)
RECORD_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "SETTLEMENT_UNKNOWN",
    "SETTLEMENT_STATE",
    "PAYMENT_UNEXPECTED",
)


def decide_submit(state: State, command: SubmitSettlement, now: int) -> Decision | Refusal:
    """Decide that payment files were written; refusals come in the order of ``SUBMIT_CODES``.

    There is one for each net debtor, no more and no fewer: a settlement is not paid by halves.
    """
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    if len(command.files) > FILES_MAX:
        return invalid("files", str(len(command.files)), f"at most {FILES_MAX} files")
    for file in command.files:
        refusal = _bad_file(file.message, file.hash, "files")
        if refusal is not None:
            return refusal
    settlement = find(state, command.settlement, SUBMIT, PATH)
    if isinstance(settlement, Refusal):
        return settlement
    refusal = late(settlement, now, PATH)
    if refusal is None and command.accounts != commitment_of(state, settlement.id):
        refusal = other_accounts(settlement.id, PATH)
    if refusal is not None:
        return refusal
    leg = PAY_IN if settlement.method == CLEARING else DIRECT
    nets = banked(settlement, state.nets[settlement.id].values())
    debtors = {net.partner for net in nets if net.net > 0}
    named = [file.partner for file in command.files]
    for partner in sorted(debtors.symmetric_difference(named)) or _twice(named):
        facts: dict[str, str | int] = {"partner": partner[:64], "leg": leg}
        return Refusal("PAYMENT_UNEXPECTED", ("input", "files", "partner"), facts)
    messages = [file.message for file in command.files]
    for message in _twice(messages) or [one for one in messages if one in state.payment_files]:
        return Refusal("FILE_KNOWN", ("input", "files", "messageId"), {"file": message})
    effects = [
        _written(settlement, file, leg, command.accounts)
        for file in sorted(command.files, key=lambda f: f.partner)
    ]
    effects.append(moved(settlement, SUBMITTED, "FILES_WRITTEN"))
    return Decision(numbered(command.id, effects))


def _twice(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})


def _bad_file(message: str, hash_: str, field: str) -> Refusal | None:
    if not is_id(message):
        return invalid(field, message, "a message id: 32 lower-case hex digits")
    return bad_hash("hash", hash_)


def _written(settlement: Settlement, file: WrittenFile, leg: str, accounts: str) -> Effect:
    """Return the entry of a payment file, which names the accounts where two approved them."""
    fields = {
        "settlement": settlement.id,
        "partner": file.partner,
        "leg": leg,
        "currency": settlement.currency,
        "message": file.message,
        "hash": file.hash,
    }
    if not accounts:
        return Effect("payment.written", "", fields)
    return Effect("payment.ordered", "", {**fields, "accounts": accounts})


def decide_release(state: State, command: ReleasePayouts, now: int) -> Decision | Refusal:
    """Decide that the pay-out file was written; refusals come in the order of ``RELEASE_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = _bad_file(command.message, command.hash, "messageId")
    if refusal is not None:
        return refusal
    settlement = find(state, command.settlement, RELEASE, PATH)
    if isinstance(settlement, Refusal):
        return settlement
    if command.message in state.payment_files:
        facts: dict[str, str | int] = {"file": command.message}
        return Refusal("FILE_KNOWN", ("input", "messageId"), facts)
    if command.accounts != commitment_of(state, settlement.id):
        return other_accounts(settlement.id, PATH)
    nets = banked(settlement, state.nets[settlement.id].values())
    waiting = sum(net.due for net in nets if net.net < 0)
    by_operator = settlement.method == CLEARING or settlement.state == DEFAULTED
    if not by_operator or not waiting:
        facts = {"partner": OPERATOR, "leg": PAY_OUT}
        return Refusal("PAYMENT_UNEXPECTED", PATH, facts)
    # What came in or was drawn, less what was paid out; and what is the operator's own to pay. What
    # it is owed itself must have come in too: of what a debtor still lacks every creditor may yet
    # lose a share, which cannot be taken off a file that is out.
    own = state.nets[settlement.id].get(OPERATOR)
    owed = 0
    if own is not None and own.net > 0:
        owed = own.net if settlement.method == CLEARING else own.paid
    required = waiting + (own.due if own is not None and own.net < 0 else 0)
    # Nor does what came back cover anything, until it came anew and is owed to nobody.
    returned = max(0, state.returned.get(settlement.id, 0))
    covered = sum(net.matched for net in nets) + borne(state, settlement) + owed - returned
    if covered < required:
        return Refusal("PAYOUT_NOT_COVERED", PATH, {"available": covered, "required": required})
    file = WrittenFile(OPERATOR, command.message, command.hash)
    return Decision(numbered(command.id, [_written(settlement, file, PAY_OUT, command.accounts)]))


def decide_match(state: State, command: MatchBankLine, now: int) -> Decision | Refusal:
    """Decide a matched bank line; refusals come in the order of ``MATCH_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = _bad_line(command) or amount_out_of_range(command.amount)
    if refusal is not None:
        return refusal
    if command.settlement not in state.reference.settlements:
        return Refusal("SETTLEMENT_UNKNOWN", PATH, {"settlement": command.settlement[:64]})
    place = (command.statement, command.line)
    known = state.bank_lines.get(place) or state.references_of_bank.get(command.reference)
    if known is not None:
        facts: dict[str, str | int] = {"statement": command.statement, "line": command.line}
        return Refusal("BANK_LINE_KNOWN", ("input", "line"), facts)
    refusal = _not_as_it_waits(state, command)
    if refusal is not None:
        return refusal
    settlement = find(state, command.settlement, MATCH, PATH)
    if isinstance(settlement, Refusal):
        return settlement
    due = _due(state, settlement, command)
    if isinstance(due, Refusal):
        return due
    amount = min(command.amount, due)
    effects = [_paid(settlement, command, amount)]
    left = sum(net.due for net in banked(settlement, state.nets[settlement.id].values()))
    left -= amount * (2 if command.leg == DIRECT else 1)
    if not left:
        shares = state.shares.get(settlement.id, ())
        effects += settled(state, settlement, shares, "PAID_IN_FULL")
    elif amount and settlement.state == SUBMITTED:
        effects.append(moved(settlement, PARTIALLY_PAID, "PAID_IN_PART"))
    return Decision(numbered(command.id, effects))


def _not_as_it_waits(state: State, command: MatchBankLine) -> Refusal | None:
    """Refuse a line of the queue that is told otherwise than it waits, or waits no more."""
    found = state.waiting_line((command.statement, command.line), command.reference)
    if found is None:
        return None
    facts: dict[str, str | int] = {"statement": found.statement, "line": found.line}
    if found.state != WAITING:
        return Refusal("BANK_LINE_STATE", ("input", "line"), {**facts, "state": found.state})
    currency = state.reference.settlements[command.settlement].currency
    whole = command.amount + command.excess
    amount = -whole if command.leg == PAY_OUT else whole
    # Under another line's name it would be counted, and that other line wait for the same money.
    same_name = command.reference in ("", found.reference)
    if same_name and (currency, amount) == (found.currency, found.amount):
        return None
    facts |= {"currency": found.currency, "amount": found.amount}
    return Refusal("BANK_LINE_DIFFERS", ("input", "amount"), facts)


def _bad_line(command: MatchBankLine) -> Refusal | None:
    refusal = bad_hash("statement", command.statement)
    if refusal is None and command.reference:
        refusal = bad_hash("reference", command.reference)
    if command.leg not in LEGS:
        refusal = invalid("leg", command.leg, " ".join(LEGS))
    elif not 1 <= command.line <= LINE_MAX:
        refusal = invalid("line", str(command.line), f"1 to {LINE_MAX}")
    elif command.end_to_end and not is_id(command.end_to_end):
        refusal = invalid("endToEndId", command.end_to_end, "32 lower-case hex digits")
    elif not 0 <= command.excess <= AMOUNT_MAX:
        refusal = invalid("excess", str(command.excess), f"0 to {AMOUNT_MAX}")
    return refusal


def _due(state: State, settlement: Settlement, command: MatchBankLine) -> int | Refusal:
    """Return what the line may pay at most; ``PAYMENT_UNEXPECTED`` where it pays no net at all."""
    direct = command.leg == DIRECT
    moved_by_bank = banked(settlement, state.nets[settlement.id].values())
    nets = {net.partner: net for net in moved_by_bank}
    payer = command.partner if command.leg != PAY_OUT else ""
    payee = command.counterparty if direct else command.partner if not payer else ""
    owing, owed = nets.get(payer), nets.get(payee)
    legs = {settlement.method} if direct else {PAY_IN, PAY_OUT}
    if settlement.method == DIRECT and not direct:
        # After a default the operator pays out what was drawn, whatever the method.
        legs = {PAY_OUT} if settlement.state == DEFAULTED else set()
    fits = command.leg in legs and bool(command.counterparty) == direct
    if payer:
        fits = fits and owing is not None and owing.net > 0
    if payee:
        fits = fits and owed is not None and owed.net < 0
    if not fits:
        facts: dict[str, str | int] = {"partner": command.partner[:64], "leg": command.leg}
        return Refusal("PAYMENT_UNEXPECTED", ("input", "partner"), facts)
    return min(net.due for net in (owing, owed) if net is not None)


def _paid(settlement: Settlement, command: MatchBankLine, amount: int) -> Effect:
    fields = {
        "settlement": settlement.id,
        "partner": command.partner,
        "leg": command.leg,
        "counterparty": command.counterparty,
        "currency": settlement.currency,
        "amount": str(amount),
        "excess": str(command.excess + command.amount - amount),
        "end_to_end": command.end_to_end,
        "statement": command.statement,
        "line": str(command.line),
        "reference": command.reference,
    }
    return Effect("settlement.paid", "", fields)


def decide_record(state: State, command: RecordPayment, now: int) -> Decision | Refusal:
    """Decide to keep evidence; refusals come in the order of ``RECORD_CODES``.

    A bank rejects a file, so a rejection is of a partner that owes: each of these has one, the
    operator the pay-outs'.
    """
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_hash("evidence", command.evidence)
    if command.type not in EVIDENCE_TYPES:
        refusal = invalid("type", command.type, " ".join(EVIDENCE_TYPES))
    elif len(command.note) > NOTE_MAX:
        refusal = invalid("note", "", f"at most {NOTE_MAX} characters")
    if refusal is not None:
        return refusal
    settlement = find(state, command.settlement, EVIDENCE, PATH)
    if isinstance(settlement, Refusal):
        return settlement
    net = state.nets[settlement.id].get(command.partner)
    if net is None or not net.net or (command.type == REJECTION and net.net < 0):
        leg = PAY_IN if settlement.method == CLEARING else DIRECT
        facts: dict[str, str | int] = {"partner": command.partner[:64], "leg": leg}
        return Refusal("PAYMENT_UNEXPECTED", ("input", "partner"), facts)
    note = hmac_sha256(command.note_key, command.note.encode()).hex() if command.note else ""
    fields = {
        "settlement": settlement.id,
        "partner": command.partner,
        "type": command.type,
        "evidence": command.evidence,
        "note": note,
    }
    return Decision((Effect("settlement.evidenced", command.id, fields),))
