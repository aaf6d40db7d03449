"""`dure settle payments`: the files by which banks are told to pay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output
from domain.errors import StoreError

if TYPE_CHECKING:
    from api.payments import Orders
    from settlement.payments.accounts import BankAccount

ACCOUNTS = "bank-accounts.json"  # in the home, where no other file is named

Accounts: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="JSON: each partner's bank account; else bank-accounts.json of the home."),
]


def run(
    *,
    settlement: Annotated[str, typer.Argument(help="The settlement's id.")],
    out: Annotated[Path, typer.Option(help="Folder for the files; made where there is none.")],
    accounts: Accounts = None,
    execute_on: Annotated[
        str, typer.Option(help="Day on which banks are to pay, YYYY-MM-DD; else the last one.")
    ] = "",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Write the payment files that may be sent now: pay-ins first, pay-outs once they are covered.

    Run again, it writes the very same files, and the pay-outs when enough has come in.
    """
    from api.cli.settling import acting, opened
    from api.files import write_set
    from api.payments import order_payments

    voice = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = read_accounts(accounts or network.home / ACCOUNTS)
        orders = order_payments(network, actor, settlement, found, execute_on)
    write_set(out, {file.name: file.content for file in orders.files})
    _tell(voice, settlement, out, orders)
    return GOOD


def read_accounts(path: Path) -> dict[str, BankAccount]:
    """Read the list of bank accounts; raises StoreError ``FILE_NOT_READABLE`` or as its reader."""
    from settlement.payments.register import REGISTER_BYTES_MAX, read_register

    try:
        with path.open("rb") as opened:
            data = opened.read(REGISTER_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no file's name"
        raise StoreError("FILE_NOT_READABLE", path=str(path), reason=reason) from None
    return read_register(data)


def _tell(voice: Output, settlement: str, out: Path, orders: Orders) -> None:
    from settlement.currencies import grouped

    voice.table(
        f"Payment files of settlement {settlement}",
        ("debtor", "leg", "payments", "amount", "currency", "file"),
        [
            (
                file.debtor,
                file.leg,
                len(file.payments),
                grouped(sum(one.amount for one in file.payments), file.payments[0].currency),
                file.payments[0].currency,
                file.name,
            )
            for file in orders.files
        ],
    )
    if orders.waiting is not None:
        currency = orders.waiting.currency
        voice.say(
            f"The operator's pay-outs wait: {grouped(orders.waiting.available, currency)} of "
            f"{grouped(orders.waiting.required, currency)} {currency} came in. "
            "Import the bank's statement, then run again."
        )
    voice.result(
        {
            "settlement": settlement,
            "submitted": orders.submitted,
            "released": orders.released,
            "waiting": None
            if orders.waiting is None
            else {
                "available": str(orders.waiting.available),
                "required": str(orders.waiting.required),
            },
            "files": [
                {
                    "file": str(out / file.name),
                    "debtor": file.debtor,
                    "leg": file.leg,
                    "messageId": file.message_id,
                    "sha256": file.sha256,
                    "payments": len(file.payments),
                }
                for file in orders.files
            ],
        }
    )
