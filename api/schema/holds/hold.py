"""A hold: a pending redemption that pins lots until it is captured, voided or timed out."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry
from strawberry import ID

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.leaf import Leaf, rows
from api.schema.core.node import Node
from api.schema.core.scalars import DateTime, LeafUnits
from api.schema.points.parts import contract_id
from api.schema.points.points import Points
from domain.clock import parse_instant
from domain.ledger.model import PENDING, POSTED, RELEASED

if TYPE_CHECKING:
    from domain.store.queries.holds import Hold as Row


@described(
    "Where a hold stands.",
    PENDING="It pins points.",
    CAPTURED="Its points were redeemed, all or part; the rest was released.",
    VOIDED="It was released whole.",
    EXPIRED="Its deadline passed.",
)
class HoldStatus(StrEnum):
    """States of a hold."""

    PENDING = "PENDING"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"


_STATE_AFTER: dict[str, HoldStatus] = {
    "hold.placed": HoldStatus.PENDING,
    "hold.captured": HoldStatus.CAPTURED,
    "hold.voided": HoldStatus.VOIDED,
    "hold.expired": HoldStatus.EXPIRED,
}


@strawberry.type(description="Points reserved for one partner until a deadline.")
class Hold(Node):
    """A hold."""

    member: ID = strawberry.field(description="Whose points are reserved.")
    points: Points = strawberry.field(description="How much was reserved.")
    captured: LeafUnits = strawberry.field(description="How much was redeemed, in minor units.")
    acceptor: str = strawberry.field(description="Code of the partner it is reserved for.")
    contract: ID | None = strawberry.field(description="The contract version that prices it.")
    deadline: DateTime = strawberry.field(description="When it ends by itself.")
    state: HoldStatus = strawberry.field(description="Where it stands.")


def hold_of_leaf(leaf: Leaf) -> Hold:
    """Make a hold as the entry that placed or ended it leaves it."""
    sums = {PENDING: 0, POSTED: 0, RELEASED: 0}
    book = unit = ""
    for book, unit, _, _, phase, amount in rows(leaf["legs"]):  # noqa: B007 -- all legs share both
        sums[phase] += int(amount)
    return Hold(
        id=global_id("Hold", book, leaf["hold"]),
        member=global_id("Member", book),
        points=Points(amount=LeafUnits(str(sums[PENDING] + sums[RELEASED])), unit=unit),
        captured=LeafUnits(str(sums[POSTED])),
        acceptor=leaf["acceptor"],
        contract=contract_id(leaf["contract"]),
        deadline=DateTime(parse_instant(leaf["deadline"])),
        state=_STATE_AFTER[leaf["kind"]],
    )


def hold_of_row(row: Row, now: int) -> Hold:
    """Make a hold of its row; one past its deadline has ended, whatever its row says yet."""
    overdue = row.state == HoldStatus.PENDING.value and row.deadline <= now
    return Hold(
        id=global_id("Hold", row.owner, row.id),
        member=global_id("Member", row.owner),
        points=Points(amount=LeafUnits(str(row.amount)), unit=row.unit),
        captured=LeafUnits(str(row.captured)),
        acceptor=row.acceptor,
        contract=contract_id(row.contract),
        deadline=DateTime(row.deadline),
        state=HoldStatus.EXPIRED if overdue else HoldStatus(row.state),
    )
