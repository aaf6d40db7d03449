"""Hold a rate for one member for a minute."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.leaf import read_leaf
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import MinorUnits
from api.schema.members.naming import owner_of
from api.schema.points.quote import Quote, quote_of_leaf
from domain.exchange.rules import QUOTE_CODES
from domain.ledger.commands import GiveQuote


@strawberry.input(description="An exchange to quote.")
class PointsQuoteInput:
    """Input of points_quote."""

    member_id: ID | None = strawberry.field(
        default=None, description="The member; or give memberReference."
    )
    member_reference: str | None = strawberry.field(
        default=None, description="The member by your own reference; or give memberId."
    )
    from_unit: str = strawberry.field(description="Code of the unit to give.")
    to_unit: str = strawberry.field(description="Code of the unit to get.")
    amount: MinorUnits = strawberry.field(description="How much to give, in minor units.")
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The rate is held.")
class PointsQuoteSuccess(Recorded):
    """Answer of points_quote."""

    quote: Quote = strawberry.field(description="The quote.")


async def points_quote(info: Info, input: PointsQuoteInput) -> object:  # noqa: A002 -- the argument's name
    """Give a quote."""
    command = GiveQuote(
        **envelope(info, input.idempotency_key),
        owner=await owner_of(info, input.member_id, input.member_reference),
        source=texts.code(input.from_unit, "fromUnit"),
        target=texts.code(input.to_unit, "toUnit"),
        amount=input.amount,
    )
    answer, receipt = await recorded(info, command)
    quote = quote_of_leaf(read_leaf(answer.leaf), command.source, command.target)
    return PointsQuoteSuccess(quote=quote, receipt=receipt, replayed=answer.replayed)


points_quote_field = mutation(
    points_quote,
    scope=Scope.POINTS_EXCHANGE,
    success=PointsQuoteSuccess,
    errors=QUOTE_CODES,
    commands=(GiveQuote,),
    description="Hold the rate of an exchange for one member for a minute.",
)
