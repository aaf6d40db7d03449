"""A bank's statement as ISO 20022 has it: ``camt.053.001.02`` and ``camt.053.001.08``.

Booked entries (``BOOK``) become lines; what is pending or told for information proves nothing. An
entry with several transactions becomes as many lines where their amounts are given and add up to
it; else it stays one line, which names no payment and so waits for a person. Opening balance and
booked entries must give the closing balance: a statement that lost a page is refused.

``CdtDbtInd`` says which way the entry itself went, also of a reversal (``RvslInd``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, BinaryIO

from domain.errors import InvalidValueError
from settlement.bank.lines import LINES_MAX, BankFile, BankLine, Statement, placed, signed
from settlement.bank.xml_events import read_xml
from settlement.currencies import minor_units

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACES = frozenset(
    f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08")
)
NOT_PROVIDED = "NOTPROVIDED"  # what banks put where there is no end-to-end id
_MESSAGE_ID = "Document/BkToCstmrStmt/GrpHdr/MsgId"
_STATEMENT = "Document/BkToCstmrStmt/Stmt"
_BELOW = f"{_STATEMENT}/"
_DETAILS = "Ntry/NtryDtls/TxDtls"
_WAYS = {"CRDT": True, "DBIT": False}
_OPENING, _CLOSING = ("OPBD", "PRCD"), "CLBD"


class _Leaves:
    """Texts of an element's descendants by their path below it; an attribute is ``path@name``."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = defaultdict(list)

    def add(self, path: str, text: str) -> None:
        self._texts[path].append(text)

    def first(self, *paths: str) -> str:
        """Return the first text at the first path that has one, or ""."""
        return next((one[0] for path in paths if (one := self._texts.get(path))), "")

    def all(self, path: str) -> str:
        """Return the different texts at a path, with a blank between them."""
        return " ".join(dict.fromkeys(self._texts.get(path, [])))

    def has(self, head: str) -> bool:
        """Tell whether there is anything below a path."""
        return any(path.startswith(head) for path in self._texts)


def read_camt053(stream: BinaryIO) -> BankFile:
    """Read a whole file.

    Raises:
        InvalidValueError: what ``read_xml`` raises; ``STATEMENT_INCOMPLETE`` for what is missing,
            ``LINE_AMOUNT_INVALID``, ``AMOUNT_MALFORMED``, ``AMOUNT_TOO_FINE``,
            ``CURRENCY_UNKNOWN``, ``DATE_INVALID``, ``DIRECTION_INVALID``, ``BALANCE_MISMATCH``,
            ``TOO_MANY_LINES``; each with the path in the file, entries counted from 1.
    """
    reader = _Reader()
    sha256 = read_xml(stream, NAMESPACES, reader)
    if not reader.statements:
        raise InvalidValueError("STATEMENT_INCOMPLETE", path="BkToCstmrStmt/Stmt")
    found, start = [], 0
    for one in reader.statements:
        # Two statements of a file may tell of the same day, as two files may.
        mine = placed(one.lines, sha256, start)
        start += len(mine)
        found.append(Statement(one.account, one.id, one.sequence, mine))
    return BankFile(sha256, reader.message_id, tuple(found))


