"""`dure settle payments`: the files by which banks are told to pay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import Accounts, As, Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from api.payments import Orders


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
    from api.registers import ACCOUNTS, read_accounts

    voice = Output(as_json=json)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        found = read_accounts(accounts or network.home / ACCOUNTS)
        orders = order_payments(network, actor, settlement, found, execute_on)
    write_set(out, {file.name: file.content for file in orders.files})
    _tell(voice, settlement, out, orders)
    return GOOD


def _tell(voice: Output, settlement: str, out: Path, orders: Orders) -> None:
    from api.cli.words import code, heads, say
    from settlement.currencies import grouped

    voice.table(
        say("payments.title", settlement=settlement),
        heads("debtor", "leg", "payments", "amount", "currency", "file"),
        [
            (
                file.debtor,
                code(file.leg),
                len(file.payments),
                grouped(sum(one.amount for one in file.payments), file.payments[0].currency),
                file.payments[0].currency,
                file.name,
            )
            for file in orders.files
        ],
    )
    if not orders.approved:
        voice.say(say("payments.not_approved", settlement=settlement))
    if orders.waiting is not None:
        currency = orders.waiting.currency
        available = grouped(orders.waiting.available, currency)
        required = grouped(orders.waiting.required, currency)
        voice.say(
            say("payments.waiting", available=available, required=required, currency=currency)
        )
    voice.result(
        {
            "settlement": settlement,
            "submitted": orders.submitted,
            "released": orders.released,
            "accountsApproved": orders.approved,
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
