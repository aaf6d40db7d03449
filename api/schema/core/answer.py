"""What every mutation answers when it is accepted: the receipt, and whether it is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.schema.audit.evidence import receipt_of
from api.schema.audit.receipt import Receipt, fresh_receipt
from api.schema.core.record import record

if TYPE_CHECKING:
    from api.schema.core.context import Info
    from domain.ledger.commands import Command
    from domain.store.answers import Answer


@strawberry.interface(description="What an accepted change answers.")
class Recorded:
    """A proof, and whether the answer is a repeated one."""

    receipt: Receipt = strawberry.field(
        description="Proof that the change stands in the signed log."
    )
    replayed: bool = strawberry.field(
        description="Whether this key was answered before; the outcome is the first answer's."
    )


async def recorded(info: Info, command: Command) -> tuple[Answer, Receipt]:
    """Send a command to the writer; return the answer and its receipt.

    Nothing is read from the database unless the answer is an old one, whose proof is made anew.
    Raises RefusedError where the ledger refuses; FaultError where nothing was decided.
    """
    answer = await record(info, command)
    return answer, fresh_receipt(answer) or await receipt_of(info, answer.seq)
