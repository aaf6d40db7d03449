"""What the columns of a bank's CSV export mean: a small TOML file, declared once for each export.

    encoding = "cp949"              # or "utf-8"; a byte order mark is skipped
    delimiter = ","
    skip = 3                        # lines above the headings
    footer = "합계"                 # a row that begins so ends the statement; may be left out
    account = "100-123-456789"      # whose statement it is
    currency = "KRW"
    date_format = "YYYY.MM.DD"      # what follows the date in its cell, such as a time, is not read
    thousands = ","                 # may be left out
    reversals = ["취소"]            # what the column `reversal` says of one; may be left out

    [columns]
    date = "거래일시"
    credit = "입금액"               # with `debit`; or `amount` alone, negative where money went out
    debit = "출금액"
    counterparty = "상대계좌번호"
    end_to_end_id = "메모"          # this and those below may be left out
    reference = "적요"
    reversal = "구분"
    identity = ["거래일시", "거래후잔액"]

``identity`` names columns that together tell a line from every other one of the account, so that
exports whose days overlap do not tell of one payment twice. Headings are found by name, not place.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from dataclasses import dataclass

from domain.errors import InvalidValueError
from settlement.currencies import exponent
from settlement.payments.accounts import plain_number

MAPPING_CHARACTERS_MAX = 10_000  # a mapping is a page
SKIP_MAX = 100  # lines above headings: a letterhead, not a book

_ENCODINGS = {"utf-8": "utf-8-sig", "cp949": "cp949", "euc-kr": "cp949"}
_TEXTS = ("encoding", "delimiter", "footer", "account", "currency", "date_format", "thousands")
_NEEDED = ("encoding", "account", "currency", "date_format")
_COLUMNS = (
    "date", "credit", "debit", "amount", "counterparty", "end_to_end_id", "reference", "reversal",
)  # fmt: skip
_DATE_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{2})", "DD": r"(?P<day>\d{2})"}


@dataclass(frozen=True, slots=True)
class CsvMapping:
    """A mapping as it was declared and checked; ``columns`` are headings by what they hold."""

    encoding: str
    delimiter: str
    skip: int
    footer: str
    account: str
    currency: str
    date: re.Pattern[str]
    thousands: str
    reversals: frozenset[str]
    columns: dict[str, str]
    identity: tuple[str, ...]


def read_mapping(text: str) -> CsvMapping:
    """Read a mapping.

    Raises:
        InvalidValueError: ``MAPPING_INVALID`` with the path of what is wrong and the reason.
    """
    if len(text) > MAPPING_CHARACTERS_MAX:
        raise _invalid("", f"more than {MAPPING_CHARACTERS_MAX} characters")
    try:
        document: dict[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Lists without end, and numbers of more digits than Python reads, are no errors of TOML's.
        raise _invalid("", str(error)[:200]) from None
    columns = _table(document)
    texts = {name: _text(document, name) for name in _TEXTS}
    for name in _NEEDED:
        if not texts[name]:
            raise _invalid(name, "missing")
    skip = document.pop("skip", 0)
    if not isinstance(skip, int) or not 0 <= skip <= SKIP_MAX:
        raise _invalid("skip", f"0 to {SKIP_MAX}")
    identity = _texts(columns, "identity", "columns.identity")
    headings = {name: _text(columns, name, "columns.") for name in _COLUMNS}
    reversals = _texts(document, "reversals", "reversals")
    for prefix, left in (("", document), ("columns.", columns)):
        for name in left:
            raise _invalid(prefix + name, "unknown")
    given = {name: heading for name, heading in headings.items() if heading}
    _check_columns(given, reversals)
    return CsvMapping(
        _encoding(texts["encoding"]), _sign(texts["delimiter"] or ",", "delimiter"), skip,
        texts["footer"], plain_number(texts["account"]), _currency(texts["currency"]),
        _date(texts["date_format"]), _sign(texts["thousands"], "thousands"), frozenset(reversals),
        given, identity,
    )  # fmt: skip


def _check_columns(given: dict[str, str], reversals: tuple[str, ...]) -> None:
    if "date" not in given:
        raise _invalid("columns.date", "missing")
    if {"credit", "debit", "amount"} & given.keys() not in ({"credit", "debit"}, {"amount"}):
        raise _invalid("columns", "either amount, or credit and debit")
    if ("reversal" in given) != bool(reversals):
        raise _invalid("columns.reversal", "goes with reversals")


def _table(document: dict[str, object]) -> dict[str, object]:
    found = document.pop("columns", None)
    if not isinstance(found, dict):
        raise _invalid("columns", "missing")
    return {str(name): value for name, value in found.items()}


def _text(table: dict[str, object], name: str, prefix: str = "") -> str:
    found = table.pop(name, "")
    if not isinstance(found, str):
        raise _invalid(prefix + name, "a text")
    return found


def _texts(table: dict[str, object], name: str, path: str) -> tuple[str, ...]:
    found = table.pop(name, [])
    if not isinstance(found, list):
        raise _invalid(path, "a list of texts")
    texts = tuple(one for one in found if isinstance(one, str) and one)
    if len(texts) != len(found):
        raise _invalid(path, "a list of texts")
    return texts


def _encoding(name: str) -> str:
    found = _ENCODINGS.get(name.lower())
    if found is None:
        raise _invalid("encoding", " or ".join(_ENCODINGS))
    return codecs.lookup(found).name


def _currency(code: str) -> str:
    try:
        exponent(code)
    except InvalidValueError:
        raise _invalid("currency", "no currency of ISO 4217") from None
    return code


def _sign(sign: str, path: str) -> str:
    if len(sign) > 1 or sign in ('"', ".", "-") or sign.isalnum():
        raise _invalid(path, "one sign")
    return sign


def _date(pattern: str) -> re.Pattern[str]:
    found = re.escape(pattern)
    for part, digits in _DATE_PARTS.items():
        if found.count(part) != 1:
            raise _invalid("date_format", "YYYY, MM and DD, once each")
        found = found.replace(part, digits)
    return re.compile(found, re.ASCII)


def _invalid(path: str, reason: str) -> InvalidValueError:
    return InvalidValueError("MAPPING_INVALID", path=path or "mapping", reason=reason)
