"""Ids that banks carry: derived, so that a repeat bears the same one and no second payment is made.

ISO 20022 gives ids 35 characters, of which banks keep letters and digits safely; 32 hex digits are
the first 16 bytes of SHA-256 over what the id stands for, one fact a line.
"""

from __future__ import annotations

import hashlib

REFERENCE_DIGITS = 21  # ISO 11649: 25 characters with "RF" and two check digits; 84 bits of hash


def end_to_end_id(origin: str, settlement: str, payer: str, payee: str, leg: str) -> str:
    """Return the id of a payment: of one network, settlement, payer, payee and leg."""
    return _derived("dure-payment/v1", origin, settlement, payer, payee, leg)


def message_id(origin: str, settlement: str, debtor: str, leg: str) -> str:
    """Return the id of a payment file: of one network, settlement, debtor and leg."""
    return _derived("dure-message/v1", origin, settlement, debtor, leg)


def structured_reference(payment: str) -> str:
    """Return a payment's creditor reference (ISO 11649), for banks that drop end-to-end ids.

    ``payment`` is its end-to-end id; two payments' references differ as surely as 84 bits of their
    hashes do. The check digits let a person's slip of the pen be told from another's reference.
    """
    digits = payment[:REFERENCE_DIGITS].upper()
    return f"RF{check_digits(digits, 'RF')}{digits}"


def check_digits(body: str, head: str) -> str:
    """Return the two digits between ``head`` and ``body`` by ISO 7064 MOD 97-10."""
    number = "".join(str(int(character, 36)) for character in f"{body}{head}00")
    return f"{98 - int(number) % 97:02}"


def _derived(kind: str, *facts: str) -> str:
    return hashlib.sha256("\n".join((kind, *facts)).encode()).hexdigest()[:32]
