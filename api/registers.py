"""The bank accounts of a network's partners, as its home keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.errors import StoreError
from settlement.payments.register import REGISTER_BYTES_MAX, read_register

if TYPE_CHECKING:
    from pathlib import Path

    from settlement.payments.accounts import BankAccount

ACCOUNTS = "bank-accounts.json"  # in the home, where no other file is named


def read_accounts(path: Path) -> dict[str, BankAccount]:
    """Read the list of bank accounts.

    Raises StoreError ``ACCOUNTS_MISSING`` or ``FILE_NOT_READABLE``, or as its reader.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(REGISTER_BYTES_MAX + 1)
    except FileNotFoundError:
        raise StoreError("ACCOUNTS_MISSING", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file's name"
        raise StoreError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    return read_register(data)


def read_home_accounts(home: Path) -> dict[str, BankAccount]:
    """Read the accounts that the home keeps, none where it has no such file; raises as above."""
    path = home / ACCOUNTS
    return read_accounts(path) if path.exists() else {}
