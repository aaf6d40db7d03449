"""The payments of a settlement, and the files they go into."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.clock import to_datetime
from domain.errors import InvalidValueError
from settlement.netting.transfers import DIRECT, PAY_IN, PAY_OUT
from settlement.payments import pain001
from settlement.payments.identifiers import end_to_end_id, message_id, structured_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from settlement.netting.transfers import Leg, Transfer
    from settlement.payments.accounts import BankAccount


@dataclass(frozen=True, slots=True)
class Payment:
    """``payer`` pays ``payee`` ``amount`` > 0, in minor units of ``currency``; partner codes."""

    payer: str
    payee: str
    amount: int
    currency: str
    leg: Leg
    end_to_end_id: str

    @property
    def reference(self) -> str:
        """The payment's creditor reference, ISO 11649."""
        return structured_reference(self.end_to_end_id)


@dataclass(frozen=True, slots=True)
class Submission:
    """What the files of a settlement have in common.

    ``created_at`` is the time of its SUBMITTED entry, microseconds UTC; ``execute_on`` the day on
    which banks are to pay, YYYY-MM-DD; ``initiator`` the network's name.
    """

    origin: str
    settlement: str
    created_at: int
    execute_on: str
    initiator: str


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A file for ``debtor``'s bank; ``sha256`` is of its bytes."""

    debtor: str
    leg: Leg
    message_id: str
    payments: tuple[Payment, ...]
    content: bytes

    @property
    def name(self) -> str:
        """A file name that tells what is inside and is one message's own."""
        return f"{self.payments[0].currency}-{self.leg}-{self.debtor}-{self.message_id}.xml"

    @property
    def sha256(self) -> str:
        """The hash of its bytes, 64 hex digits."""
        return hashlib.sha256(self.content).hexdigest()


def last_day(pay_by: int) -> str:
    """Return the last day, YYYY-MM-DD in UTC, on which a payment can be in time for ``pay_by``.

    Where that is a midnight it is the day before: what is paid on the day itself is late.
    """
    return to_datetime(pay_by - 1).date().isoformat()


def payments(
    origin: str, settlement: str, currency: str, transfers: Iterable[Transfer]
) -> tuple[Payment, ...]:
    """Return a settlement's payments with their ids, in the transfers' order."""
    return tuple(
        Payment(
            one.payer, one.payee, one.amount, currency, one.leg,
            end_to_end_id(origin, settlement, one.payer, one.payee, one.leg),
        )
        for one in transfers
    )  # fmt: skip


def payment_files(
    submission: Submission, payments: Iterable[Payment], accounts: Mapping[str, BankAccount]
) -> tuple[PaymentFile, ...]:
    """Return one file for each debtor and leg, by leg and debtor; the operator's own pays out.

    Raises:
        InvalidValueError: ``ACCOUNT_MISSING`` where a partner has no bank account, and what
            ``pain001.write`` refuses.
    """
    grouped: dict[tuple[int, str, Leg], list[Payment]] = {}
    order = (PAY_IN, PAY_OUT, DIRECT)
    for one in payments:
        for partner in (one.payer, one.payee):
            if partner not in accounts:
                path = f"accounts.{partner}"
                raise InvalidValueError("ACCOUNT_MISSING", path=path, partner=partner)
        grouped.setdefault((order.index(one.leg), one.payer, one.leg), []).append(one)
    return tuple(
        _file(submission, debtor, leg, tuple(sorted(group, key=lambda one: one.payee)), accounts)
        for (_, debtor, leg), group in sorted(grouped.items(), key=lambda item: item[0][:2])
    )


def _file(
    submission: Submission,
    debtor: str,
    leg: Leg,
    group: tuple[Payment, ...],
    accounts: Mapping[str, BankAccount],
) -> PaymentFile:
    message = message_id(submission.origin, submission.settlement, debtor, leg)
    credits_ = tuple(
        pain001.Credit(one.end_to_end_id, one.reference, one.amount, accounts[one.payee],
                       f"accounts.{one.payee}")
        for one in group
    )  # fmt: skip
    content = pain001.write(
        pain001.Message(
            message, submission.created_at, submission.execute_on, submission.initiator,
            group[0].currency, accounts[debtor], f"accounts.{debtor}", credits_,
        )
    )  # fmt: skip
    return PaymentFile(debtor, leg, message, group, content)
