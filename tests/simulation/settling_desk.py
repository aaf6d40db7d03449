"""The desk's part for settlements: commands unpacked, and forms that no rule of the model asks."""

from collections.abc import Callable

from domain.ids import OPERATOR
from domain.ledger.commands import Command
from settlement import commands as c
from tests.model import disputing, queueing, scheduling, settling
from tests.model.register import Register, Suggestion, Waits
from tests.model.spending import wrong_amount

BAD_VALUE = "NEVER MIND"  # of a policy; the one text that traffic draws and no policy takes


def _net(book: Register, command: c.CreateSettlement, now: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    if list(command.windows) != sorted(set(command.windows)):
        return "VALUE_INVALID"
    times = (now, command.pay_by)
    return settling.net(book, command.id, command.method, command.windows, times)


def _step(book: Register, command: c.ProposeSettlement, now: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    found = settling.ready(book, command.settlement, command.step, now)
    if isinstance(found, str):
        return found
    type_ = f"SETTLEMENT_{command.step}"
    wanted = Suggestion(0, command.actor.author, type=type_, settlement=found.id)
    return book.suggest(command.id, wanted)


def _submit(book: Register, command: c.SubmitSettlement, now: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    files = [(file.partner, file.message) for file in command.files]
    return settling.submit(book, command.settlement, files, now)


def _release(book: Register, command: c.ReleasePayouts, _: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    return settling.release(book, command.settlement, command.message)


def _pay(book: Register, command: c.MatchBankLine, _: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    if command.line < 1:
        return "VALUE_INVALID"
    if wrong_amount(command.amount):
        return "AMOUNT_OUT_OF_RANGE"
    paper = settling.Paper(
        (command.statement, command.line), command.partner, command.leg, command.amount,
        command.counterparty, command.reference, command.excess, command.end_to_end,
    )  # fmt: skip
    return settling.pay(book, command.settlement, paper)


def _evidence(book: Register, command: c.RecordPayment, _: int) -> str:
    if command.actor.partner != OPERATOR:
        return "NOT_PERMITTED"
    return settling.evidence(book, command.settlement, command.partner, command.type)


def _funds(book: Register, command: c.ProposeFunds, _: int) -> str:
    actor = (command.actor.partner, command.actor.author)
    wanted = Suggestion(
        0, actor[1], type=command.type, partner=command.partner, amount=command.amount
    )
    return disputing.funds(book, actor, command.id, wanted)


def _declare(book: Register, command: c.ProposePolicy, _: int) -> str:
    actor = (command.actor.partner, command.actor.author)
    own_fee = (command.name, command.partner) == ("PERIODIC_FEE", OPERATOR)
    if actor[0] == OPERATOR and (own_fee or command.value == BAD_VALUE):
        return "VALUE_INVALID"
    type_ = f"POLICY_{command.name}"
    wanted = Suggestion(0, actor[1], type=type_, partner=command.partner, value=command.value)
    return disputing.declare(book, actor, command.id, wanted)


def _dispute(book: Register, command: c.OpenDispute, _: int) -> str:
    line = (command.sequence, command.n)
    return disputing.dispute(book, command.actor.partner, command.id, line, command.party)


def _resolve(book: Register, command: c.ResolveDispute, _: int) -> str:
    actor = (command.actor.partner, command.actor.author)
    return disputing.resolve(book, actor, command.id, command.dispute, command.amount)


def _withdraw(book: Register, command: c.WithdrawDispute, _: int) -> str:
    return disputing.withdraw(book, command.actor.partner, command.dispute)


def _close_due(book: Register, command: c.CloseDueWindow, now: int) -> str:
    return scheduling.close(book, command.actor.author, command.currency, now)


def _queue(book: Register, command: c.QueueBankLine, _: int) -> str:
    line = Waits(command.amount, command.reason, command.reference, command.currency)
    return queueing.queue(book, command.actor.partner, (command.statement, command.line), line)


def _dismiss(book: Register, command: c.DismissBankLine, _: int) -> str:
    place = (command.statement, command.line)
    return queueing.dismiss(book, command.actor.partner, place, command.reason)


def _carry(book: Register, command: c.ProposeCarry, _: int) -> str:
    actor = (command.actor.partner, command.actor.author)
    parties = (command.partner, command.holder, command.settlement)
    return queueing.suggest(book, actor, command.id, (command.statement, command.line), parties)


RULES: dict[type[Command], Callable[..., str]] = {
    c.CreateSettlement: _net,
    c.ProposeSettlement: _step,
    c.SubmitSettlement: _submit,
    c.ReleasePayouts: _release,
    c.MatchBankLine: _pay,
    c.CloseDueWindow: _close_due,
    c.QueueBankLine: _queue,
    c.DismissBankLine: _dismiss,
    c.ProposeCarry: _carry,
    c.RecordPayment: _evidence,
    c.ProposeFunds: _funds,
    c.ProposePolicy: _declare,
    c.OpenDispute: _dispute,
    c.ResolveDispute: _resolve,
    c.WithdrawDispute: _withdraw,
}
