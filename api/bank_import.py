"""A bank's statement read into the network: its lines counted as payments, the rest queued.

Each line is a command of its own, so whoever is interrupted reads the file again: a line counts or
waits once for ever, by its place in the file and by what its bank calls it. A line that waits is
matched by a later import where it has become certain. Files read are kept beside the log as
evidence, with the names that the bank gave them.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, NamedTuple

from api.bank_standing import standing, told
from api.files import write_set
from api.payments import payments_of
from domain.errors import DureError, InvalidValueError, StoreError
from domain.ledger.settling import DEFAULTED, DIRECT, PARTIALLY_PAID, PAY_OUT, SUBMITTED
from domain.ledger.waiting import OVERPAID
from domain.store.answers import UNAUTHENTICATED
from domain.store.engine import reading
from domain.store.queries import reference, settlements
from settlement.bank.lines import is_imported
from settlement.bank.matching import expected, match
from settlement.commands import MatchBankLine, QueueBankLine

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from api.schema.core.reading import Connection
    from domain.ledger.commands import Actor, Command
    from domain.ports import Ids
    from domain.store.answers import Answer
    from settlement.bank.lines import BankFile, BankLine
    from settlement.bank.matching import Match, Matching
    from settlement.payments.accounts import BankAccount
    from settlement.payments.orders import Payment

FOLDER = "bank"  # in the home: statements as they came
INDEX_BYTES_MAX = 64 * 1024 * 1024  # some hundred thousand statements' names
OPEN = frozenset({SUBMITTED, PARTIALLY_PAID, DEFAULTED})  # what a bank's line may still pay
RETURNED = "RETURNED"  # the payment that the line names came back
TEXT_MAX = 140  # characters kept of one thing that a bank says; its purpose lines are as long


class Counted(NamedTuple):
    """A line that was counted as a payment of ``settlement``, now or by an earlier run."""

    line: BankLine
    settlement: str
    payer: str
    payee: str
    amount: int


class Queued(NamedTuple):
    """``amount`` of a line waits for a person, and why."""

    line: BankLine
    amount: int
    reason: str


class Imported(NamedTuple):
    """What a file brought: lines counted, lines known before, lines that wait."""

    counted: list[Counted]
    known: int
    queued: list[Queued]


class Plan(NamedTuple):
    """What a file comes to as the network stands: its matches, and what payments they are of.

    ``past`` are payments of settlements that are over, by what the lines name: settlement and leg.
    """

    file: BankFile
    due: dict[str, tuple[str, Payment]]
    found: Matching
    past: dict[str, tuple[str, str]]

    @property
    def settlements(self) -> list[str]:
        """Return the settlements that lines may pay."""
        return sorted({settlement for settlement, _ in self.due.values()})


def plan_import(
    connection: Connection, origin: str, file: BankFile, accounts: Mapping[str, BankAccount]
) -> Plan:
    """Match a file's lines to the payments that are due.

    Raises InvalidValueError ``ACCOUNT_MISSING`` where a partner that pays or is paid has no
    account.
    """
    due, details = due_payments(connection, origin)
    seen = settlements.counted(connection, file.sha256, [line.identity for line in file.lines])
    paid, since = standing(connection, due, details)
    payments = [payment for _, payment in due.values()]
    _hold_accounts(payments, accounts)
    known = {
        line.identity for line in file.lines if line.identity in seen.references
        or line.n + 1 in seen.lines
    }  # fmt: skip
    before = told(connection, due, details, file.sha256)
    wanted = expected(payments, accounts, paid, since, before)
    found = match(wanted, file.lines, known)
    named = {
        left.line.end_to_end_id.lower()
        for left in found.unmatched
        if left.reason == "END_TO_END_ID_UNKNOWN"
    }
    return Plan(file, due, found, settlements.paid_before(connection, sorted(named)))


def due_payments(
    connection: Connection, origin: str
) -> tuple[dict[str, tuple[str, Payment]], settlements.Details]:
    """Return the payments of settlements that wait for money, by end-to-end id; and the rows."""
    tables = reference.load(connection)
    open_ = [one for one in tables.settlements.values() if one.state in OPEN]
    details = settlements.details(connection, [one.id for one in open_])
    due: dict[str, tuple[str, Payment]] = {}
    for one in open_:
        nets = [net for net in details.nets if net.settlement == one.id]
        for payment in payments_of(origin, one, nets, details.payments):
            due[payment.end_to_end_id] = one.id, payment
    return due, details


def _hold_accounts(due: list[Payment], accounts: Mapping[str, BankAccount]) -> None:
    for one in due:
        for partner in (one.payer, one.payee):
            if partner not in accounts:
                path = f"accounts.{partner}"
                raise InvalidValueError("ACCOUNT_MISSING", path=path, partner=partner)


def write_import(plan: Plan, actor: Actor, ids: Ids) -> Generator[Command, Answer, Imported]:
    """Yield the command of each line and take its answer; matches first, then what waits.

    A payment that came back is not counted, nor are the lines that paid it in the same file.
    Raises DureError by a fault's code; what was written until then stays, and is known again.
    """
    file, found = plan.file, plan.found
    returned = {one.end_to_end_id for one in found.matches if one.amount < 0}
    counted: list[Counted] = []
    waiting: dict[int, Queued] = {}
    rest: list[Queued] = []  # of lines that are counted, by whose entries it waits
    taken = {one.line.n for one in found.matches if one.end_to_end_id not in returned}
    known = sum(1 for left in found.unmatched if left.reason == "LINE_KNOWN")
    for left in found.unmatched:
        if left.reason == "LINE_KNOWN":
            continue
        queued = Queued(left.line, left.amount, _reason(plan, left.line, left.reason))
        if left.line.n in taken:
            rest.append(queued)
        else:
            waiting[left.line.n] = queued._replace(amount=abs(left.line.amount))
    for one in found.matches:
        settlement, payment = plan.due[one.end_to_end_id]
        if one.end_to_end_id in returned:
            waiting[one.line.n] = Queued(one.line, abs(one.line.amount), RETURNED)
            continue
        answer = yield _matching(file, actor, ids, settlement, payment, one)
        code = _code(answer)
        if not code:
            counted.append(Counted(one.line, settlement, payment.payer, payment.payee, one.amount))
        elif code == "BANK_LINE_KNOWN":
            known += 1
        else:
            waiting[one.line.n] = Queued(one.line, abs(one.line.amount), code)
    for n in sorted(waiting):
        answer = yield _queueing(plan, actor, ids, waiting[n])
        code = _code(answer)
        if code and code != "BANK_LINE_KNOWN":
            raise DureError(code, **(answer.refusal.facts if answer.refusal else {}))
    return Imported(counted, known, rest + [waiting[n] for n in sorted(waiting)])


def _reason(plan: Plan, line: BankLine, reason: str) -> str:
    """Return why a line waits; of one that names a payment that was counted, what it does to it."""
    past = plan.past.get(line.end_to_end_id.lower())
    if past is None:
        return reason
    return OVERPAID if (line.amount < 0) == (past[1] == PAY_OUT) else RETURNED


def _code(answer: Answer) -> str:
    """Return the code of a refusal, "" where there is none; raises DureError by a fault's."""
    if answer.fault:
        raise DureError(answer.fault)
    return answer.refusal.code if answer.refusal is not None else ""


