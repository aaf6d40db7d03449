"""The parts of a transfer as its leaf lists them: legs, lots, uses, obligations."""

from __future__ import annotations

from enum import StrEnum

import strawberry
from strawberry import ID

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.leaf import rows
from api.schema.core.scalars import LeafTime, LeafUnits


@described(
    "What a leg does to its two accounts.",
    posted="Added to what is posted, for ever.",
    pending="Added to what is pending, until a hold ends.",
    released="Taken from what is pending.",
)
class LegPhase(StrEnum):
    """Phases of a leg."""

    posted = "posted"
    pending = "pending"
    released = "released"


@described(
    "Who paid for points: it decides which are spent first and never improves.",
    FREE="Given as a reward.",
    PAID="Bought with money.",
)
class Funding(StrEnum):
    """Funding of a lot."""

    FREE = "FREE"
    PAID = "PAID"


@described(
    "What a transfer does with a lot.",
    take="Spends from it.",
    give="Gives back to it.",
    pin="Reserves from it.",
    unpin="Ends a reservation.",
)
class LotAction(StrEnum):
    """Actions on a lot."""

    take = "take"
    give = "give"
    pin = "pin"
    unpin = "unpin"


@strawberry.type(description="An amount moved between two accounts of one book.")
class Leg:
    """One leg: balanced by construction."""

    book: ID = strawberry.field(description="Owner of the book, a member.")
    unit: str = strawberry.field(description="Code of the point unit.")
    debit: str = strawberry.field(description="Purpose of the account debited.")
    credit: str = strawberry.field(description="Purpose of the account credited.")
    phase: LegPhase = strawberry.field(description="Posted, pending or released.")
    amount: LeafUnits = strawberry.field(description="How much, in minor units.")


@strawberry.type(description="Points that came in together.")
class LotOpened:
    """A lot as its transfer opened it."""

    id: str = strawberry.field(description="`sequence.place`: the transfer's entry and the place.")
    amount: LeafUnits = strawberry.field(description="How much came in, in minor units.")
    expires_at: LeafTime | None = strawberry.field(description="When it expires; null for never.")
    funding: Funding = strawberry.field(description="Free or paid.")
    obligor: str = strawberry.field(description="Code of the partner that stands behind it.")
    issuer: str = strawberry.field(description="Code of the partner that issued it.")
    cost: LeafUnits = strawberry.field(description="Carrying value, in minor units of money.")
    currency: str = strawberry.field(description="Currency of the cost.")


@strawberry.type(description="What a transfer did with one lot.")
class LotUse:
    """A use of a lot."""

    lot: str = strawberry.field(description="`sequence.place` of the lot.")
    action: LotAction = strawberry.field(description="Taken, given back, pinned or unpinned.")
    amount: LeafUnits = strawberry.field(description="How much, in minor units.")


@strawberry.type(description="What one partner owes another in money because of one transfer.")
class Obligation:
    """A debt in money."""

    debtor: str = strawberry.field(description="Code of the partner that owes.")
    creditor: str = strawberry.field(description="Code of the partner that is owed.")
    amount: LeafUnits = strawberry.field(description="How much, in minor units of money.")
    currency: str = strawberry.field(description="Currency, ISO 4217.")
    kind: str = strawberry.field(description="What for: EXCHANGE, REDEEM, FUNDING, FEE.")
    window: int = strawberry.field(description="Number of the settlement window it falls in.")
    contract: ID | None = strawberry.field(description="The contract version that priced it.")


def contract_id(cite: str) -> ID | None:
    """Return the global id of a contract version cited ``ID.VERSION``; none for the empty text."""
    return global_id("Contract", *cite.split(".")) if cite else None


def legs(text: str) -> list[Leg]:
    """Read a leaf's legs."""
    return [
        Leg(
            book=global_id("Member", book),
            unit=unit,
            debit=debit,
            credit=credit,
            phase=LegPhase(phase),
            amount=LeafUnits(amount),
        )
        for book, unit, debit, credit, phase, amount in rows(text)
    ]


def lots(text: str) -> list[LotOpened]:
    """Read a leaf's lots."""
    return [
        LotOpened(
            id=lot,
            amount=LeafUnits(amount),
            expires_at=LeafTime(expiry) if expiry else None,
            funding=Funding(funding),
            obligor=obligor,
            issuer=issuer,
            cost=LeafUnits(cost),
            currency=currency,
        )
        for lot, _, obligor, issuer, funding, expiry, currency, cost, amount in rows(text)
    ]


def uses(text: str) -> list[LotUse]:
    """Read a leaf's uses of lots."""
    return [
        LotUse(lot=lot, action=LotAction(action), amount=LeafUnits(amount))
        for lot, action, amount in rows(text)
    ]


def obligations(text: str) -> list[Obligation]:
    """Read a leaf's obligations."""
    return [
        Obligation(
            debtor=debtor,
            creditor=creditor,
            amount=LeafUnits(amount),
            currency=currency,
            kind=kind,
            window=int(window),
            contract=contract_id(contract),
        )
        for debtor, creditor, currency, window, amount, contract, kind in rows(text)
    ]