class _Reader:
    """Gathers one statement after another, one entry at a time."""

    def __init__(self) -> None:
        self.message_id = ""
        self.statements: list[Statement] = []
        self._lines_read = 0
        self._begin()

    def _begin(self) -> None:
        self._head, self._lines, self._entries = _Leaves(), list[BankLine](), 0
        self._balances: dict[str, tuple[int, str]] = {}
        self._entry, self._details = _Leaves(), list[_Leaves]()

    @property
    def _place(self) -> str:
        return f"Stmt[{len(self.statements) + 1}]"

    def start(self, path: str, attributes: dict[str, str]) -> None:
        if path != _STATEMENT and not path.startswith(_BELOW):
            return
        inside = path[len(_BELOW) :]
        if inside == "Ntry":
            self._entry, self._details = _Leaves(), []
            self._entries += 1
        elif inside == _DETAILS:
            self._details.append(_Leaves())
        elif inside == "Bal":
            self._entry = _Leaves()
        currency = attributes.get("Ccy")
        if currency is not None and inside:
            self._keep(f"{inside}@Ccy", currency)

    def end(self, path: str, text: str) -> None:
        if path == _MESSAGE_ID:
            self.message_id = text
        if path != _STATEMENT and not path.startswith(_BELOW):
            return
        inside = path[len(_BELOW) :]
        if text and inside:
            self._keep(inside, text)
        if inside == "Ntry":
            self._book()
        elif inside == "Bal":
            self._balance()
        elif not inside:
            self._finish()

    def _keep(self, inside: str, text: str) -> None:
        element, _, below = inside.partition("/")
        if inside == _DETAILS or inside.startswith((f"{_DETAILS}/", f"{_DETAILS}@")):
            self._details[-1].add(inside[len(_DETAILS) + 1 :], text)
        elif element in ("Ntry", "Bal"):
            self._entry.add(below, text)
        else:
            self._head.add(inside, text)

    def _balance(self) -> None:
        kind = self._entry.first("Tp/CdOrPrtry/Cd")
        if kind in (*_OPENING, _CLOSING) and kind not in self._balances:
            place = f"{self._place}/Bal[{kind}]"
            amount, currency = _amount(self._entry, "Amt", place)
            way = amount if _incoming(self._entry, place) else -amount
            self._balances[kind] = (way, currency)

    def _book(self) -> None:
        if self._entry.first("Sts/Cd", "Sts") != "BOOK":
            return
        place = f"{self._place}/Ntry[{self._entries}]"
        account = self._account()
        for line in _lines_of(account, self._entry, self._details, place):
            self._lines.append(line)
            self._lines_read += 1
            if self._lines_read > LINES_MAX:
                raise InvalidValueError("TOO_MANY_LINES", path=place, maximum=LINES_MAX)

    def _account(self) -> str:
        account = self._head.first("Acct/Id/IBAN", "Acct/Id/Othr/Id")
        if not account:
            raise InvalidValueError("STATEMENT_INCOMPLETE", path=f"{self._place}/Acct/Id")
        return account

    def _finish(self) -> None:
        id_ = self._head.first("Id")
        if not id_:
            raise InvalidValueError("STATEMENT_INCOMPLETE", path=f"{self._place}/Id")
        self._add_up()
        sequence = self._head.first("ElctrncSeqNb")
        self.statements.append(Statement(self._account(), id_, sequence, tuple(self._lines)))
        self._begin()

    def _add_up(self) -> None:
        opening = next((self._balances[one] for one in _OPENING if one in self._balances), None)
        closing = self._balances.get(_CLOSING)
        if opening is None or closing is None:
            return
        booked = sum(line.amount for line in self._lines if line.currency == closing[1])
        if opening[0] + booked != closing[0] or opening[1] != closing[1]:
            raise InvalidValueError(
                "BALANCE_MISMATCH", path=self._place, opening=str(opening[0]), booked=str(booked),
                closing=str(closing[0]), currency=closing[1],
            )  # fmt: skip


def _lines_of(
    account: str, entry: _Leaves, details: list[_Leaves], place: str
) -> Iterator[BankLine]:
    amount, currency = _amount(entry, "Amt", place)
    incoming = _incoming(entry, place)
    common = BankLine(
        account, _date(entry, place), signed(amount, f"{place}/Amt", incoming=incoming), currency,
        # Not NtryRef, which may number the lines of a statement: another one numbers them anew.
        bank_reference=entry.first("AcctSvcrRef"),
        returned=entry.first("RvslInd") in ("true", "1"),
    )  # fmt: skip
    if len(details) == 1:
        yield _detailed(common, details[0], common.amount)
        return
    parts = [_part(one, currency, place) for one in details]
    if details and None not in parts and sum(part or 0 for part in parts) == amount:
        for one, part in zip(details, parts, strict=True):
            yield _detailed(common, one, signed(part or 0, f"{place}/TxDtls", incoming=incoming))
    else:
        yield common


def _part(detail: _Leaves, currency: str, place: str) -> int | None:
    """Return a transaction's own amount, where it is given in the entry's currency and way."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if detail.first(path) and detail.first(f"{path}@Ccy") == currency:
            return _amount(detail, path, f"{place}/TxDtls")[0]
    return None


def _detailed(common: BankLine, detail: _Leaves, amount: int) -> BankLine:
    sides = ["Dbtr", "Cdtr"] if amount > 0 else ["Cdtr", "Dbtr"]
    numbers = [
        detail.first(f"RltdPties/{side}Acct/Id/IBAN", f"RltdPties/{side}Acct/Id/Othr/Id")
        for side in sides
    ]
    named = detail.first("Refs/EndToEndId")
    return BankLine(
        common.account, common.value_date, amount, common.currency,
        end_to_end_id="" if named == NOT_PROVIDED else named,
        reference=detail.all("RmtInf/Strd/CdtrRefInf/Ref"),
        counterparty=next((one for one in numbers if one and one != common.account), ""),
        bank_reference=detail.first("Refs/AcctSvcrRef") or common.bank_reference,
        returned=common.returned or detail.has("RtrInf/"),
    )  # fmt: skip


def _amount(leaves: _Leaves, path: str, place: str) -> tuple[int, str]:
    text, currency = leaves.first(path), leaves.first(f"{path}@Ccy")
    if not text or not currency:
        raise InvalidValueError("STATEMENT_INCOMPLETE", path=f"{place}/{path}")
    try:
        return minor_units(text, currency), currency
    except InvalidValueError as error:
        raise InvalidValueError(error.code, path=f"{place}/{path}", **error.facts) from None


def _incoming(leaves: _Leaves, place: str) -> bool:
    way = leaves.first("CdtDbtInd")
    if way not in _WAYS:
        raise InvalidValueError("DIRECTION_INVALID", path=f"{place}/CdtDbtInd", value=way[:64])
    return _WAYS[way]


def _date(entry: _Leaves, place: str) -> str:
    paths = ("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm")
    text = entry.first(*paths)[:10]
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise InvalidValueError("DATE_INVALID", path=f"{place}/ValDt", value=text) from None
