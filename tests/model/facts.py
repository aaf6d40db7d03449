"""What the model remembers: brands, units, contracts, lots, holds, moves of points."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from tests.model.arithmetic import NEVER

OPERATOR = "OPERATOR"


@dataclass
class Brand:
    """A partner: what it may owe, and what it wants where given points are spent."""

    code: str
    limit: int
    policy: str
    reserved: int = 0
    prefund: int = 0
    issuer: bool = True
    acceptor: bool = True
    key: str = ""


@dataclass
class Points:
    """A point unit."""

    code: str
    owner: str
    scale: int
    nominal: Fraction
    expiry: str
    zone: str
    prepaid: bool
    grace: int = 0


@dataclass
class Deal:
    """A contract version in force from `begins` until `ends`; `other` is a unit or a partner."""

    cite: str
    type: str
    source: str
    other: str
    price: Fraction
    rate: Fraction = Fraction(0)
    fee_points: Fraction = Fraction(0)
    fee_money: Fraction = Fraction(0)
    expiry: str = ""
    member_cap: int = 0
    pair_cap: int = 0
    zone: str = "UTC"
    begins: int = 0
    ends: int = NEVER
    accepted: int = 0


@dataclass
class Lot:
    """Points that came in together; `pinned` is part of `remaining`."""

    id: tuple[int, int]
    owner: str
    unit: str
    obligor: str
    issuer: str
    funding: str
    expires: int
    cost: int
    amount: int
    remaining: int
    pinned: int = 0
    sources: list["Lot"] = field(default_factory=list)  # of a merged one

    @property
    def loose(self) -> int:
        """What no hold keeps."""
        return self.remaining - self.pinned

    def stands_for(self, lot: "Lot") -> bool:
        """Tell whether it is the lot, or what the lot was merged into."""
        return self is lot or any(source.stands_for(lot) for source in self.sources)

    def order(self) -> tuple[int, int, tuple[int, int]]:
        """Earliest expiry, FREE before PAID, oldest."""
        return (self.expires, 0 if self.funding == "FREE" else 1, self.id)


Part = tuple[Lot, int]


@dataclass
class Pending:
    """A hold: parts of lots in spending order."""

    id: str
    owner: str
    unit: str
    acceptor: str
    deal: Deal | None
    consent: str
    deadline: int
    pins: list[Part]
    reserve: dict[str, int]
    state: str = "PENDING"
    captured: int = 0

    @property
    def amount(self) -> int:
        """All that it pins."""
        return sum(amount for _, amount in self.pins)


@dataclass
class Move:
    """A transfer, as much of it as its reversal must know."""

    id: str
    kind: str
    actor: str
    owner: str
    unit: str
    amount: int
    takes: list[Part] = field(default_factory=list)
    opened: list[Lot] = field(default_factory=list)
    deal: Deal | None = None
    acceptor: str = ""
    repaid: int = 0
    reversed: int = 0
    owed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    seq: int = -1


@dataclass
class Permission:
    """A member's consent."""

    id: str
    partner: str
    unit: str
    action: str
    max: int
    expires: int
    used: int = 0
    revoked: bool = False


@dataclass
class Promise:
    """A quote."""

    id: str
    owner: str
    partner: str
    deal: Deal
    source: int
    target: int
    expires: int
    used: bool = False
