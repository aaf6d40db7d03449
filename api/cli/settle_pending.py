"""Proposals that wait for a second person, and the command by which that person decides each."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from api.cli.output import JsonValue, Output
    from domain.ledger.records import Proposal
    from settlement.payments.accounts import BankAccount


def pending(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return what nobody has decided, oldest first."""
    from domain.ledger.records import PENDING_STATE

    waiting = [one for one in proposals if one.state == PENDING_STATE]
    return sorted(waiting, key=lambda one: one.seq)


def command_of(proposal: Proposal) -> str:
    """Return the command that approves a proposal, without its subject."""
    from api.cli import keys
    from domain.ledger.disputes import UPHOLD
    from domain.ledger.waiting import CARRY, read_carried
    from domain.partners.people import KEY, read_asked
    from settlement.controls.funds import TYPES as TYPES_OF_FUNDS
    from settlement.controls.policies import PREFIX
    from settlement.settlements.moves import ACCOUNTS, APPROVE
    from settlement.settlements.steps import TYPES
    from settlement.windows.closing import WINDOW_CLOSE
    from settlement.windows.schedule import WINDOW_SCHEDULE

    verb = ["decide", proposal.id]
    if proposal.type == KEY:
        return shlex.join(["dure", "key", *keys.command_of(read_asked(proposal.value))])
    if proposal.type == WINDOW_CLOSE:
        verb = ["close", "--currency", proposal.currency, "--window", str(proposal.period)]
    elif proposal.type in TYPES.values():
        step = next(step for step, name in TYPES.items() if name == proposal.type)
        # Other accounts are approved as the settlement was.
        verb = [(APPROVE if step == ACCOUNTS else step).lower(), proposal.settlement]
    elif proposal.type == UPHOLD:
        verb = ["uphold", proposal.value, "--amount", str(proposal.amount)]
    elif proposal.type == CARRY:
        (statement, line), holder = read_carried(proposal.value)
        verb = ["carry", f"{statement}.{line}", proposal.partner]
        verb += ["--settlement", proposal.settlement] if proposal.settlement else []
        verb += ["--holder", holder]
    elif proposal.type == PREFIX + WINDOW_SCHEDULE:
        verb = ["schedule", proposal.value, "--currency", proposal.currency]
    elif proposal.type.startswith(PREFIX):
        verb = ["policy", proposal.type.removeprefix(PREFIX), proposal.value]
        verb += ["--partner", proposal.partner] if proposal.partner else []
        verb += ["--currency", proposal.currency] if proposal.currency else []
    elif proposal.type in TYPES_OF_FUNDS:
        verb = ["funds", proposal.partner, proposal.type, str(proposal.amount)]
        verb += ["--currency", proposal.currency]
    return shlex.join(["dure", "settle", *verb])


def say_pending(
    out: Output, found: Sequence[Proposal], accounts: Mapping[str, Mapping[str, BankAccount]]
) -> None:
    """Tell a person what waits, who proposed it, by which accounts, and how it is decided."""
    from api.cli.settle_accounts import say_accounts
    from api.cli.words import code, heads, say

    rows = [
        [
            one.id,
            " ".join(filter(None, (code(one.type), _of(one)))),
            one.maker,
        ]
        for one in found
    ]
    if not rows:
        return
    out.table(say("status.proposals"), heads("proposal", "what", "by"), rows)
    for one in found:
        if accounts[one.id]:
            say_accounts(out, one, accounts[one.id])
    for one in found:
        # A command in a cell would be broken at its spaces, and could not be copied.
        out.say(say("status.verb", proposal=one.id, command=command_of(one)))
    out.say(say("status.second"))


def _of(proposal: Proposal) -> str:
    """Return what a proposal is of, as far as its command does not say it to a person."""
    from settlement.currencies import grouped

    if not proposal.amount:
        return ""
    amount = grouped(proposal.amount, proposal.currency)
    return " ".join(filter(None, (proposal.partner, amount, proposal.currency)))


def as_json(proposal: Proposal, accounts: Mapping[str, BankAccount]) -> dict[str, JsonValue]:
    """Return a proposal as a program reads it, with the accounts that it is of."""
    from api.cli import settle_accounts

    return {
        "proposal": proposal.id,
        "type": proposal.type,
        "maker": proposal.maker,
        "reason": proposal.reason,
        "currency": proposal.currency,
        "period": proposal.period,
        "settlement": proposal.settlement,
        "partner": proposal.partner,
        "amount": str(proposal.amount),
        "value": proposal.value,
        "accounts": settle_accounts.as_json(accounts),
        "command": command_of(proposal),
    }
