"""A settlement's payment files: written once the log knows them, the same again on a repeat.

First the log says which files there are, by their message ids and hashes; then they are written.
Whoever is interrupted between the two runs the verb again: the files are a function of the
settlement, the accounts and the time of its approval, so the very bytes that the log names come
out, or nothing does. (The time of submission cannot stand in a file whose hash that entry holds.)
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from api.approving import approved
from api.writing import written
from domain.errors import DureError, InvalidValueError, StoreError
from domain.ids import OPERATOR
from domain.ledger.settling import ABORTED, APPROVED, CLEARING, DIRECT, DRAFT, PAY_OUT, banked
from domain.store.engine import reading
from domain.store.queries import reference, settlements, statements
from settlement.commands import ReleasePayouts, SubmitSettlement, WrittenFile
from settlement.netting.transfers import Transfer, direct, through_clearing
from settlement.payments.orders import Submission, last_day, payment_files, payments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.bootstrap import Network
    from domain.ledger.commands import Actor
    from domain.ledger.settling import BankLine, Net, Settlement
    from domain.store.queries.settlements import Details
    from settlement.payments.accounts import BankAccount
    from settlement.payments.orders import Payment, PaymentFile


class Waiting(NamedTuple):
    """What the pay-outs wait for, in minor units: what came in so far, and what must."""

    available: int
    required: int
    currency: str


class Orders(NamedTuple):
    """What may be sent now, whether the log learnt of it just now, and what waits.

    ``approved`` says whether two people approved the accounts that the files are written by.
    """

    files: tuple[PaymentFile, ...]
    submitted: bool
    released: bool
    waiting: Waiting | None
    approved: bool


def read_settlement(network: Network, id_: str) -> tuple[Settlement, Details]:
    """Return a settlement and what belongs to it.

    Raises InvalidValueError ``SETTLEMENT_UNKNOWN``.
    """
    with reading(network.engine) as connection:
        found = reference.load(connection).settlements.get(id_)
        if found is None:
            raise InvalidValueError("SETTLEMENT_UNKNOWN", settlement=id_[:64])
        return found, settlements.details(connection, [id_])


def payments_of(
    origin: str, settlement: Settlement, nets: Sequence[Net], lines: Sequence[BankLine]
) -> tuple[Payment, ...]:
    """Return a settlement's payments; after a default, creditors get what is not lost to them.

    ``lines`` are those matched so far: who was paid in part directly gets the rest from the
    operator, who has drawn it.
    """
    signed = {net.partner: net.net for net in nets if net.net}
    if settlement.method != CLEARING:
        transfers = [*direct(signed).transfers]
        if any(net.drawn or net.shared for net in nets):
            transfers += _left_by_default(nets, lines)
        return payments(origin, settlement.id, settlement.currency, transfers)
    lost = {net.partner: net.shared for net in banked(settlement, nets) if net.net < 0}
    transfers = [
        Transfer(one.payer, one.payee, one.amount - lost[one.payee], one.leg)
        if one.leg == PAY_OUT
        else one
        for one in through_clearing(signed).transfers
    ]
    left = [one for one in transfers if one.amount]
    return payments(origin, settlement.id, settlement.currency, left)


def _left_by_default(nets: Sequence[Net], lines: Sequence[BankLine]) -> list[Transfer]:
    """Return what the operator pays out where partners were to pay one another."""
    got: Counter[str] = Counter()
    for line in lines:
        if line.settlement == nets[0].settlement and line.leg == DIRECT:
            got[line.counterparty] += line.amount
    found = [
        Transfer(OPERATOR, net.partner, -net.net - net.shared - got[net.partner], "PAY_OUT")
        for net in nets
        if net.net < 0 and net.partner != OPERATOR
    ]
    return [one for one in found if one.amount]


def order_payments(
    network: Network,
    actor: Actor,
    id_: str,
    accounts: Mapping[str, BankAccount],
    execute_on: str = "",
) -> Orders:
    """Return the files of a settlement that may be sent, once the log names them.

    Args:
        network: open for writing.
        actor: who submits.
        id_: the settlement.
        accounts: by partner code; the operator's is the clearing account.
        execute_on: the day on which banks are to pay, YYYY-MM-DD; by default the last one that
            is in time for ``pay_by``.

    Raises:
        InvalidValueError: ``SETTLEMENT_UNKNOWN``, ``EXECUTE_ON_TOO_LATE``, and what accounts and
            files refuse.
        StoreError: ``SETTLEMENT_STATE`` before it is approved and once it is aborted;
            ``ACCOUNTS_CHANGED`` where two people approved other accounts; ``FILE_DIFFERS`` where a
            file would not be the one that the log names.
        DureError: a refusal's code or a fault's.
    """
    settlement, details = read_settlement(network, id_)
    if settlement.state in (DRAFT, ABORTED):
        raise StoreError("SETTLEMENT_STATE", settlement=id_, state=settlement.state)
    with reading(network.engine) as connection:
        by = approved(connection, id_, accounts)
    made = payment_files(
        _submission(network, settlement, details, execute_on),
        payments_of(network.origin, settlement, details.nets, details.payments),
        by.accounts,
    )
    first = tuple(file for file in made if file.leg != PAY_OUT)
    outs = tuple(file for file in made if file.leg == PAY_OUT)
    submitted = settlement.state == APPROVED and _submit(network, actor, id_, first, by.commitment)
    _, details = read_settlement(network, id_)  # as it stands now, whoever submitted it
    _hold(first, details)
    known = {file.message for file in details.files}
    if all(file.message_id in known for file in outs):
        _hold(outs, details)
        files_now, waiting, released = (*first, *outs), None, False
    else:
        waiting = _release(network, actor, id_, outs, by.commitment)
        released = waiting is None
        files_now = (*first, *outs) if released else first
    return Orders(files_now, submitted, released, waiting, approved=bool(by.commitment))


def _submit(
    network: Network, actor: Actor, id_: str, files: Sequence[PaymentFile], accounts: str
) -> bool:
    """Submit the net debtors' files; say whether it was not done by another a moment ago."""
    named = tuple(WrittenFile(one.debtor, one.message_id, one.sha256) for one in files)
    submit = SubmitSettlement(
        actor=actor, id=network.ids.entity(), settlement=id_, files=named, accounts=accounts
    )
    try:
        written(network, submit)
    except DureError as error:
        if error.code != "SETTLEMENT_UNCHANGED":
            raise
        return False
    return True


