"""Contracts as they stand, for whoever is party to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.schema.contracts.contract import Contract, contract_of
from api.schema.core import texts
from api.schema.core.connection import made, page_of
from api.schema.core.errors import FaultError
from api.schema.core.ids import global_id, key_of
from domain.contracts.rules import VERSION_MAX
from domain.ids import is_id

if TYPE_CHECKING:
    from api.auth.principal import Principal
    from api.schema.core.connection import Connection
    from api.schema.core.context import Info
    from domain.ledger.records import Contract as Row

VERSION_DIGITS = len(str(VERSION_MAX))


def named_version(contract: str, version: int | None) -> tuple[str, int]:
    """Return the 32 hex digits and the version that an input names.

    Raises RefusedError ``VALUE_INVALID``.
    """
    if version is not None and not 1 <= version <= VERSION_MAX:
        raise texts.invalid(str(version), f"1 to {VERSION_MAX}", "version")
    found = read_version_id(contract)
    if found is not None and version in (None, found[1]):
        return found
    if not is_id(contract) or version is None:
        raise texts.invalid(contract, "a contract version's id, or 32 hex digits and a version",
                            "contractId")  # fmt: skip
    return contract, version


def read_version_id(text: str) -> tuple[str, int] | None:
    """Read the global id of a contract version; None for any other text."""
    key = key_of(text, "Contract", 2)
    if key is None or not is_id(key[0]):
        return None
    digits = key[1]
    if not digits.isascii() or not digits.isdigit() or len(digits) > VERSION_DIGITS:
        return None
    return key[0], int(digits)


def may_see(caller: Principal, row: Row) -> bool:
    """Tell whether the caller is party to a contract, or sees all."""
    return caller.sees_all or caller.partner in (row.proposer, row.counterparty)


async def contracts_page(info: Info, first: int, after: str | None) -> Connection[Contract]:
    """Return a page of the versions that the caller may see, by contract and version."""
    services, caller = info.context.services, info.context.caller
    tables = await services.catalogue.current()
    rows = [row for _, row in sorted(tables.reference.contracts.items()) if may_see(caller, row)]
    page = page_of(rows, lambda row: global_id("Contract", row.id, row.version), first, after)
    return made(page, [contract_of(edge.node, services.origin) for edge in page.edges])


async def find_contract(info: Info, contract: str, version: int) -> Contract | None:
    """Return a contract version; None where there is none, or none that the caller may see."""
    tables = await info.context.services.catalogue.current()
    row = tables.reference.contracts.get((contract, version))
    if row is None or not may_see(info.context.caller, row):
        return None
    return contract_of(row, info.context.services.origin)


async def contract_version(info: Info, contract: str, version: int) -> Contract:
    """Return a contract version that was just written."""
    found = await find_contract(info, contract, version)
    if found is None:
        raise FaultError("INTERNAL")
    return found
