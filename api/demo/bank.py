"""A bank that does as it is told: payment files in, the statement of one account out.

For the demo and for tests. It reads ``pain.001.001.09`` with the product's own bounded reader,
books each payment that touches the account on the day of its order, and writes ``camt.053``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from settlement.bank.xml_events import read_xml
from settlement.currencies import minor_units, plain
from settlement.payments.pain001 import NAMESPACE

VERSIONS = ("02", "08")
_PAYMENT = "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/"
_BLOCK = "CstmrCdtTrfInitn/PmtInf/"


@dataclass(frozen=True, slots=True)
class Booked:
    """A line as the bank books it; ``amount`` is positive where it came in, in minor units."""

    amount: int
    currency: str
    date: str
    counterparty: str
    end_to_end_id: str = ""
    reference: str = ""
    bank_reference: str = ""
    reversal: bool = False
    status: str = "BOOK"


@dataclass(frozen=True, slots=True)
class Page:
    """What a statement says of itself: ``opening`` is the balance before it, in minor units."""

    id: str
    created: str
    account: str
    currency: str
    opening: int = 0
    version: str = "08"


def booked(files: Iterable[bytes], account: str) -> list[Booked]:
    """Return what payment files do to ``account``, in their order, each with a bank reference."""
    found: list[Booked] = []
    for content in files:
        orders = _Orders()
        read_xml(io.BytesIO(content), {NAMESPACE}, orders)
        found += [line for line in orders.lines(account) if line.amount]
    return [
        Booked(
            one.amount, one.currency, one.date, one.counterparty, one.end_to_end_id, one.reference,
            f"BK{number:08}",
        )
        for number, one in enumerate(found, 1)
    ]  # fmt: skip


def answer(page: Page, lines: Sequence[Booked]) -> bytes:
    """Write the statement of an account as ``camt.053.001`` of the page's version."""
    root = Element(
        "Document", {"xmlns": f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{page.version}"}
    )
    message = SubElement(root, "BkToCstmrStmt")
    header = SubElement(message, "GrpHdr")
    _text(header, "MsgId", f"MSG-{page.id}")
    _text(header, "CreDtTm", page.created)
    statement = SubElement(message, "Stmt")
    _text(statement, "Id", page.id)
    _text(statement, "CreDtTm", page.created)
    _account(SubElement(statement, "Acct"), page.account)
    booked_sum = sum(one.amount for one in lines if one.status == "BOOK")
    for kind, amount in (("OPBD", page.opening), ("CLBD", page.opening + booked_sum)):
        balance = SubElement(statement, "Bal")
        _text(SubElement(SubElement(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
        _money(balance, amount, page.currency)
        _text(SubElement(balance, "Dt"), "Dt", page.created[:10])
    for one in lines:
        _entry(SubElement(statement, "Ntry"), one, page)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode()


class _Orders:
    """Gathers the payments of one file."""

    def __init__(self) -> None:
        self._block: dict[str, str] = {}
        self._payment: dict[str, str] = {}
        self._paid: list[dict[str, str]] = []

    def start(self, path: str, attributes: dict[str, str]) -> None:
        if path.endswith("/InstdAmt"):
            self._payment["Ccy"] = attributes["Ccy"]

    def end(self, path: str, text: str) -> None:
        inside = path.partition("/")[2]
        if inside.startswith(_PAYMENT):
            self._payment[inside.removeprefix(_PAYMENT)] = text
        elif f"{inside}/" == _PAYMENT:
            self._paid.append({**self._block, **self._payment})
            self._payment = {}
        elif inside.startswith(_BLOCK):
            self._block[inside.removeprefix(_BLOCK)] = text

    def lines(self, account: str) -> list[Booked]:
        """Return the payments from or to ``account``; one to itself moves nothing."""
        found: list[Booked] = []
        for one in self._paid:
            debtor, creditor = (
                one.get(f"{side}/Id/IBAN") or one[f"{side}/Id/Othr/Id"]
                for side in ("DbtrAcct", "CdtrAcct")
            )
            if account not in (debtor, creditor):
                continue
            units = minor_units(one["Amt/InstdAmt"], one["Ccy"])
            found.append(
                Booked(
                    units * ((creditor == account) - (debtor == account)), one["Ccy"],
                    one["ReqdExctnDt/Dt"], debtor if creditor == account else creditor,
                    one["PmtId/EndToEndId"], one["RmtInf/Strd/CdtrRefInf/Ref"],
                )
            )  # fmt: skip
        return found


def _entry(entry: Element, one: Booked, page: Page) -> None:
    _money(entry, one.amount, one.currency, reversal=one.reversal)
    status = SubElement(entry, "Sts")
    if page.version == "02":
        status.text = one.status
    else:
        _text(status, "Cd", one.status)
    _text(SubElement(entry, "BookgDt"), "Dt", one.date)
    _text(SubElement(entry, "ValDt"), "Dt", one.date)
    if one.bank_reference:
        _text(entry, "AcctSvcrRef", one.bank_reference)
    _text(SubElement(SubElement(entry, "BkTxCd"), "Prtry"), "Cd", "TRANSFER")
    details = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    _text(SubElement(details, "Refs"), "EndToEndId", one.end_to_end_id or "NOTPROVIDED")
    if page.version == "08":
        _money(details, one.amount, one.currency)
    if one.counterparty:
        side = "DbtrAcct" if one.amount > 0 else "CdtrAcct"
        _account(SubElement(SubElement(details, "RltdPties"), side), one.counterparty)
    if one.reference:
        structured = SubElement(SubElement(SubElement(details, "RmtInf"), "Strd"), "CdtrRefInf")
        _text(structured, "Ref", one.reference)


def _money(parent: Element, amount: int, currency: str, *, reversal: bool = False) -> None:
    _text(parent, "Amt", plain(abs(amount), currency)).set("Ccy", currency)
    _text(parent, "CdtDbtInd", "DBIT" if amount < 0 else "CRDT")
    if reversal:
        _text(parent, "RvslInd", "true")


def _account(parent: Element, number: str) -> None:
    id_ = SubElement(parent, "Id")
    if number[:2].isalpha():
        _text(id_, "IBAN", number)
    else:
        _text(SubElement(id_, "Othr"), "Id", number)


def _text(parent: Element, tag: str, text: str) -> Element:
    found = SubElement(parent, tag)
    found.text = text
    return found
