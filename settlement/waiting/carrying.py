"""A waiting line becomes an obligation in the open window: money that came back, or came too much.

A matched line makes its payment final, and final it stays: its settlement may be over, its
creditors paid. If a bank takes the payment back later, the payer has money that it owes again, as
whoever was paid too much owes that. So whoever has the money owes it to whoever paid it, in the
window open now, proposed by one subject and decided by another. Against what a returned pay-in had
covered no pay-out is released, until its payer pays anew and that is carried for the settlement:
then the two debts are nothing, and the money is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ids import OPERATOR
from domain.ledger.checks import not_permitted
from domain.ledger.model import Decision, Effect, Obligation
from domain.ledger.records import PENDING_STATE, Proposal
from domain.ledger.waiting import BANK, CARRY, carried_text, read_carried
from settlement.checks import bad_reason, invalid, pending
from settlement.settlements.steps import tabled
from settlement.waiting.queueing import PATH, bad_place, still_waiting

if TYPE_CHECKING:
    from domain.ledger.state import State
    from settlement.commands import ProposeCarry

CARRY_CODES = (
    "NOT_PERMITTED",
    "VALUE_INVALID",
    "BANK_LINE_UNKNOWN",
    "BANK_LINE_STATE",
    "PARTNER_UNKNOWN",
    "SETTLEMENT_UNKNOWN",
    "CURRENCY_UNKNOWN",
    "PROPOSAL_PENDING",
)


def decide_carry(state: State, command: ProposeCarry, now: int) -> Decision | Refusal:
    """Decide a proposal to carry a line; refusals come in the order of ``CARRY_CODES``."""
    del now
    if not command.actor.is_operator:
        return not_permitted(command.actor)
    refusal = bad_place(command.statement, command.line) or bad_reason(command.reason)
    if command.partner == command.holder:
        refusal = invalid("holder", command.holder, "another than the partner")
    if refusal is not None:
        return refusal
    found = still_waiting(state, (command.statement, command.line), PATH)
    if isinstance(found, Refusal):
        return found
    reference = state.reference
    for field, code in (("partner", command.partner), ("holder", command.holder)):
        if code != OPERATOR and code not in reference.partners:
            return Refusal("PARTNER_UNKNOWN", ("input", field), {"partner": code[:64]})
    path = ("input", "settlementId")
    settlement = reference.settlements.get(command.settlement)
    # A payment of another currency is not the one that came back.
    if command.settlement and (settlement is None or settlement.currency != found.currency):
        return Refusal("SETTLEMENT_UNKNOWN", path, {"settlement": command.settlement[:64]})
    if found.currency not in reference.open_periods:
        return Refusal("CURRENCY_UNKNOWN", PATH, {"currency": found.currency})
    wanted = Proposal(
        command.id, CARRY, 0, found.currency, "", PENDING_STATE, "", command.reason, 0, 0,
        command.settlement, command.partner, abs(found.amount),
        carried_text(found.place, command.holder),
    )  # fmt: skip
    return pending(state, wanted) or Decision((tabled(wanted),))


def act(
    state: State, proposal: Proposal, now: int, path: tuple[str, ...]
) -> list[Effect] | Refusal:
    """Return the entry that carries a line over, or why it can be no more."""
    del now
    place, holder = read_carried(proposal.value)
    found = still_waiting(state, place, path)
    if isinstance(found, Refusal):
        return found
    if abs(found.amount) != proposal.amount:  # a part of it was matched meanwhile
        facts: dict[str, str | int] = {
            "statement": found.statement,
            "line": found.line,
            "state": found.state,
        }
        return Refusal("BANK_LINE_STATE", path, facts)
    debtor, creditor = holder, proposal.partner
    if found.amount < 0:
        debtor, creditor = creditor, debtor
    period = state.reference.open_periods[found.currency]
    owed = Obligation(debtor, creditor, found.currency, period, proposal.amount, "", BANK)
    fields = {
        "statement": found.statement,
        "line": str(found.line),
        "settlement": proposal.settlement,
        "reason": proposal.reason,
    }
    return [Effect("bank.carried", "", fields, obligations=(owed,))]
