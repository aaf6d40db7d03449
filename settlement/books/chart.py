"""Accounts, their names, and what a partner may decide about them.

Names follow beancount, which is the stricter of the two: five roots, parts of letters, digits and
hyphens that begin with a capital or a digit. A policy is JSON, a partner's code to its own names
and its estimate of breakage:

    {"AIRLINE": {"accounts": {"REVENUE": "Income:Loyalty:Redeemed"},
                 "breakage": {"AIR": {"version": "2026-1", "share": "1/10"}}}}
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from enum import StrEnum

from domain.errors import DureError, InvalidValueError
from domain.ids import OPERATOR, is_code
from domain.money import Ratio
from settlement.books.breakage import Estimate

POLICY_BYTES_MAX = 1_000_000  # some thousand partners with every account renamed
VERSION_MAX = 32  # a year and a number


class BooksError(DureError):
    """Books that cannot be made; nothing is written."""


class Account(StrEnum):
    """What is kept apart; each has a name in a partner's chart."""

    CONTRACT_LIABILITY = "CONTRACT_LIABILITY"
    BREAKAGE_RELEASED = "BREAKAGE_RELEASED"
    CLEARING_PAYABLE = "CLEARING_PAYABLE"
    CLEARING_RECEIVABLE = "CLEARING_RECEIVABLE"
    CLEARING_HELD = "CLEARING_HELD"
    PREFUND = "PREFUND"
    PREFUND_HELD = "PREFUND_HELD"
    CLAIMS_PAYABLE = "CLAIMS_PAYABLE"
    CLAIMS_RECEIVABLE = "CLAIMS_RECEIVABLE"
    BANK = "BANK"
    DEFERRED_REVENUE = "DEFERRED_REVENUE"
    REVENUE = "REVENUE"
    GAIN = "GAIN"
    LOSS = "LOSS"
    BREAKAGE = "BREAKAGE"
    ADJUSTMENT = "ADJUSTMENT"
    POINTS_BOUGHT = "POINTS_BOUGHT"
    FEE_EXPENSE = "FEE_EXPENSE"
    FEE_INCOME = "FEE_INCOME"
    TAX_PAID = "TAX_PAID"
    TAX_DUE = "TAX_DUE"
    CORRECTION = "CORRECTION"


NAMES: dict[Account, str] = {
    Account.CONTRACT_LIABILITY: "Liabilities:Contract-Liability",
    # What of that liability was estimated never to be exercised, and is revenue already: a debit.
    Account.BREAKAGE_RELEASED: "Liabilities:Estimated-Breakage",
    Account.CLEARING_PAYABLE: "Liabilities:Clearing-Payable",
    Account.CLEARING_RECEIVABLE: "Assets:Clearing-Receivable",
    Account.CLEARING_HELD: "Liabilities:Clearing-Held",
    Account.PREFUND: "Assets:Prefund",
    Account.PREFUND_HELD: "Liabilities:Prefund-Held",
    Account.CLAIMS_PAYABLE: "Liabilities:Claims-Payable",
    Account.CLAIMS_RECEIVABLE: "Assets:Claims-Receivable",
    Account.BANK: "Assets:Bank",
    # Against the sale's revenue, which is on the partner's own books.
    Account.DEFERRED_REVENUE: "Income:Deferred-Revenue",
    Account.REVENUE: "Income:Points-Redeemed",
    Account.GAIN: "Income:Exchange-Gain",
    Account.LOSS: "Expenses:Exchange-Loss",
    Account.BREAKAGE: "Income:Breakage",
    Account.ADJUSTMENT: "Expenses:Points-Adjusted",
    Account.POINTS_BOUGHT: "Expenses:Points-Bought",
    Account.FEE_EXPENSE: "Expenses:Network-Fees",
    Account.FEE_INCOME: "Income:Network-Fees",
    Account.TAX_PAID: "Assets:Input-Tax",
    Account.TAX_DUE: "Liabilities:Output-Tax",
    Account.CORRECTION: "Expenses:Corrections",
}
# Kept by unit of points, as the liability report is.
BY_UNIT = frozenset({Account.CONTRACT_LIABILITY, Account.BREAKAGE_RELEASED})

