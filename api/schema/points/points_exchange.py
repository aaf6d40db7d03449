"""Turn points of one brand into points of another."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.members.naming import owner_of
from api.schema.points.answer import Moved, move
from domain.exchange.rules import EXCHANGE_CODES
from domain.ledger.commands import ExchangePoints


@strawberry.input(description="Points to turn into points of another unit.")
class PointsExchangeInput:
    """Input of points_exchange."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    from_unit: str = strawberry.field(description="Code of the unit to give.")
    to_unit: str = strawberry.field(description="Code of the unit to get.")
    amount: MinorUnits = strawberry.field(
        description="How much to give at most, in minor units; what gives nothing more stays."
    )
    quote_id: ID | None = strawberry.field(
        default=None, description="A quote to use: its rate holds, and it is used once."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="Points were exchanged.")
class PointsExchangeSuccess(Moved):
    """Answer of points_exchange."""


async def points_exchange(info: Info, input: PointsExchangeInput) -> object:  # noqa: A002 -- the argument's name
    """Exchange points."""
    command = ExchangePoints(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        source=texts.code(input.from_unit, "fromUnit"),
        target=texts.code(input.to_unit, "toUnit"),
        amount=input.amount,
        quote="" if input.quote_id is None else texts.owned(input.quote_id, "Quote", "quoteId")[1],
    )
    transfer, receipt, replayed, _ = await move(info, command)
    return PointsExchangeSuccess(transfer=transfer, receipt=receipt, replayed=replayed)


points_exchange_field = mutation(
    points_exchange,
    scope=Scope.POINTS_EXCHANGE,
    success=PointsExchangeSuccess,
    errors=EXCHANGE_CODES,
    commands=(ExchangePoints,),
    description="Turn points of one unit into another at the rate of the contract or quote.",
)
