"""What the operator may ask of partners, their units and their keys."""

from __future__ import annotations

from dataclasses import dataclass

from domain.ledger.commands import Command
from domain.ledger.records import REFUSE
from domain.money import ZERO, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePartner(Command):
    """Admit a brand; ``prefund`` and ``cap`` are minor units of its settlement ``currency``."""

    partner: str
    currency: str
    issuer: bool = True
    acceptor: bool = True
    prefund: int = 0
    cap: int = 0
    reversal: str = REFUSE
    signing_key: str = ""
    name_en: str = ""
    name_ko: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePartner(Command):
    """Change a brand; None leaves a value as it is. A cap can only be lowered this way."""

    partner: str
    issuer: bool | None = None
    acceptor: bool | None = None
    cap: int | None = None
    reversal: str | None = None
    signing_key: str | None = None
    name_en: str | None = None
    name_ko: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateUnit(Command):
    """Open a brand's point unit."""

    unit: str
    owner: str
    scale: int
    nominal: Ratio
    currency: str
    expiry: str
    grace: int = 0
    zone: str = "UTC"
    prepaid: bool = False
    earn: Ratio = ZERO
    name_en: str = ""
    name_ko: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantKey(Command):
    """Give an API key: ``prefix`` names it, ``hash`` is SHA-256 of its secret text in hex."""

    prefix: str
    partner: str
    subject: str
    person: bool
    role: str
    scopes: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeKey(Command):
    """Propose an API key of the operator's, which its holder has made; ``reason`` is a code.

    ``fingerprint`` is the key's prefix, a dot and SHA-256 of its secret text in hex.
    """

    fingerprint: str
    subject: str
    person: bool
    role: str
    scopes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey(Command):
    """End an API key."""

    prefix: str
