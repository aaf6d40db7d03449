"""Bank accounts at the door: those of the server's home, brought to what two people approve."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import strawberry

from api.approving import as_seen, brought, proposed
from api.registers import read_home_accounts
from api.schema.core import texts
from api.schema.core.errors import FaultError
from domain.errors import DureError, InvalidValueError, StoreError
from settlement.payments.approved import masked
from settlement.settlements.accounts import OF_ACCOUNTS, approval

if TYPE_CHECKING:
    from api.approving import Brought
    from api.schema.core.context import Info
    from domain.ledger.records import Proposal
    from settlement.payments.accounts import BankAccount


@strawberry.type(description="A bank account that an approval is of; its number is not shown.")
class ProposedAccount:
    """A masked account."""

    partner: str = strawberry.field(description="Code of the partner whose account it is.")
    holder: str = strawberry.field(description="The holder's name.")
    bank: str = strawberry.field(description='BIC, or a Korean bank\'s code; "" beside an IBAN.')
    number: str = strawberry.field(description="The number's last digits.")


async def bring(info: Info, settlement: str) -> Brought:
    """Return what a proposal to approve a settlement brings of the home's accounts."""
    accounts = await _accounts(info)
    try:
        return await info.context.services.reader.read(brought, settlement, accounts)
    except InvalidValueError as error:
        raise texts.invalid("", _why(error), "settlementId") from None


async def seen(info: Info, proposal: str) -> str:
    """Return what a proposal would have of accounts, were they the home's as they are now."""
    tables = await info.context.services.catalogue.current()
    return await _seen(info, tables.reference.proposals.get(proposal))


async def seen_of(info: Info, settlement: str) -> str:
    """Return the same of the approval of a settlement whose files were written."""
    tables = await info.context.services.catalogue.current()
    return await _seen(info, approval(tables.reference.proposals.values(), settlement))


async def _seen(info: Info, proposal: Proposal | None) -> str:
    if proposal is None or proposal.type not in OF_ACCOUNTS or not proposal.value:
        return ""
    return await info.context.services.reader.read(as_seen, proposal, await _accounts(info))


async def shown(info: Info, proposal: Proposal) -> list[ProposedAccount]:
    """Return the accounts that a proposal is of, masked, by partner."""
    if proposal.type not in OF_ACCOUNTS or not proposal.value:
        return []
    told = await info.context.services.reader.read(proposed, proposal)
    return [
        ProposedAccount(
            partner=partner, holder=one.holder, bank=one.bank, number=masked(one.number)
        )
        for partner, one in sorted(told.items())
    ]


async def _accounts(info: Info) -> dict[str, BankAccount]:
    try:
        return await asyncio.to_thread(read_home_accounts, info.context.services.home)
    except StoreError:
        raise FaultError("UNAVAILABLE") from None
    except InvalidValueError as error:
        raise texts.invalid("", _why(error)) from None


def _why(error: DureError) -> str:
    """Return what is wrong with the list: the code, and where."""
    return f"{error.code} ({str(error.facts.get('path', ''))[:64]})"
