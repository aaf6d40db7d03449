"""End a contract version."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.contracts.contract import Contract
from api.schema.contracts.reading import contract_version, named_version
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from api.schema.core.scalars import DateTime
from domain.contracts.commands import EndContract
from domain.contracts.rules import END_CODES


@strawberry.input(description="A contract version to end.")
class ContractEndInput:
    """Input of contract_end."""

    contract_id: ID = strawberry.field(
        description="The version's global id; or the contract's 32 hex digits beside version."
    )
    version: int | None = strawberry.field(
        default=None, description="The version, where contractId does not say it."
    )
    ends_at: DateTime | None = strawberry.field(
        default=None, description="When it ends; absent: now."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The contract ends.")
class ContractEndSuccess(Recorded):
    """Answer of contract_end."""

    contract: Contract = strawberry.field(description="The contract version.")


async def contract_end(info: Info, input: ContractEndInput) -> object:  # noqa: A002 -- the argument's name
    """End a contract."""
    contract, version = named_version(input.contract_id, input.version)
    command = EndContract(
        **envelope(info, input.idempotency_key),
        contract=contract,
        version=version,
        ends_at=input.ends_at or 0,
    )
    answer, receipt = await recorded(info, command)
    return ContractEndSuccess(
        contract=await contract_version(info, contract, version),
        receipt=receipt,
        replayed=answer.replayed,
    )


contract_end_field = mutation(
    contract_end,
    scope=Scope.CONTRACTS_WRITE,
    success=ContractEndSuccess,
    errors=END_CODES,
    commands=(EndContract,),
    description="End a contract version, or withdraw an offer; quotes and holds outlive it.",
)
