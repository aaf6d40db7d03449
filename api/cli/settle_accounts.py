"""What the verbs of `dure settle` read and show of bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from api.cli.output import JsonValue, Output
    from domain.ledger.records import Proposal
    from settlement.payments.accounts import BankAccount


def list_of(network: Network, path: Path | None) -> dict[str, BankAccount]:
    """Return the list of bank accounts that is named, else the home's; none where it has none.

    Raises as ``read_accounts``.
    """
    from api.registers import read_accounts, read_home_accounts

    return read_home_accounts(network.home) if path is None else read_accounts(path)


def say_accounts(out: Output, proposal: Proposal, told: Mapping[str, BankAccount]) -> None:
    """Tell a person which accounts a proposal is of, their numbers masked; or that of none."""
    from api.cli.words import heads, say
    from settlement.payments.approved import masked

    if not told:
        out.say(say("accounts.none"))
        return
    out.table(
        say("accounts.title", proposal=proposal.id),
        heads("partner", "holder", "bank", "account"),
        [
            [partner, one.holder, _bank(one), masked(one.number)]
            for partner, one in sorted(told.items())
        ],
    )


def as_json(told: Mapping[str, BankAccount]) -> JsonValue:
    """Return accounts as a program reads them, masked, by partner."""
    from settlement.payments.approved import masked

    return {
        partner: {"holder": one.holder, "bank": one.bank, "number": masked(one.number)}
        for partner, one in sorted(told.items())
    }


def _bank(account: BankAccount) -> str:
    """Return a bank as people know it: a Korean one by code and name, another by its BIC."""
    from settlement.payments.korean_banks import KOREAN_BANKS

    if account.scheme != "KR":
        return account.bank
    return f"{account.bank} {KOREAN_BANKS[account.bank].english}"
