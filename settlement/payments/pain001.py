"""A credit transfer order to a bank: ISO 20022 ``pain.001.001.09``.

One message has one block of payments, from one account on one day in one currency. An IBAN stands
as such; any other account as a number of the national scheme (BBAN), its bank by BIC or, in Korea,
by its code in the clearing system ``KFTC``. A bank that is not known is ``NOTPROVIDED``, as SEPA
has it. A payment in EUR between two IBANs, up to the scheme's bound, asks for SEPA.

The same message always gives the same bytes: elements in the schema's order, no white space.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from domain.clock import format_instant
from domain.errors import InvalidValueError
from settlement.currencies import exponent, plain
from settlement.payments.charset import latin_name

if TYPE_CHECKING:
    from settlement.payments.accounts import BankAccount

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
DIGITS_MAX = 18  # of an amount and of a sum, as the schema has it
SEPA_MAX = 99_999_999_999  # cents: 999,999,999.99 EUR, the scheme's rulebook
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Credit:
    """One payment of a message: ``amount`` > 0 in minor units, to ``account``.

    ``path`` names the account in errors.
    """

    end_to_end_id: str
    reference: str
    amount: int
    account: BankAccount
    path: str


@dataclass(frozen=True, slots=True)
class Message:
    """Payments from ``account``; ``created_at`` is microseconds UTC, ``execute_on`` YYYY-MM-DD."""

    id: str
    created_at: int
    execute_on: str
    initiator: str
    currency: str
    account: BankAccount
    path: str
    payments: tuple[Credit, ...]


def write(message: Message) -> bytes:
    """Return the message in UTF-8.

    Raises:
        InvalidValueError: ``CURRENCY_UNKNOWN``; ``PAYMENT_AMOUNT_INVALID`` for an amount below 1 or
            a sum of more than 18 digits; ``DATE_INVALID``; ``PAYMENTS_MISSING``;
            ``NAME_NOT_LATIN`` with the account's path.
    """
    _check(message)
    total = plain(sum(one.amount for one in message.payments), message.currency)
    count = str(len(message.payments))
    root = Element("Document", {"xmlns": NAMESPACE})
    order = SubElement(root, "CstmrCdtTrfInitn")
    header = SubElement(order, "GrpHdr")
    _text(header, "MsgId", message.id)
    _text(header, "CreDtTm", f"{format_instant(message.created_at)[:19]}Z")
    _text(header, "NbOfTxs", count)
    _text(header, "CtrlSum", total)
    _text(SubElement(header, "InitgPty"), "Nm", latin_name(message.initiator, "initiator"))
    block = SubElement(order, "PmtInf")
    _text(block, "PmtInfId", message.id)
    _text(block, "PmtMtd", "TRF")
    _text(block, "NbOfTxs", count)
    _text(block, "CtrlSum", total)
    _text(SubElement(block, "ReqdExctnDt"), "Dt", message.execute_on)
    abroad = message.account.scheme != "KR"
    _party(block, "Dbtr", message.account, message.path, latin=abroad)
    _account(block, "DbtrAcct", message.account, message.currency)
    _agent(block, "DbtrAgt", message.account)
    for one in message.payments:
        _payment(block, message, one)
    return _DECLARATION + tostring(root, encoding="unicode").encode()


def _payment(block: Element, message: Message, payment: Credit) -> None:
    account = payment.account
    found = SubElement(block, "CdtTrfTxInf")
    _text(SubElement(found, "PmtId"), "EndToEndId", payment.end_to_end_id)
    sepa = (
        message.currency == "EUR"
        and message.account.scheme == account.scheme == "IBAN"
        and payment.amount <= SEPA_MAX
    )
    if sepa:
        _text(SubElement(SubElement(found, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    amount = _text(SubElement(found, "Amt"), "InstdAmt", plain(payment.amount, message.currency))
    amount.set("Ccy", message.currency)
    _text(found, "ChrgBr", "SLEV" if sepa else "SHAR")
    _agent(found, "CdtrAgt", account)
    at_home = message.account.scheme == account.scheme == "KR"
    _party(found, "Cdtr", account, payment.path, latin=not at_home)
    _account(found, "CdtrAcct", account)
    remittance = SubElement(SubElement(found, "RmtInf"), "Strd")
    reference = SubElement(remittance, "CdtrRefInf")
    kind = SubElement(reference, "Tp")
    _text(SubElement(kind, "CdOrPrtry"), "Cd", "SCOR")
    _text(kind, "Issr", "ISO")
    _text(reference, "Ref", payment.reference)


def _party(parent: Element, tag: str, account: BankAccount, path: str, *, latin: bool) -> None:
    name = account.latin_holder(f"{path}.holder") if latin else account.holder
    _text(SubElement(parent, tag), "Nm", name)


def _account(parent: Element, tag: str, account: BankAccount, currency: str = "") -> None:
    found = SubElement(parent, tag)
    id_ = SubElement(found, "Id")
    if account.scheme == "IBAN":
        _text(id_, "IBAN", account.number)
    else:
        other = SubElement(id_, "Othr")
        _text(other, "Id", account.number)
        _text(SubElement(other, "SchmeNm"), "Cd", "BBAN")
    if currency:
        _text(found, "Ccy", currency)


def _agent(parent: Element, tag: str, account: BankAccount) -> None:
    bank = SubElement(SubElement(parent, tag), "FinInstnId")
    if account.scheme == "KR":
        member = SubElement(bank, "ClrSysMmbId")
        _text(SubElement(member, "ClrSysId"), "Prtry", "KFTC")
        _text(member, "MmbId", account.bank)
    elif account.bank:
        _text(bank, "BICFI", account.bank)
    else:
        _text(SubElement(bank, "Othr"), "Id", "NOTPROVIDED")


def _check(message: Message) -> None:
    exponent(message.currency)
    if not message.payments:
        raise InvalidValueError("PAYMENTS_MISSING", message=message.id)
    for one in message.payments:
        if one.amount < 1:
            raise InvalidValueError(
                "PAYMENT_AMOUNT_INVALID", payment=one.end_to_end_id, amount=str(one.amount)
            )
    total = sum(one.amount for one in message.payments)
    if total >= 10**DIGITS_MAX:
        raise InvalidValueError("PAYMENT_AMOUNT_INVALID", sum=str(total), digits=DIGITS_MAX)
    try:
        valid = dt.date.fromisoformat(message.execute_on).isoformat() == message.execute_on
    except ValueError:
        valid = False
    if not valid:
        raise InvalidValueError("DATE_INVALID", path="executeOn", value=message.execute_on[:64])


def _text(parent: Element, tag: str, text: str) -> Element:
    found = SubElement(parent, tag)
    found.text = text
    return found