# What begins with a sign, a spreadsheet would take for a formula.
_VERSION = re.compile(rf"[0-9A-Za-z][ -~]{{0,{VERSION_MAX - 1}}}\Z")
_NAME = re.compile(r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+\Z")


@dataclass(frozen=True, slots=True)
class Policy:
    """One partner's names of accounts, and its estimates of breakage by unit."""

    accounts: dict[Account, str] = field(default_factory=dict)
    breakage: dict[str, Estimate] = field(default_factory=dict)

    def name(self, account: Account, unit: str) -> str:
        """Return an account's name; a unit's underscores, which no account has, become hyphens."""
        name = self.accounts.get(account, NAMES[account])
        return f"{name}:{unit.replace('_', '-')}" if account in BY_UNIT and unit else name


DEFAULT = Policy()


def read_policies(data: bytes) -> dict[str, Policy]:
    """Read policies by partner's code.

    Raises BooksError ``BOOKS_POLICY_INVALID`` with the place at fault.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise _invalid("", f"more than {POLICY_BYTES_MAX} bytes")
    try:
        parsed: object = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _invalid("", "not JSON") from None
    policies: dict[str, Policy] = {}
    for partner, one in _entries(parsed, ""):
        if partner != OPERATOR and not is_code(partner):
            raise _invalid(partner, "no partner's code")
        told = dict(_entries(one, partner))
        if told.keys() - {"accounts", "breakage"}:
            raise _invalid(partner, "accounts and breakage are all that it may say")
        policies[partner] = Policy(
            _accounts(told.get("accounts", {}), f"{partner}.accounts"),
            _estimates(told.get("breakage", {}), f"{partner}.breakage"),
        )
    return policies


def _accounts(told: object, path: str) -> dict[Account, str]:
    found: dict[Account, str] = {}
    for key, name in _entries(told, path):
        if key not in Account.__members__:
            raise _invalid(f"{path}.{key}", "no account")
        if not isinstance(name, str) or _NAME.match(name) is None:
            raise _invalid(f"{path}.{key}", "no name of an account, such as Income:Points-Redeemed")
        found[Account[key]] = name
    names = {**NAMES, **found}.values()
    # An account's balance would be told with those below it.
    for name in names:
        if any(other.startswith(f"{name}:") for other in names):
            raise _invalid(path, f"{name} has accounts below it")
    return found


def _estimates(told: object, path: str) -> dict[str, Estimate]:
    found: dict[str, Estimate] = {}
    for unit, one in _entries(told, path):
        fields = dict(_entries(one, f"{path}.{unit}"))
        version, share = fields.get("version"), fields.get("share")
        if not is_code(unit) or fields.keys() != {"version", "share"}:
            raise _invalid(f"{path}.{unit}", "a unit's code with version and share")
        if not isinstance(version, str) or not _VERSION.match(version):
            raise _invalid(f"{path}.{unit}.version", f"1 to {VERSION_MAX}, a letter or digit first")
        try:
            ratio = Ratio.parse(share if isinstance(share, str) else "")
        except InvalidValueError:
            ratio = Ratio(1, 1)
        if ratio.num >= ratio.den:
            raise _invalid(f"{path}.{unit}.share", "num/den below 1")
        found[unit] = Estimate(version, ratio)
    return found


def _entries(told: object, path: str) -> list[tuple[str, object]]:
    if not isinstance(told, dict):
        raise _invalid(path, "not an object")
    return [(str(key), value) for key, value in told.items()]


def _invalid(path: str, reason: str) -> BooksError:
    return BooksError("BOOKS_POLICY_INVALID", at=path[:64], reason=reason)
