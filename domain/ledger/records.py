"""The rows that decisions read besides accounts, lots and holds; each mirrors one logged table.

They are small reference rows (partners, units, contracts, windows) or rows of one member
(consents, quotes). Instances are replaced, never changed, but for the counters of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.clock import NEVER
from domain.money import ZERO, Ratio
from domain.partners.expiry import inactivity

REFUSE = "REFUSE"
WITHIN_BALANCE = "WITHIN_BALANCE"
ALLOW_DEBT = "ALLOW_DEBT"
REVERSAL_POLICIES = (REFUSE, WITHIN_BALANCE, ALLOW_DEBT)

CONVERSION = "conversion"
ACCEPTANCE = "acceptance"
FUNDING = "funding"
CONTRACT_TYPES = (CONVERSION, ACCEPTANCE, FUNDING)

MIN_OF_BOTH = "MIN_OF_BOTH"
TARGET_RULE = "TARGET_RULE"
SOURCE_KEPT = "SOURCE_KEPT"
EXPIRY_POLICIES = (MIN_OF_BOTH, TARGET_RULE, SOURCE_KEPT)

OPEN = "OPEN"
CLOSED = "CLOSED"
SETTLING = "SETTLING"
SETTLED = "SETTLED"

PENDING_STATE = "PENDING"
CAPTURED = "CAPTURED"
VOIDED = "VOIDED"
EXPIRED_STATE = "EXPIRED"
APPROVED = "APPROVED"
REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class Partner:
    """A brand. ``currency`` is its settlement currency, ``signing_key`` 64 hex digits or empty."""

    code: str
    currency: str
    issuer: bool
    acceptor: bool
    reversal: str
    signing_key: str
    seq: int


@dataclass(slots=True)
class CreditLine:
    """What one partner may owe in one currency, in minor units; ``reserved`` is what holds keep."""

    partner: str
    currency: str
    prefund: int = 0
    cap: int = 0
    reserved: int = 0


@dataclass(slots=True)
class Position:
    """Sums of obligations of one partner, currency and settlement window, in minor units."""

    partner: str
    currency: str
    period: int
    debits: int = 0
    credits: int = 0


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A principal's credential, without its secret: ``hash`` is SHA-256 of the key in hex."""

    key: str
    partner: str
    subject: str
    person: bool
    role: str
    scopes: tuple[str, ...]
    hash: str
    seq: int
    revoked_seq: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One brand's points. ``nominal`` is minor units of money per whole point.

    ``earn`` is whole points per minor unit of money spent, the rate of the purchase import.
    ``expiry`` is a rule of ``domain.partners.expiry``; ``grace`` is how many days points live on
    that a reversal gives back after their end; ``prepaid`` units bind their owner.
    """

    code: str
    owner: str
    scale: int
    nominal: Ratio
    currency: str
    expiry: str
    grace: int
    zone: str
    prepaid: bool
    earn: Ratio
    version: int
    seq: int
    inactivity: int = field(init=False)  # how long points outlive the last activity; 0 for ever

    def __post_init__(self) -> None:
        """Work out once what every transfer asks for."""
        object.__setattr__(self, "inactivity", inactivity(self.expiry))


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a contract between two partners (LEDGER section 7).

    conversion: ``source`` to ``target`` unit at ``rate`` (whole target per whole source point),
    ``price`` per whole target point. acceptance: ``price`` per whole ``source`` point redeemed at
    ``partner``. funding: ``partner`` issues ``source`` for ``price`` per whole point.
    Caps are source minor units a day, 0 for none. In force from ``valid_from`` until the earlier
    of ``valid_to`` and ``ended_at``, once ``accepted_seq`` is not 0.
    """

    id: str
    version: int
    type: str
    proposer: str
    counterparty: str
    source: str
    target: str
    partner: str
    rate: Ratio
    price: Ratio
    currency: str
    fee_points: Ratio
    fee_money: Ratio
    expiry: str
    member_cap: int
    pair_cap: int
    zone: str
    valid_from: int
    valid_to: int = NEVER
    proposer_signature: str = ""
    counterparty_signature: str = ""
    proposed_seq: int = 0
    accepted_seq: int = 0
    ended_at: int = NEVER
    cite: str = field(init=False)  # ``ID.VERSION``; every transfer under the contract bears it
    until: int = field(init=False)  # the instant from which this version is no longer in force

    def __post_init__(self) -> None:
        """Work out once what every exchange asks for."""
        object.__setattr__(self, "cite", f"{self.id}.{self.version}")
        object.__setattr__(self, "until", min(self.valid_to, self.ended_at))

    @property
    def capped(self) -> bool:
        """Tell whether exchanges and redemptions under it count towards a daily cap."""
        return bool(self.member_cap or self.pair_cap)

    @property
    def keeps(self) -> Ratio:
        """Return what ``fee_points`` leaves of the target points, as a fraction."""
        if self.fee_points == ZERO:
            return Ratio(1, 1)
        return Ratio(self.fee_points.den - self.fee_points.num, self.fee_points.den)


@dataclass(frozen=True, slots=True)
class Consent:
    """A member lets ``partner`` REDEEM or EXCHANGE ``unit``, up to ``max`` (0: no limit)."""

    owner: str
    id: str
    partner: str
    unit: str
    action: str
    max: int
    used: int
    vouched: str
    evidence: str
    expires_at: int
    seq: int
    revoked_seq: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A rate held for a member for a minute, single use: ``source`` gives ``target``."""

    owner: str
    id: str
    partner: str
    contract: str
    source: int
    target: int
    expires_at: int
    seq: int
    used_seq: int


@dataclass(frozen=True, slots=True)
class Window:
    """A settlement window of one currency."""

    period: int
    currency: str
    state: str
    opened_seq: int
    closed_seq: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that a second subject must decide; ``maker`` and ``decider`` are authors.

    ``period`` is 0 where it is of no window. What else it is of stands in the last four:
    ``settlement`` an id, ``partner`` a code, ``amount`` in minor units, ``value`` a text.
    """

    id: str
    type: str
    period: int
    currency: str
    maker: str
    state: str
    decider: str
    reason: str
    seq: int
    decided_seq: int
    settlement: str = ""
    partner: str = ""
    amount: int = 0
    value: str = ""
