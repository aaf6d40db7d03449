"""What every mutation that moves points answers: the transfer and its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.audit.receipt import Receipt
from api.schema.core.answer import Recorded, recorded
from api.schema.core.leaf import Leaf, read_leaf
from api.schema.points.transfer import Transfer, transfer_of

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from domain.ledger.commands import Command


@strawberry.interface(description="What a change that moved points answers.")
class Moved(Recorded):
    """A transfer and its proof."""

    transfer: Transfer = strawberry.field(description="The transfer as recorded.")


async def move(info: Info, command: Command) -> tuple[Transfer, Receipt, bool, Leaf]:
    """Send a command that moves points; return its transfer, receipt, whether replayed, its leaf.

    Fresh or replayed, the transfer is read from the leaf.
    """
    answer, receipt = await recorded(info, command)
    leaf = read_leaf(answer.leaf)
    return transfer_of(leaf, receipt), receipt, answer.replayed, leaf
