"""A leg moves an amount of one unit from a debit to a credit account of one book.

It never changes: a correction is another leg. An *effect* is what one log entry does: legs, the
lots they open, the uses of older lots, changed expiries, obligations, and the entry's own
fields. Database rows and replay are functions of the effect alone, so a decision that returns
effects has said everything.
"""

from __future__ import annotations

from typing import NamedTuple

# Purposes of an account (LEDGER section 2).
WALLET = "WALLET"
ISSUED = "ISSUED"
REDEEMED = "REDEEMED"
EXCHANGED = "EXCHANGED"
EXPIRED = "EXPIRED"
ADJUSTED = "ADJUSTED"
CLEARING = "CLEARING"
DEBT = "DEBT"
ROUNDING = "ROUNDING"

# Phases of a leg.
POSTED = "posted"
PENDING = "pending"
RELEASED = "released"

# What an entry does with a lot.
TAKE = "take"
GIVE = "give"
PIN = "pin"
UNPIN = "unpin"

FREE = "FREE"
PAID = "PAID"

LOT_USES_MAX = 500  # uses in one transfer; with the target lots they still fit a 65,535-byte leaf
# So many like lots of one wallet housekeeping makes one: a fifth of what a transfer can use is left
# for lots of other kinds, and for those that come before the job does.
LIKE_LOTS_MAX = LOT_USES_MAX * 4 // 5


class Leg(NamedTuple):
    """``amount`` of ``unit`` from the ``debit`` to the ``credit`` purpose of ``book``."""

    book: str
    unit: str
    debit: str
    credit: str
    phase: str
    amount: int


class LotOpened(NamedTuple):
    """A lot that an entry opens; ``leg`` is the place in the legs that gives its book and unit.

    ``cost`` is the lot's total carrying value in minor units of ``currency``.
    """

    leg: int
    obligor: str
    issuer: str
    funding: str
    expires_at: int
    currency: str
    cost: int
    amount: int


class LotUse(NamedTuple):
    """``amount`` of the lot (``seq``, ``n``) of ``owner`` is taken, given, pinned or unpinned."""

    owner: str
    unit: str
    seq: int
    n: int
    action: str
    amount: int


class LotExpiry(NamedTuple):
    """The lot (``seq``, ``n``) in the book ``owner`` now expires at ``expires_at``."""

    owner: str
    unit: str
    seq: int
    n: int
    expires_at: int


class Obligation(NamedTuple):
    """``debtor`` owes ``creditor`` money because of a transfer, in settlement window ``period``.

    ``contract`` cites the version that priced it (``ID.VERSION`` or empty).
    """

    debtor: str
    creditor: str
    currency: str
    period: int
    amount: int
    contract: str
    kind: str


class Reserve(NamedTuple):
    """What a hold would cost ``debtor`` if captured whole; counted as exposure while it lasts."""

    debtor: str
    currency: str
    amount: int


class Account:
    """Four counters: those posted only grow, those pending fall when a hold ends.

    ``active_at`` is the time from which a WALLET's inactivity counts, where its unit's points end
    by inactivity; else 0.
    """

    __slots__ = (
        "active_at",
        "credits_pending",
        "credits_posted",
        "debits_pending",
        "debits_posted",
    )

    def __init__(
        self,
        debits_posted: int = 0,
        credits_posted: int = 0,
        debits_pending: int = 0,
        credits_pending: int = 0,
        active_at: int = 0,
    ) -> None:
        """Begin with the given counters, all zero for a new account."""
        self.debits_posted = debits_posted
        self.credits_posted = credits_posted
        self.debits_pending = debits_pending
        self.credits_pending = credits_pending
        self.active_at = active_at


