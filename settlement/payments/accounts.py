"""Bank accounts: an IBAN, an account at a Korean bank, or a number at a bank named by its BIC.

What can be wrong by itself is found when an account is given, not when a bank returns a payment:
lengths and check digits of IBANs (ISO 13616, by schwifty's registry), forms and countries of BICs
(ISO 9362), codes of Korean banks and the digits of their accounts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from domain.errors import InvalidValueError
from settlement.payments.charset import LATIN, NAME_MAX, holder_name, latin_name
from settlement.payments.korean_banks import KOREAN_BANKS

Scheme = Literal["IBAN", "KR", "BIC"]

TYPED_MAX = 64  # characters of a number as people type it, with blanks and hyphens
_NUMBER = re.compile(r"[0-9A-Z]{1,34}\Z")  # what ISO 20022 leaves an account number
_SEPARATORS = re.compile(r"[ \-]")


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account and its holder; made by one of the functions below.

    ``number`` has neither blanks nor hyphens. ``bank`` is a BIC, or a Korean bank's three digits
    where ``scheme`` is KR; of an IBAN it may be "". ``latin`` is the holder's name as its bank has
    it in Latin letters, or "".
    """

    scheme: Scheme
    holder: str
    number: str
    bank: str
    latin: str = ""

    def latin_holder(self, path: str) -> str:
        """Return the holder in Latin letters; raises as ``charset.latin_name``."""
        return self.latin or latin_name(self.holder, path)


def iban_account(
    holder: str, iban: str, bic: str = "", *, latin: str = "", path: str = "account"
) -> BankAccount:
    """Return an account by its IBAN, with its BIC where it is known.

    Raises:
        InvalidValueError: ``IBAN_INVALID``, ``BIC_INVALID``, ``BIC_FOREIGN`` where the bank's
            country is not the IBAN's, ``NAME_INVALID``, ``NAME_NOT_LATIN``; each with ``path``.
    """
    try:
        number = str(IBAN(_plain(iban, f"{path}.iban", "IBAN_INVALID"), validate_bban=True))
    except SchwiftyException as error:
        raise InvalidValueError(
            "IBAN_INVALID", path=f"{path}.iban", value=iban[:TYPED_MAX], reason=str(error)[:200]
        ) from None
    bank = _bic(bic, path) if bic else ""
    if bank and bank[4:6] != number[:2]:
        facts = {"iban": number[:2], "bic": bank[4:6]}
        raise InvalidValueError("BIC_FOREIGN", path=f"{path}.bic", **facts)
    return BankAccount("IBAN", *_names(holder, latin, path, number, bank))


def korean_account(
    holder: str, bank: str, number: str, *, latin: str = "", path: str = "account"
) -> BankAccount:
    """Return an account at a Korean bank, by the bank's three-digit code.

    Raises:
        InvalidValueError: ``BANK_UNKNOWN``, ``ACCOUNT_NUMBER_INVALID``, ``NAME_INVALID``,
            ``NAME_NOT_LATIN``; each with ``path``.
    """
    known = KOREAN_BANKS.get(bank)
    if known is None:
        raise InvalidValueError("BANK_UNKNOWN", path=f"{path}.bank", value=bank[:TYPED_MAX])
    place = f"{path}.number"
    digits = _plain(number, place, "ACCOUNT_NUMBER_INVALID")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidValueError("ACCOUNT_NUMBER_INVALID", path=place, reason="digits alone")
    if len(digits) not in known.digits:
        expected = " ".join(str(one) for one in known.digits)
        raise InvalidValueError(
            "ACCOUNT_NUMBER_INVALID", path=place, bank=known.english, digits=len(digits),
            expected=expected,
        )  # fmt: skip
    return BankAccount("KR", *_names(holder, latin, path, digits, bank))


def bic_account(
    holder: str, number: str, bic: str, *, latin: str = "", path: str = "account"
) -> BankAccount:
    """Return an account of a country without IBANs, by its number and its bank's BIC.

    Raises:
        InvalidValueError: ``BIC_INVALID``, ``ACCOUNT_NUMBER_INVALID``, ``NAME_INVALID``,
            ``NAME_NOT_LATIN``; each with ``path``.
    """
    bank, place = _bic(bic, path), f"{path}.number"
    plain = _plain(number, place, "ACCOUNT_NUMBER_INVALID")
    if not _NUMBER.match(plain):
        reason = "1 to 34 of 0-9, A-Z"
        raise InvalidValueError("ACCOUNT_NUMBER_INVALID", path=place, reason=reason)
    return BankAccount("BIC", *_names(holder, latin, path, plain, bank))


def plain_number(number: str) -> str:
    """Return an account number as accounts keep it: capitals, without blanks and hyphens."""
    return _SEPARATORS.sub("", number).upper()


def _plain(number: str, path: str, code: str) -> str:
    if len(number) > TYPED_MAX:
        raise InvalidValueError(code, path=path, reason=f"more than {TYPED_MAX} characters")
    return plain_number(number)


def _bic(bic: str, path: str) -> str:
    try:
        return str(BIC(bic[:TYPED_MAX].strip().upper()))
    except SchwiftyException as error:
        raise InvalidValueError(
            "BIC_INVALID", path=f"{path}.bic", value=bic[:TYPED_MAX], reason=str(error)[:200]
        ) from None


def _names(holder: str, latin: str, path: str, number: str, bank: str) -> tuple[str, str, str, str]:
    kept = holder_name(holder, f"{path}.holder")
    if latin and (len(latin) > NAME_MAX or not latin.strip() or not LATIN.issuperset(latin)):
        raise InvalidValueError("NAME_NOT_LATIN", path=f"{path}.latin", value=latin[:NAME_MAX])
    return kept, number, bank, latin
