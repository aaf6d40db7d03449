"""Offer terms to another partner."""

from __future__ import annotations

import strawberry

from api.auth.scopes import Scope
from api.schema.contracts.contract import Contract
from api.schema.contracts.reading import contract_version
from api.schema.contracts.terms import ContractTermsInput, terms_from
from api.schema.core import texts
from api.schema.core.answer import Recorded, recorded
from api.schema.core.context import Info
from api.schema.core.mutation import mutation
from api.schema.core.record import envelope
from domain.contracts.commands import ProposeContract
from domain.contracts.rules import PROPOSE_CODES


@strawberry.input(description="Terms to offer.")
class ContractProposeInput:
    """Input of contract_propose."""

    terms: ContractTermsInput = strawberry.field(description="The terms.")
    signature: str = strawberry.field(
        description="Your Ed25519 signature over the terms, 128 hex digits."
    )
    idempotency_key: str = strawberry.field(
        description="Yours, 1 to 255 printable ASCII: the same key and input is answered once."
    )


@strawberry.type(description="The terms are offered.")
class ContractProposeSuccess(Recorded):
    """Answer of contract_propose."""

    contract: Contract = strawberry.field(description="The contract version.")


async def contract_propose(info: Info, input: ContractProposeInput) -> object:  # noqa: A002 -- the argument's name
    """Propose a contract."""
    command = ProposeContract(
        **envelope(info, input.idempotency_key),
        terms=terms_from(info, input.terms),
        signature=texts.hexadecimal(input.signature, 128, "signature"),
    )
    answer, receipt = await recorded(info, command)
    return ContractProposeSuccess(
        contract=await contract_version(info, command.terms.contract, command.terms.version),
        receipt=receipt,
        replayed=answer.replayed,
    )


contract_propose_field = mutation(
    contract_propose,
    scope=Scope.CONTRACTS_WRITE,
    success=ContractProposeSuccess,
    errors=PROPOSE_CODES,
    commands=(ProposeContract,),
    description="Offer terms, signed, to another partner.",
)
