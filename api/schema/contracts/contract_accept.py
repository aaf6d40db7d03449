"""Accept a contract version."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.auth.scopes import Scope
from api.schema.contracts.contract import Contract
from api.schema.contracts.reading import contract_version, named_version
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from domain.contracts.commands import AcceptContract
from domain.contracts.rules import ACCEPT_CODES


@strawberry.input(description="A contract version to accept.")
class ContractAcceptInput:
    """Input of contract_accept."""

    contract_id: ID = strawberry.field(
        description="The version's global id; or the contract's 32 hex digits beside version."
    )
    version: int | None = strawberry.field(
        default=None, description="The version, where contractId does not say it."
    )
    signature: str = strawberry.field(
        description="Your Ed25519 signature over the terms, 128 hex digits."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The terms are agreed.")
class ContractAcceptSuccess(Recorded):
    """Answer of contract_accept."""

    contract: Contract = strawberry.field(description="The contract version.")


async def contract_accept(info: Info, input: ContractAcceptInput) -> object:  # noqa: A002 -- the argument's name
    """Accept a contract."""
    contract, version = named_version(input.contract_id, input.version)
    command = AcceptContract(
        **envelope(info, input.idempotency_key),
        contract=contract,
        version=version,
        signature=texts.hexadecimal(input.signature, 128, "signature"),
    )
    answer, receipt = await recorded(info, command)
    return ContractAcceptSuccess(
        contract=await contract_version(info, contract, version),
        receipt=receipt,
        replayed=answer.replayed,
    )


contract_accept_field = mutation(
    contract_accept,
    scope=Scope.CONTRACTS_WRITE,
    success=ContractAcceptSuccess,
    errors=ACCEPT_CODES,
    commands=(AcceptContract,),
    description="Accept terms by signing the same bytes.",
)
