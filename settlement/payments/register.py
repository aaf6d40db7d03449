"""The operator's list of bank accounts, one a partner: a file beside the log, which names none.

    {
      "OPERATOR": {"holder": "두레", "bank": "004", "number": "123456-04-123456"},
      "AIR":      {"holder": "Narae Air", "iban": "DE89 3704 0044 0532 0130 00"},
      "CAFE":     {"holder": "Haru Coffee", "number": "12345678", "bic": "CHASUS33"}
    }

``latin`` may be added: the holder's name as its bank has it in Latin letters. Which of the three
kinds an account is follows from the names that stand there.
"""

from __future__ import annotations

import json

from domain.errors import InvalidValueError
from settlement.payments.accounts import BankAccount, bic_account, iban_account, korean_account

REGISTER_BYTES_MAX = 1024 * 1024  # some thousand partners' accounts
FORMS = (
    frozenset({"holder", "iban"}),
    frozenset({"holder", "bank", "number"}),
    frozenset({"holder", "number", "bic"}),
)
_MORE = frozenset({"latin", "bic"})  # what may be added; an IBAN's bank by its BIC


def read_register(data: bytes) -> dict[str, BankAccount]:
    """Return the accounts by partner code.

    Raises:
        InvalidValueError: ``ACCOUNTS_INVALID`` for what is no such file, with its place and reason;
            what the makers of accounts refuse, under ``accounts.CODE``.
    """
    if len(data) > REGISTER_BYTES_MAX:
        raise _invalid("accounts", f"more than {REGISTER_BYTES_MAX} bytes")
    try:
        table = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise _invalid("accounts", f"not JSON: {str(error)[:100]}") from None
    if not isinstance(table, dict):
        raise _invalid("accounts", "an object, its names the partners' codes")
    return {code: _account(f"accounts.{code[:32]}", given) for code, given in table.items()}


def _account(path: str, given: object) -> BankAccount:
    if not isinstance(given, dict):
        raise _invalid(path, "an object")
    texts: dict[str, str] = {}
    for name, value in given.items():
        if not isinstance(value, str) or "\0" in value or not value.isprintable():
            raise _invalid(f"{path}.{name[:32]}", "printable text")
        texts[name] = value
    names = frozenset(texts)
    holder, latin = texts.get("holder", ""), texts.get("latin", "")
    for form in FORMS:
        if form <= names <= form | _MORE:
            break
    else:
        raise _invalid(path, "holder with iban, with bank and number, or with number and bic")
    if "iban" in names:
        return iban_account(holder, texts["iban"], texts.get("bic", ""), latin=latin, path=path)
    if "bank" in names:
        if "bic" in names:
            raise _invalid(f"{path}.bic", "a Korean account has its bank's code alone")
        return korean_account(holder, texts["bank"], texts["number"], latin=latin, path=path)
    return bic_account(holder, texts["number"], texts["bic"], latin=latin, path=path)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("one name twice")
    return found


def _invalid(path: str, reason: str) -> InvalidValueError:
    return InvalidValueError("ACCOUNTS_INVALID", path=path, reason=reason)
