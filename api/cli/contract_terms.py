"""Contract terms from a JSON file: the spelling of the API, or the canonical one that is signed.

The canonical spelling is what `Contract.termsCanonical` gives, so that a counterparty signs the
file it was shown. What may be left out has the default of ``domain.contracts.terms.Terms``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from api.repeated_names import RepeatedNameError, refuse_repeated_names
from domain.clock import NEVER, parse_instant, zone
from domain.contracts.terms import Terms
from domain.errors import InvalidValueError
from domain.ids import is_code, is_id
from domain.ledger.records import CONTRACT_TYPES, CONVERSION, EXPIRY_POLICIES, MIN_OF_BOTH
from domain.money import AMOUNT_MAX, ZERO, Ratio

if TYPE_CHECKING:
    from pathlib import Path

TERMS_BYTES_MAX = 65_536  # terms have about 600 bytes; a longer file is another file
VERSION_MAX = 999_999  # versions are counted by hand

_SPELLINGS = {
    "contractId": "contract",
    "feePoints": "fee_points",
    "feeMoney": "fee_money",
    "memberDailyCap": "member_cap",
    "pairDailyCap": "pair_cap",
    "validFrom": "valid_from",
    "validTo": "valid_to",
}
_REQUIRED = (
    "origin",
    "contract",
    "version",
    "type",
    "proposer",
    "counterparty",
    "source",
    "currency",
    "price",
    "valid_from",
)
_OPTIONAL = (
    "target",
    "partner",
    "rate",
    "fee_points",
    "fee_money",
    "expiry",
    "member_cap",
    "pair_cap",
    "zone",
    "valid_to",
)
_NUMBER = re.compile(r"[1-9][0-9]{0,15}\Z", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_ORIGIN = re.compile(r"[!-*,-~]{1,255}\Z", re.ASCII)


def read_terms(path: Path) -> Terms:
    """Read a file of terms.

    Raises InvalidValueError: ``FILE_NOT_READABLE`` or ``CONTRACT_TERMS_INVALID`` with a reason.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(TERMS_BYTES_MAX + 1)
    except OSError as error:
        reason = error.strerror or ""
        raise InvalidValueError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    try:
        return parse_terms(data)
    except InvalidValueError as error:
        reason = str(error.facts.get("reason", error))
        raise InvalidValueError("CONTRACT_TERMS_INVALID", path=str(path), reason=reason) from None


def parse_terms(data: bytes) -> Terms:
    """Read terms from JSON text; raises InvalidValueError naming the field at fault."""
    if len(data) > TERMS_BYTES_MAX:
        raise _invalid(f"it is longer than {TERMS_BYTES_MAX} bytes")
    try:
        text = data.decode("utf-8-sig")
        refuse_repeated_names(text)
        document: object = json.loads(text)
    except RepeatedNameError as error:
        raise _invalid(f"{error.name[:40]!a} stands there twice") from None
    except (ValueError, RecursionError):
        raise _invalid("it is not JSON") from None
    if not isinstance(document, dict):
        raise _invalid("it is not one JSON object")
    fields: dict[str, str] = {}
    for given, value in document.items():
        name = _SPELLINGS.get(given, given)
        if name not in _REQUIRED and name not in _OPTIONAL:
            raise _invalid(f"there is no field {given[:40]!a}")
        if name in fields:
            raise _invalid(f"{name} stands there twice")
        if value is None:
            continue
        # bool is an int to Python, and no number to JSON.
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _invalid(f"{name} is neither text nor a whole number")
        fields[name] = str(value)
    missing = [name for name in _REQUIRED if not fields.get(name)]
    if missing:
        raise _invalid(f"{missing[0]} is missing")
    return _terms(fields)


def _terms(fields: dict[str, str]) -> Terms:
    _expect(fields, "origin", _ORIGIN.match(fields["origin"]))
    _expect(fields, "contract", is_id(fields["contract"]))
    _expect(fields, "type", fields["type"] in CONTRACT_TYPES)
    _expect(fields, "currency", _CURRENCY.match(fields["currency"]))
    for name in ("proposer", "counterparty", "source", "target", "partner"):
        _expect(fields, name, not fields.get(name) or is_code(fields[name]))
    _expect(fields, "expiry", fields.get("expiry", "") in ("", *EXPIRY_POLICIES))
    valid_to = _instant(fields, "valid_to") if fields.get("valid_to") else NEVER
    return Terms(
        origin=fields["origin"],
        contract=fields["contract"],
        version=_number(fields, "version", VERSION_MAX),
        type=fields["type"],
        proposer=fields["proposer"],
        counterparty=fields["counterparty"],
        source=fields["source"],
        currency=fields["currency"],
        price=_ratio(fields, "price"),
        target=fields.get("target", ""),
        partner=fields.get("partner", ""),
        rate=_ratio(fields, "rate"),
        fee_points=_ratio(fields, "fee_points"),
        fee_money=_ratio(fields, "fee_money"),
        # The API's own default: a conversion says when points got expire.
        expiry=fields.get("expiry") or (MIN_OF_BOTH if fields["type"] == CONVERSION else ""),
        member_cap=_cap(fields, "member_cap"),
        pair_cap=_cap(fields, "pair_cap"),
        zone=zone(fields.get("zone") or "UTC").key,
        valid_from=_instant(fields, "valid_from"),
        valid_to=valid_to,
    )


def _expect(fields: dict[str, str], name: str, fits: object) -> None:
    if not fits:
        raise _invalid(f"{name} cannot be {fields.get(name, '')[:40]!a}")


def _instant(fields: dict[str, str], name: str) -> int:
    try:
        return parse_instant(fields[name])
    except InvalidValueError:
        raise _invalid(f"{name} is no time of the form 2027-01-01T00:00:00Z") from None


def _ratio(fields: dict[str, str], name: str) -> Ratio:
    text = fields.get(name, "")
    if not text:
        return ZERO
    try:
        return Ratio.parse(text)
    except InvalidValueError:
        raise _invalid(f"{name} is no fraction of the form NUM/DEN") from None


def _cap(fields: dict[str, str], name: str) -> int:
    return _number(fields, name, AMOUNT_MAX) if fields.get(name, "0") not in ("", "0") else 0


def _number(fields: dict[str, str], name: str, highest: int) -> int:
    _expect(fields, name, _NUMBER.match(fields[name]) and int(fields[name]) <= highest)
    return int(fields[name])


def _invalid(reason: str) -> InvalidValueError:
    return InvalidValueError("CONTRACT_TERMS_INVALID", reason=reason)
