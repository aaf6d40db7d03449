"""Settlement windows and the proposals about them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import strawberry
from strawberry import ID

from api.schema.core.context import Info
from api.schema.core.enums import described
from api.schema.core.fields import computed
from api.schema.core.ids import global_id
from api.schema.core.node import Node
from api.schema.core.scalars import MinorUnits, Sequence
from api.schema.settlement.accounts import ProposedAccount, shown
from domain.ledger.disputes import UPHOLD
from domain.ledger.records import Proposal as ProposalRow

if TYPE_CHECKING:
    from domain.ledger.records import Window as WindowRow


@described(
    "Where a settlement window stands.",
    OPEN="Obligations fall in it.",
    CLOSED="Nothing falls in it any more; it is to be settled.",
    SETTLING="A settlement of it is under way.",
    SETTLED="Nothing in it is owed any more.",
)
class WindowStatus(StrEnum):
    """States of a window."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    SETTLING = "SETTLING"
    SETTLED = "SETTLED"


@described(
    "Where a proposal stands.",
    PENDING="It waits for a second subject.",
    APPROVED="It was approved and happened.",
    REJECTED="It was rejected.",
)
class ProposalStatus(StrEnum):
    """States of a proposal."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


@strawberry.type(description="The obligations of one currency between two closings.")
class SettlementWindow(Node):
    """A settlement window."""

    period: int = strawberry.field(description="Its number, from 1, in its currency.")
    currency: str = strawberry.field(description="Its currency, ISO 4217.")
    state: WindowStatus = strawberry.field(description="Where it stands.")
    opened_sequence: Sequence = strawberry.field(description="The entry that opened it.")
    closed_sequence: Sequence | None = strawberry.field(description="The entry that closed it.")


@strawberry.type(description="A step that a second subject must decide.")
class Proposal(Node):
    """A proposal."""

    type: str = strawberry.field(description="What is proposed, such as WINDOW_CLOSE.")
    period: int = strawberry.field(description="Number of the window; 0 where it is of none.")
    currency: str = strawberry.field(description="Currency of the window or settlement.")
    settlement: ID | None = strawberry.field(description="The settlement that it is of.")
    partner: str | None = strawberry.field(description="Code of the partner that it is of.")
    amount: MinorUnits | None = strawberry.field(description="An amount, in minor units.")
    value: str | None = strawberry.field(
        description="The value of a policy; of a bank line, STATEMENT.LINE.HOLDER; of the approval"
        " of a settlement, the HMAC of its bank accounts; of a key,"
        " PREFIX.HASH,SUBJECT,person or service,ROLE,SCOPE;..."
    )
    dispute: ID | None = strawberry.field(description="The dispute that it would uphold.")
    state: ProposalStatus = strawberry.field(description="Where it stands.")
    maker: str = strawberry.field(description="Who proposed it.")
    decider: str | None = strawberry.field(description="Who decided it.")
    reason: str = strawberry.field(description="The proposer's reason code.")
    row: strawberry.Private[ProposalRow]

    @computed("The bank accounts that an approval of a settlement is of; none where it is of none.")
    async def accounts(self, info: Info) -> list[ProposedAccount]:
        """Return them masked."""
        return await shown(info, self.row)


def window_id(row: WindowRow) -> ID:
    """Return a window's global id."""
    return global_id("SettlementWindow", row.currency, row.period)


def window_of(row: WindowRow) -> SettlementWindow:
    """Make a window of its row."""
    return SettlementWindow(
        id=window_id(row),
        period=row.period,
        currency=row.currency,
        state=WindowStatus(row.state),
        opened_sequence=Sequence(row.opened_seq),
        closed_sequence=Sequence(row.closed_seq) if row.closed_seq else None,
    )


def proposal_of(row: ProposalRow) -> Proposal:
    """Make a proposal of its row."""
    disputed = row.type == UPHOLD
    has_amount = disputed or (row.partner and not row.value)
    return Proposal(
        id=global_id("Proposal", row.id),
        type=row.type,
        period=row.period,
        currency=row.currency,
        settlement=global_id("Settlement", row.settlement) if row.settlement else None,
        partner=row.partner or None,
        amount=MinorUnits(row.amount) if has_amount else None,
        value=None if disputed else row.value or None,
        dispute=global_id("Dispute", row.value) if disputed else None,
        state=ProposalStatus(row.state),
        maker=row.maker,
        decider=row.decider or None,
        reason=row.reason,
        row=row,
    )