def import_bank_file(
    network: Network,
    actor: Actor,
    file: BankFile,
    accounts: Mapping[str, BankAccount],
    advance: Callable[[int], None],
) -> tuple[Imported, dict[str, str]]:
    """Write what a file proves, and queue the rest; return it with the settlements' states then.

    Raises as ``plan_import``, before anything is written, and ``write_import``; StoreError
    ``SUBJECT_REVOKED`` where the actor's key has ended meanwhile.
    """
    with reading(network.engine) as connection:
        plan = plan_import(connection, network.origin, file, accounts)
    steps = write_import(plan, actor, network.ids)
    done = 0
    try:
        command = next(steps)
        while True:
            (answer,) = network.runner.run([command])
            if answer.fault == UNAUTHENTICATED:
                raise StoreError("SUBJECT_REVOKED", subject=actor.subject)
            done += 1
            advance(done)
            command = steps.send(answer)
    except StopIteration as stop:
        imported: Imported = stop.value
    with reading(network.engine) as connection:
        tables = reference.load(connection)
    return imported, {id_: tables.settlements[id_].state for id_ in plan.settlements}


def _matching(
    file: BankFile, actor: Actor, ids: Ids, settlement: str, payment: Payment, one: Match
) -> MatchBankLine:
    """Return the command that counts a match."""
    out = payment.leg == PAY_OUT
    return MatchBankLine(
        actor=actor,
        id=ids.entity(),
        settlement=settlement,
        partner=payment.payee if out else payment.payer,
        leg=payment.leg,
        counterparty=payment.payee if payment.leg == DIRECT else "",
        # What is beyond this payment takes the place of no other one.
        amount=one.amount,
        excess=abs(one.line.amount) - one.amount,
        statement=file.sha256,
        line=one.line.n + 1,
        end_to_end=payment.end_to_end_id,
        reference=one.line.identity,
    )


