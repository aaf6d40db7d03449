"""What the network declared of its settlement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.core.scalars import Sequence

if TYPE_CHECKING:
    from api.schema.core.context import Info


@strawberry.type(description="What the network declared of its settlement.")
class Policy:
    """A policy."""

    name: str = strawberry.field(description="Its name, such as LOSS_SHARING.")
    partner: str | None = strawberry.field(description="Code of the partner that it is of.")
    currency: str | None = strawberry.field(description="The currency that it is of.")
    value: str = strawberry.field(description="Its value.")
    sequence: Sequence = strawberry.field(description="The entry that declared it.")


async def all_policies(info: Info) -> list[Policy]:
    """Return every policy in force, by name, partner and currency; a partner's own among them."""
    tables = await info.context.services.catalogue.current()
    caller = info.context.caller
    return [
        Policy(
            name=row.name,
            partner=row.partner or None,
            currency=row.currency or None,
            value=row.value,
            sequence=Sequence(row.seq),
        )
        for _, row in sorted(tables.reference.policies.items())
        if caller.sees_all or row.partner in ("", caller.partner)
    ]
