"""The terms of a contract: flat, all strings, signed by both parties.

Both Ed25519 signatures cover ``dure-contract/v1`` LF and the RFC 8785 form of the terms, the
network's origin among them, so that a signature given in a sandbox is worth nothing elsewhere.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.clock import NEVER, format_instant
from domain.money import ZERO, Ratio

SIGNATURE_CONTEXT = b"dure-contract/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What two partners agree on; fields as in ``domain.ledger.records.Contract``."""

    origin: str
    contract: str
    version: int
    type: str
    proposer: str
    counterparty: str
    source: str
    currency: str
    price: Ratio
    target: str = ""
    partner: str = ""
    rate: Ratio = ZERO
    fee_points: Ratio = ZERO
    fee_money: Ratio = ZERO
    expiry: str = ""
    member_cap: int = 0
    pair_cap: int = 0
    zone: str = "UTC"
    valid_from: int = 0
    valid_to: int = NEVER

    def fields(self) -> dict[str, str]:
        """Return the terms as a leaf has them, without the origin: all strings, "" for none."""
        conversion = self.type == "conversion"
        return {
            "contract": self.contract,
            "version": str(self.version),
            "type": self.type,
            "proposer": self.proposer,
            "counterparty": self.counterparty,
            "source": self.source,
            "target": self.target,
            "partner": self.partner,
            "rate": str(self.rate) if conversion else "",
            "price": str(self.price),
            "currency": self.currency,
            "fee_points": str(self.fee_points) if conversion else "",
            "fee_money": str(self.fee_money) if conversion else "",
            "expiry": self.expiry,
            "member_cap": str(self.member_cap) if self.member_cap else "",
            "pair_cap": str(self.pair_cap) if self.pair_cap else "",
            "zone": self.zone,
            "valid_from": format_instant(self.valid_from),
            "valid_to": format_instant(self.valid_to),
        }

    def canonical(self) -> bytes:
        """Return the RFC 8785 form of the terms and the origin.

        Keys and values are printable ASCII, under which sorted ``json.dumps`` is RFC 8785.
        """
        document = {**self.fields(), "origin": self.origin}
        return json.dumps(document, sort_keys=True, separators=(",", ":")).encode("ascii")

    def to_be_signed(self) -> bytes:
        """Return the bytes that both parties sign."""
        return SIGNATURE_CONTEXT + self.canonical()
