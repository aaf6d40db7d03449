"""A bank's statement read into the network: its lines counted as payments, the rest left to people.

Each line is a command of its own, so whoever is interrupted reads the file again: a line counts
once for ever, by its place in the file and by what its bank calls it. Files read are kept beside
the log as evidence, with the names that the bank gave them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from api.bank_standing import standing
from api.files import write_set
from api.payments import payments_of
from domain.errors import DureError, InvalidValueError, StoreError
from domain.ledger.settling import DEFAULTED, DIRECT, PARTIALLY_PAID, PAY_OUT, SUBMITTED
from domain.store.engine import reading
from domain.store.queries import reference, settlements
from settlement.bank.lines import is_imported
from settlement.bank.matching import expected, match
from settlement.commands import MatchBankLine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from domain.ledger.commands import Actor
    from settlement.bank.lines import BankFile, BankLine
    from settlement.bank.matching import Match, Matching
    from settlement.payments.accounts import BankAccount
    from settlement.payments.orders import Payment

FOLDER = "bank"  # in the home: statements as they came
INDEX_BYTES_MAX = 64 * 1024 * 1024  # some hundred thousand statements' names
OPEN = frozenset({SUBMITTED, PARTIALLY_PAID, DEFAULTED})  # what a bank's line may still pay


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
    states: dict[str, str]


def import_bank_file(
    network: Network,
    actor: Actor,
    file: BankFile,
    accounts: Mapping[str, BankAccount],
    advance: Callable[[int], None],
) -> Imported:
    """Match a file's lines to the payments that are due, and write each match into the log.

    Raises InvalidValueError ``ACCOUNT_MISSING`` where a partner that pays or is paid has no
    account, before anything is written; DureError by a fault's code.
    """
    due: dict[str, tuple[str, Payment]] = {}
    with reading(network.engine) as connection:
        tables = reference.load(connection)
        open_ = [one for one in tables.settlements.values() if one.state in OPEN]
        details = settlements.details(connection, [one.id for one in open_])
        seen = settlements.counted(connection, file.sha256, [line.identity for line in file.lines])
        for one in open_:
            nets = [net for net in details.nets if net.settlement == one.id]
            for payment in payments_of(network.origin, one, nets, details.payments):
                due[payment.end_to_end_id] = one.id, payment
        paid, since = standing(connection, due, details)
    _hold_accounts([payment for _, payment in due.values()], accounts)
    known = {
        line.identity for line in file.lines if line.identity in seen.references
        or line.n + 1 in seen.lines
    }  # fmt: skip
    awaited = expected([payment for _, payment in due.values()], accounts, paid, since)
    found = match(awaited, file.lines, known)
    return _write(network, actor, file, due, found, advance)


def _hold_accounts(due: list[Payment], accounts: Mapping[str, BankAccount]) -> None:
    for one in due:
        for partner in (one.payer, one.payee):
            if partner not in accounts:
                path = f"accounts.{partner}"
                raise InvalidValueError("ACCOUNT_MISSING", path=path, partner=partner)


def _write(
    network: Network,
    actor: Actor,
    file: BankFile,
    due: Mapping[str, tuple[str, Payment]],
    found: Matching,
    advance: Callable[[int], None],
) -> Imported:
    """Write the matches whose payment did not come back; let the lines of the others wait."""
    returned = {one.end_to_end_id for one in found.matches if one.amount < 0}
    counted: list[Counted] = []
    queued: list[Queued] = []
    known = 0
    for left in found.unmatched:
        if left.reason == "LINE_KNOWN":
            known += 1
        else:
            queued.append(Queued(left.line, left.amount, left.reason))
    for done, one in enumerate(found.matches, 1):
        settlement, payment = due[one.end_to_end_id]
        if one.end_to_end_id in returned:
            queued.append(Queued(one.line, abs(one.amount), "RETURNED"))
            continue
        code = _count(network, actor, file, settlement, payment, one)
        if not code:
            counted.append(Counted(one.line, settlement, payment.payer, payment.payee, one.amount))
        elif code == "BANK_LINE_KNOWN":
            known += 1
        else:
            queued.append(Queued(one.line, one.amount, code))
        advance(done)
    with reading(network.engine) as connection:
        tables = reference.load(connection)
    states = {
        id_: tables.settlements[id_].state for id_ in sorted({one for one, _ in due.values()})
    }
    return Imported(counted, known, queued, states)


def _count(
    network: Network, actor: Actor, file: BankFile, settlement: str, payment: Payment, one: Match
) -> str:
    """Write one match; return the code of its refusal, "" where it was taken."""
    out = payment.leg == PAY_OUT
    command = MatchBankLine(
        actor=actor,
        id=network.ids.entity(),
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
    (answer,) = network.runner.run([command])
    if answer.refusal is not None:
        return answer.refusal.code
    if answer.fault:
        raise DureError(answer.fault)
    return ""


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