def _release(
    network: Network, actor: Actor, id_: str, outs: tuple[PaymentFile, ...], accounts: str
) -> Waiting | None:
    """Release the operator's file; return what is missing where it is not covered."""
    for file in outs:
        release = ReleasePayouts(
            actor=actor,
            id=network.ids.entity(),
            settlement=id_,
            message=file.message_id,
            hash=file.sha256,
            accounts=accounts,
        )
        try:
            written(network, release)
        except DureError as error:
            if error.code == "FILE_KNOWN":  # another released it a moment ago
                _hold(outs, read_settlement(network, id_)[1])
                continue
            if error.code != "PAYOUT_NOT_COVERED":
                raise
            came_in, needed = int(error.facts["available"]), int(error.facts["required"])
            return Waiting(came_in, needed, file.payments[0].currency)
    return None


def _hold(files: Sequence[PaymentFile], details: Details) -> None:
    """Hold files against what the log says of them."""
    logged = {file.message: file.hash for file in details.files}
    for file in files:
        if logged.get(file.message_id) != file.sha256:
            raise StoreError("FILE_DIFFERS", partner=file.debtor, message=file.message_id)


def _submission(
    network: Network, settlement: Settlement, details: Details, execute_on: str
) -> Submission:
    approval = next(change.seq for change in details.changes if change.state == APPROVED)
    with reading(network.engine) as connection:
        approved_at = statements.times_of(connection, [approval])[approval]
    last = last_day(settlement.pay_by)
    day = execute_on or last
    # Once submitted, what the log names is written again, whatever day stands in it.
    if settlement.state == APPROVED and day > last:
        raise InvalidValueError("EXECUTE_ON_TOO_LATE", path="executeOn", value=day[:64], last=last)
    return Submission(network.origin, settlement.id, approved_at, day, network.origin)
