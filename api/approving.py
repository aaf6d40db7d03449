"""The bank accounts that an approval is of: brought to it, seen by the second person, paid by.

Whoever proposes brings the list of accounts as it stands; the approval is of those who pay or are
paid. Whoever decides, and whoever writes payment files, brings it again: what is not the same is
refused by the rules, and told here by its partners.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import StoreError
from domain.ledger.settling import DRAFT
from domain.store.queries import free_texts, reference, settlements
from settlement.payments.approved import (
    KEY_BYTES,
    commitment,
    differing,
    facts_of,
    now_told,
    read_facts,
)
from settlement.settlements.accounts import OF_ACCOUNTS, approval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.schema.core.reading import Connection
    from domain.ledger.records import Proposal
    from domain.store.queries.free_texts import FreeText
    from settlement.payments.accounts import BankAccount


class Brought(NamedTuple):
    """The accounts that an approval is to be of, as a text and its key; empty for none."""

    text: str = ""
    key: bytes = b""


class Approved(NamedTuple):
    """The accounts by which a settlement may be paid, and what the log has of them.

    ``commitment`` is empty where nobody approved any: then they are those of the list.
    """

    accounts: Mapping[str, BankAccount]
    commitment: str


def brought(connection: Connection, id_: str, accounts: Mapping[str, BankAccount]) -> Brought:
    """Return what a proposal to approve a settlement brings of the list of accounts.

    Nothing without a list, where nobody has to pay, or of accounts that are approved already.
    Raises InvalidValueError ``ACCOUNT_MISSING``.
    """
    tables = reference.load(connection)
    settlement = tables.settlements.get(id_)
    if settlement is None or not settlement.net or not accounts:
        return Brought()
    nets = settlements.details(connection, [id_]).nets
    text = facts_of(settlement.method, nets, accounts)
    if settlement.state != DRAFT:
        done = approval(tables.proposals.values(), id_)
        kept = kept_accounts(connection, done) if done else None
        if kept is not None and kept.text == text:
            return Brought()
    return Brought(text, secrets.token_bytes(KEY_BYTES))


def kept_accounts(connection: Connection, proposal: Proposal) -> FreeText | None:
    """Return the accounts that a proposal is of, as they were brought.

    None where it is of none, or where they are no longer those that the log binds.
    """
    if proposal.type not in OF_ACCOUNTS or not proposal.value:
        return None
    kept = free_texts.one(connection, proposal.seq)
    if kept is None or commitment(kept.key, kept.text) != proposal.value:
        return None
    return kept


def proposed(connection: Connection, proposal: Proposal) -> dict[str, BankAccount]:
    """Return the accounts that a proposal is of, by partner; none where it is of none."""
    kept = kept_accounts(connection, proposal)
    return read_facts(kept.text) if kept else {}


def as_seen(connection: Connection, proposal: Proposal, accounts: Mapping[str, BankAccount]) -> str:
    """Return what the log would have of a proposal's accounts, were they those of the list."""
    kept = kept_accounts(connection, proposal)
    return commitment(kept.key, now_told(kept.text, accounts)) if kept else ""


def unlike(
    connection: Connection, proposal: Proposal, accounts: Mapping[str, BankAccount]
) -> list[str]:
    """Return the partners whose account in the list is not the one that a proposal is of."""
    kept = kept_accounts(connection, proposal)
    return differing(kept.text, accounts) if kept else []


def approved(connection: Connection, id_: str, accounts: Mapping[str, BankAccount]) -> Approved:
    """Return those of the list by which a settlement may be paid, where they are the approved ones.

    Raises StoreError ``ACCOUNTS_CHANGED`` with the partners where they are not.
    """
    found = approval(reference.load(connection).proposals.values(), id_)
    if found is None or not found.value:
        return Approved(accounts, "")
    kept = kept_accounts(connection, found)
    others = differing(kept.text, accounts) if kept else []
    if kept is None or others:
        raise StoreError("ACCOUNTS_CHANGED", settlement=id_, partners=" ".join(others) or "?")
    return Approved(read_facts(kept.text), found.value)
