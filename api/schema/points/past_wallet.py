"""A wallet as it stood: what a dispute, a statement or an auditor asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry
from strawberry import ID

from api.schema.core.connection import bad_argument
from api.schema.core.ids import global_id
from api.schema.core.scalars import DateTime, MinorUnits, Sequence
from api.schema.members.reading import visible_owner
from api.schema.points.reading import known_unit
from domain.store.queries import log
from domain.store.queries.past_wallets import PastSums

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from api.schema.core.reading import Connection


@strawberry.type(description="What a member had of one unit, in minor units.")
class PastBalance:
    """One unit of a past wallet."""

    unit: str = strawberry.field(description="Code of the point unit.")
    posted: MinorUnits = strawberry.field(description="What stood in the wallet.")
    pending: MinorUnits = strawberry.field(description="What open holds kept of it.")
    debt: MinorUnits = strawberry.field(description="What later issues were to repay.")


@strawberry.type(description="A member's points as they stood after an entry of the log.")
class PastWallet:
    """All that the caller may see of a past wallet."""

    member: ID = strawberry.field(description="Whose wallet it was.")
    sequence: Sequence | None = strawberry.field(
        description="The last entry of the log by then; null where it had not begun."
    )
    balances: list[PastBalance] = strawberry.field(description="By the unit's code.")


async def past_wallet(
    info: Info,
    member_id: str | None,
    reference: str | None,
    unit: str | None,
    at: tuple[Sequence | None, DateTime | None],
) -> PastWallet | None:
    """Return a member's wallet as of an entry or an instant; a partner sees its own units in it.

    Raises GraphQLError ``BAD_REQUEST`` unless exactly one of the two is given, and for a unit that
    the network does not have.
    """
    sequence, instant = at
    if (sequence is None) == (instant is None):
        raise bad_argument(
            "give either sequence or recordedAt", "sequence와 recordedAt 중 하나만 주십시오"
        )
    await known_unit(info, unit)
    owner = await visible_owner(info, member_id, reference)
    if owner is None:
        return None
    services, caller = info.context.services, info.context.caller
    last = await services.reader.read(_last, sequence, instant)
    past = PastSums(owner, last, unit)
    while await services.reader.read(past.take):
        pass  # the thread goes to others between two reads
    rows = past.balances()
    if not caller.sees_all:
        own = (await services.catalogue.current()).units_of(caller.partner)
        rows = [row for row in rows if row.unit in own]
    return PastWallet(
        member=global_id("Member", owner),
        sequence=None if last < 0 else Sequence(last),
        balances=[
            PastBalance(
                unit=row.unit,
                posted=MinorUnits(row.posted),
                pending=MinorUnits(row.pending),
                debt=MinorUnits(row.debt),
            )
            for row in rows
        ],
    )


def _last(connection: Connection, sequence: int | None, instant: int | None) -> int:
    """Return the last entry of the log by then; -1 where there was none."""
    if instant is not None:
        return log.last_by(connection, instant)
    found = log.network(connection)
    assert found is not None  # a served network has a head
    assert sequence is not None  # one of the two was given
    return min(sequence, found.head.size - 1)
