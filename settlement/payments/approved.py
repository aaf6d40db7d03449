"""The bank accounts that two people approve with a settlement: from where money goes, and to where.

As one text they lie beside the log with the other free texts, under a random key of their own; the
proposal in the log has the HMAC. A plain hash would tell them: an account has so few digits that
all of them are soon tried.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from domain.errors import InvalidValueError
from domain.ids import OPERATOR
from domain.keyed_hash import hmac_sha256
from domain.ledger.settling import CLEARING
from settlement.payments.accounts import BankAccount

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from domain.ledger.settling import Net

KEY_BYTES = 32  # as many as the HMAC has: nobody can guess the accounts from it
DIGITS_SHOWN = 4  # of an account's end: enough to know one's own by, too few to pay to


def facts_of(method: str, nets: Iterable[Net], accounts: Mapping[str, BankAccount]) -> str:
    """Return the accounts of all that pay or are paid in a settlement, as the text that is kept.

    The operator's is among them through clearing; between partners where it has one, for after a
    default it pays out.

    Raises InvalidValueError ``ACCOUNT_MISSING``.
    """
    parties = {net.partner for net in nets if net.net}
    if method == CLEARING or OPERATOR in accounts:
        parties.add(OPERATOR)
    for partner in sorted(parties):
        if partner not in accounts:
            path = f"accounts.{partner}"
            raise InvalidValueError("ACCOUNT_MISSING", path=path, partner=partner)
    return _text(accounts, parties)


def commitment(key: bytes, text: str) -> str:
    """Return what the log has of the text: HMAC-SHA-256, 64 hex digits."""
    return hmac_sha256(key, text.encode()).hex()


def read_facts(text: str) -> dict[str, BankAccount]:
    """Return the accounts that a kept text tells of, by partner code."""
    told: dict[str, dict[str, str]] = json.loads(text)
    return {partner: BankAccount(**facts) for partner, facts in told.items()}  # type: ignore[arg-type]  # a scheme, as it was written


def now_told(text: str, accounts: Mapping[str, BankAccount]) -> str:
    """Return the text that ``accounts`` give today for those whom a kept one tells of."""
    parties = read_facts(text).keys()
    return _text(accounts, {partner for partner in parties if partner in accounts})


def differing(text: str, accounts: Mapping[str, BankAccount]) -> list[str]:
    """Return the partners whose account is no longer the kept one, by code."""
    kept = read_facts(text)
    return sorted(partner for partner in kept if accounts.get(partner) != kept[partner])


def masked(number: str) -> str:
    """Return an account's number as a screen shows it: its last digits alone."""
    return f"****{number[-DIGITS_SHOWN:]}"


def _text(accounts: Mapping[str, BankAccount], parties: Iterable[str]) -> str:
    told = {partner: asdict(accounts[partner]) for partner in sorted(parties)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
