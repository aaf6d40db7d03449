"""A wallet: what a member has of each unit, and the lots behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from strawberry import ID

from api.schema.core.ids import global_id
from api.schema.core.scalars import DateTime, MinorUnits, time_or_none
from api.schema.points.parts import Funding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.ledger.model import Lot as LotRow
    from domain.store.queries.wallets import Balance as BalanceRow


@strawberry.type(description="Points that came in together, as far as they are left.")
class Lot:
    """A lot as it stands."""

    id: str = strawberry.field(description="`sequence.place`: its transfer's entry and the place.")
    remaining: MinorUnits = strawberry.field(description="What is left, pinned points included.")
    pinned: MinorUnits = strawberry.field(description="What holds keep of it.")
    expires_at: DateTime | None = strawberry.field(description="When it expires; null for never.")
    funding: Funding = strawberry.field(description="Free or paid.")
    issuer: str = strawberry.field(description="Code of the partner that issued it.")
    obligor: str = strawberry.field(description="Code of the partner that stands behind it.")


@strawberry.type(description="What a member has of one unit, in minor units.")
class Balance:
    """One unit of a wallet."""

    unit: str = strawberry.field(description="Code of the point unit.")
    posted: MinorUnits = strawberry.field(description="What stands in the wallet.")
    pending: MinorUnits = strawberry.field(description="What open holds keep of it.")
    available: MinorUnits = strawberry.field(description="What can be spent now.")
    debt: MinorUnits = strawberry.field(description="What later issues will repay.")
    lots: list[Lot] = strawberry.field(description="Lots with something left, as spent.")
    lapses_at: DateTime | None = strawberry.field(
        description="When all of it expires unless points are issued or redeemed before;"
        " null where the unit's points do not end by inactivity."
    )


@strawberry.type(description="A member's points.")
class Wallet:
    """All that the caller may see of a member's points."""

    member: ID = strawberry.field(description="Whose wallet it is.")
    balances: list[Balance] = strawberry.field(description="By the unit's code.")


def _lot(row: LotRow) -> Lot:
    return Lot(
        id=f"{row.seq}.{row.n}",
        remaining=MinorUnits(row.remaining),
        pinned=MinorUnits(row.pinned),
        expires_at=time_or_none(row.expires_at),
        funding=Funding(row.funding),
        issuer=row.issuer,
        obligor=row.obligor,
    )


def wallet_of(owner: str, rows: Iterable[BalanceRow]) -> Wallet:
    """Make a wallet of its balances."""
    return Wallet(
        member=global_id("Member", owner),
        balances=[
            Balance(
                unit=row.unit,
                posted=MinorUnits(row.posted),
                pending=MinorUnits(row.pending),
                available=MinorUnits(row.available),
                debt=MinorUnits(row.debt),
                lots=[_lot(lot) for lot in row.lots],
                lapses_at=time_or_none(row.lapses_at),
            )
            for row in rows
        ],
    )
