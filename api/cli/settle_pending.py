"""Proposals that wait for a second person, and the command by which that person decides each."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.cli.output import JsonValue, Output
    from domain.ledger.records import Proposal


def pending(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Return what nobody has decided, oldest first."""
    from domain.ledger.records import PENDING_STATE

    waiting = [one for one in proposals if one.state == PENDING_STATE]
    return sorted(waiting, key=lambda one: one.seq)


def command_of(proposal: Proposal) -> str:
    """Return the command that approves a proposal, without its subject; "" where none does."""
    from domain.ledger.disputes import UPHOLD
    from domain.ledger.waiting import CARRY, read_carried
    from settlement.controls.policies import PREFIX
    from settlement.settlements.steps import TYPES
    from settlement.windows.closing import WINDOW_CLOSE
    from settlement.windows.schedule import WINDOW_SCHEDULE

    verb: list[str] = []
    if proposal.type == WINDOW_CLOSE:
        verb = ["close", "--currency", proposal.currency, "--window", str(proposal.period)]
    elif proposal.type in TYPES.values():
        step = next(step for step, name in TYPES.items() if name == proposal.type)
        verb = [step.lower(), proposal.settlement]
    elif proposal.type == UPHOLD:
        verb = ["uphold", proposal.value, "--amount", str(proposal.amount)]
    elif proposal.type == CARRY:
        (statement, line), holder = read_carried(proposal.value)
        verb = ["carry", f"{statement}.{line}", proposal.partner]
        verb += ["--settlement", proposal.settlement] if proposal.settlement else []
        verb += ["--holder", holder]
    elif proposal.type == PREFIX + WINDOW_SCHEDULE:
        verb = ["schedule", proposal.value, "--currency", proposal.currency]
    return shlex.join(["dure", "settle", *verb]) if verb else ""


def say_pending(out: Output, found: Sequence[Proposal]) -> None:
    """Tell a person what waits, who proposed it, and how it is decided."""
    from api.cli.words import code, heads, say
    from api.schema.core.ids import global_id

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
        # A command in a cell would be broken at its spaces, and could not be copied.
        command = command_of(one)
        if command:
            out.say(say("status.verb", proposal=one.id, command=command))
        else:
            id_ = global_id("Proposal", one.id)
            out.say(say("status.graphql", proposal=one.id, id=id_))
    out.say(say("status.second"))


def _of(proposal: Proposal) -> str:
    """Return what a proposal is of, as far as its command does not say it."""
    from settlement.currencies import grouped

    if command_of(proposal) and not proposal.amount:
        return ""
    amount = grouped(proposal.amount, proposal.currency) if proposal.amount else ""
    told = (proposal.partner, amount, proposal.currency)
    return " ".join(filter(None, told if command_of(proposal) else (*told, proposal.value)))


def as_json(proposal: Proposal) -> dict[str, JsonValue]:
    """Return a proposal as a program reads it."""
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
        "command": command_of(proposal),
    }