class Lot:
    """Points that came in together. ``remaining`` includes ``pinned``, what open holds keep."""

    __slots__ = (
        "amount",
        "cost",
        "currency",
        "expires_at",
        "funding",
        "issuer",
        "n",
        "obligor",
        "owner",
        "pinned",
        "remaining",
        "seq",
        "unit",
    )

    def __init__(  # noqa: PLR0913, PLR0917 -- one argument a column; lots are built from rows by position
        self,
        owner: str,
        seq: int,
        n: int,
        unit: str,
        obligor: str,
        issuer: str,
        funding: str,
        expires_at: int,
        currency: str,
        cost: int,
        amount: int,
        remaining: int,
        pinned: int,
    ) -> None:
        """Take the columns of the lot's row, in their order."""
        self.owner = owner
        self.seq = seq
        self.n = n
        self.unit = unit
        self.obligor = obligor
        self.issuer = issuer
        self.funding = funding
        self.expires_at = expires_at
        self.currency = currency
        self.cost = cost
        self.amount = amount
        self.remaining = remaining
        self.pinned = pinned


def spending_order(lot: Lot) -> tuple[int, str, int, int]:
    """Sort key: earliest expiry, then FREE before PAID, then oldest (LEDGER section 3)."""
    return (lot.expires_at, lot.funding, lot.seq, lot.n)


class Hold:
    """A pending redeem: pins of lots in spending order, a deadline, a contract's price."""

    __slots__ = (
        "acceptor",
        "amount",
        "captured",
        "consent",
        "contract",
        "deadline",
        "ended_seq",
        "id",
        "owner",
        "pins",
        "reserve",
        "seq",
        "state",
        "unit",
    )

    def __init__(  # noqa: PLR0913, PLR0917 -- one argument a column
        self,
        owner: str,
        id: str,
        unit: str,
        amount: int,
        acceptor: str,
        contract: str,
        consent: str,
        deadline: int,
        reserve: tuple[Reserve, ...],
        state: str,
        captured: int,
        seq: int,
        ended_seq: int,
        pins: list[tuple[int, int, int]],
    ) -> None:
        """Take the hold's row and its pins: (lot seq, lot n, amount) in spending order."""
        self.owner = owner
        self.id = id
        self.unit = unit
        self.amount = amount
        self.acceptor = acceptor
        self.contract = contract
        self.consent = consent
        self.deadline = deadline
        self.reserve = reserve
        self.state = state
        self.captured = captured
        self.seq = seq
        self.ended_seq = ended_seq
        self.pins = pins


class Original(NamedTuple):
    """A transfer that a reversal names: its row, its legs, its takes in the order of consumption.

    ``lots`` are the ids (owner, unit, seq, n) of the lots that it opened, oldest first;
    ``reversed`` is the sum of the parts already reversed, in source minor units.
    """

    owner: str
    id: str
    seq: int
    kind: str
    actor: str
    contract: str
    hold: str
    acceptor: str
    legs: tuple[Leg, ...]
    takes: tuple[LotUse, ...]
    lots: tuple[tuple[str, str, int, int], ...]
    reversed: int


class Effect:
    """What one log entry does. ``fields`` are the entry's own fields that are not lists."""

    __slots__ = (
        "expiries",
        "fields",
        "id",
        "kind",
        "legs",
        "lots",
        "obligations",
        "reserve",
        "uses",
    )

    def __init__(  # noqa: PLR0913, PLR0917 -- the parts of an entry, most of them empty in most entries
        self,
        kind: str,
        id: str,
        fields: dict[str, str],
        legs: tuple[Leg, ...] = (),
        lots: tuple[LotOpened, ...] = (),
        uses: tuple[LotUse, ...] = (),
        expiries: tuple[LotExpiry, ...] = (),
        obligations: tuple[Obligation, ...] = (),
        reserve: tuple[Reserve, ...] = (),
    ) -> None:
        """Hold the parts as the decision made them."""
        self.kind = kind
        self.id = id
        self.fields = fields
        self.legs = legs
        self.lots = lots
        self.uses = uses
        self.expiries = expiries
        self.obligations = obligations
        self.reserve = reserve

    def wallet_of(self, opened: LotOpened) -> tuple[str, str]:
        """Return the book and unit of a lot that it opens: its leg's, or its source's."""
        if self.legs:
            leg = self.legs[opened.leg]
            return leg.book, leg.unit
        return self.uses[0].owner, self.uses[0].unit


class Decision(NamedTuple):
    """An accepted command: its entries in order; the last one is the command's own.

    ``payload`` is personal data that stays outside the log, bound to the last entry by ``pd``.
    """

    effects: tuple[Effect, ...]
    payload: dict[str, str] | None = None
