"""A dispute: what a partner says against one line of what is owed, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry

from api.schema.core.enums import described
from api.schema.core.ids import global_id
from api.schema.core.node import Node
from api.schema.core.scalars import MinorUnits, Sequence

if TYPE_CHECKING:
    from domain.store.queries.disputes import Told


@described(
    "Where a dispute stands.",
    OPEN="It waits for the operator.",
    UPHELD="The line was corrected by an obligation of the difference.",
    REJECTED="The line stays as it was.",
    WITHDRAWN="Whose dispute it was gave it up; the line stays as it was.",
)
class DisputeStatus(StrEnum):
    """States of a dispute."""

    OPEN = "OPEN"
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.type(description="What a partner says against one line, and what came of it.")
class Dispute(Node):
    """A dispute."""

    line_sequence: Sequence = strawberry.field(description="The entry of the disputed line.")
    line_n: int = strawberry.field(description="The line's place in its entry, from 0.")
    debtor: str = strawberry.field(description="Code of the partner that the line says owes.")
    creditor: str = strawberry.field(description="Code of the partner that the line says is owed.")
    currency: str = strawberry.field(description="The line's currency, ISO 4217.")
    window: int = strawberry.field(description="Number of the line's window.")
    line_amount: MinorUnits = strawberry.field(description="What the line says, in minor units.")
    stands: MinorUnits = strawberry.field(
        description="What it came to when it was disputed, earlier corrections counted."
    )
    corrected: MinorUnits = strawberry.field(
        description="What it comes to by the outcome; `stands` where nothing was corrected."
    )
    disputed_by: str = strawberry.field(description="Code of the partner whose dispute it is.")
    reason: str = strawberry.field(description="Why, as a code.")
    note: str | None = strawberry.field(description="Its free text, which the log binds.")
    state: DisputeStatus = strawberry.field(description="Where it stands.")
    outcome: str | None = strawberry.field(description="Why it ended so, as a code.")
    sequence: Sequence = strawberry.field(description="The entry that opened it.")
    closed_sequence: Sequence | None = strawberry.field(description="The entry that ended it.")


def dispute_of(told: Told) -> Dispute:
    """Make a dispute of its row."""
    row = told.dispute
    return Dispute(
        id=global_id("Dispute", row.id),
        line_sequence=Sequence(row.line_seq),
        line_n=row.line_n,
        debtor=row.debtor,
        creditor=row.creditor,
        currency=row.currency,
        window=row.period,
        line_amount=MinorUnits(row.amount),
        stands=MinorUnits(row.stands),
        corrected=MinorUnits(row.corrected),
        disputed_by=row.party,
        reason=row.reason,
        note=told.text or None,
        state=DisputeStatus(row.state),
        outcome=row.outcome or None,
        sequence=Sequence(row.seq),
        closed_sequence=Sequence(row.closed_seq) if row.closed_seq else None,
    )