def _queueing(plan: Plan, actor: Actor, ids: Ids, one: Queued) -> QueueBankLine:
    """Return the command that lets a line wait, with what the bank says of it."""
    line = one.line
    told = {
        "account": line.account,
        "valueDate": line.value_date,
        "counterparty": line.counterparty,
        "endToEndId": line.end_to_end_id,
        "reference": line.reference,
        "bankReference": line.bank_reference,
        "settlement": _settlement(plan, line),
    }
    detail = {name: _printable(value[:TEXT_MAX]) for name, value in told.items() if value}
    return QueueBankLine(
        actor=actor,
        id=ids.entity(),
        statement=plan.file.sha256,
        line=line.n + 1,
        currency=line.currency,
        amount=line.amount,
        reason=one.reason,
        reference=line.identity,
        detail=json.dumps(detail, ensure_ascii=False),
        detail_key=secrets.token_bytes(32),
    )


def _printable(text: str) -> str:
    """Return a text without control characters, which JSON would write as six each: no room."""
    return "".join(one if one.isprintable() else " " for one in text)


def _settlement(plan: Plan, line: BankLine) -> str:
    """Return the settlement whose payment a line names, "" where it names none."""
    named = line.end_to_end_id.lower()
    return (plan.due.get(named) or plan.past.get(named) or ("",))[0]


def was_kept(home: Path, file: BankFile) -> bool:
    """Tell whether the very same statement was imported before; nothing is written.

    Raises InvalidValueError ``STATEMENT_ID_REUSED`` where another file bears one of its names;
    StoreError ``FILE_NOT_READABLE``.
    """
    folder = home / FOLDER
    names: dict[str, str] = {}
    hashes: set[str] = set()
    try:
        for path in sorted(folder.glob("*.json")):
            with path.open("rb") as opened:
                names |= dict.fromkeys(json.loads(opened.read(INDEX_BYTES_MAX)), path.stem)
            hashes.add(path.stem)
    except (OSError, ValueError) as error:
        raise StoreError("FILE_NOT_READABLE", path=str(folder), reason=str(error)[:200]) from None
    return is_imported(file, hashes, names)


def keep_file(home: Path, file: BankFile, data: bytes) -> None:
    """Keep an imported statement in the home; raises StoreError ``FILE_NOT_WRITTEN``.

    It is kept once its lines are written, so that a refused import leaves nothing behind.
    """
    folder = home / FOLDER
    write_set(
        folder,
        {
            f"{file.sha256}.statement": data,
            f"{file.sha256}.json": json.dumps(file.names, ensure_ascii=False).encode(),
        },
    )
