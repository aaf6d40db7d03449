"""`dure settle create`: net the closed windows of a currency into a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from api.bootstrap import Network
    from domain.errors import DureError
    from settlement.commands import CreateSettlement

# What a draft that was made before may be refused with when it is asked for again.
TAKEN = ("NOTHING_TO_SETTLE", "WINDOW_STATE")


def run(
    *,
    currency: Annotated[str, typer.Option(help="Currency of the windows, ISO 4217.")],
    pay_by: Annotated[str, typer.Option(help="Instant by which to pay, RFC 3339 in UTC.")],
    method: Annotated[str, typer.Option(help="CLEARING or DIRECT.")] = "CLEARING",
    window: Annotated[
        list[int] | None,
        typer.Option(help="Number of a window, once for each, rising; else all closed ones."),
    ] = None,
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Net closed windows, oldest first; the draft is approved with `dure settle approve`.

    Asked for again, with the same time to pay, the draft that was made is shown.
    """
    from api.cli.settling import acting, opened
    from api.cli.words import heads, say
    from api.writing import written
    from domain.clock import parse_instant
    from domain.errors import DureError
    from domain.store.engine import reading
    from domain.store.queries import settlements
    from settlement.commands import CreateSettlement
    from settlement.currencies import grouped

    out, due = Output(as_json=json), parse_instant(pay_by)
    with opened(home, writes=True) as network:
        command = CreateSettlement(
            actor=acting(network, subject),
            id=network.ids.entity(),
            currency=currency,
            method=method,
            pay_by=due,
            windows=tuple(window or ()),
        )
        try:
            written(network, command)
            made = command.id
        except DureError as error:
            made = _draft(network, command) if error.code in TAKEN else ""
            if not made:
                _explain(network, error)
                raise
        with reading(network.engine) as connection:
            nets = settlements.details(connection, [made]).nets
    gross, owed = sum(net.debits for net in nets), sum(max(0, net.net) for net in nets)
    out.table(
        say("create.title", settlement=made, currency=currency),
        heads("partner", "owes", "is_owed", "net"),
        [
            [net.partner, *(grouped(one, currency) for one in (net.debits, net.credits, net.net))]
            for net in nets
        ],
    )
    told = {"gross": grouped(gross, currency), "net": grouped(owed, currency)}
    out.say(say("create.next", settlement=made, currency=currency, **told))
    out.result(
        {
            "settlement": made,
            "state": "DRAFT",
            "repeated": made != command.id,
            "gross": str(gross),
            "net": str(owed),
            "nets": {net.partner: str(net.net) for net in nets},
        }
    )
    return GOOD


def _explain(network: Network, error: DureError) -> None:
    """Add to a refusal why nothing is to be settled, where that is what it says."""
    from api.cli.settling import reference_of
    from domain.ledger.records import OPEN, SETTLED

    reference, currency = reference_of(network), error.facts.get("currency")
    past = [
        one for one in reference.windows.values() if one.currency == currency and one.state != OPEN
    ]
    if error.code != "NOTHING_TO_SETTLE" or not isinstance(currency, str):
        return
    last = max(past, key=lambda one: one.period, default=None)
    why = "NONE_CLOSED" if last is None else last.state
    if last is not None and last.state == SETTLED:
        settled = {
            period
            for one in reference.settlements.values()
            for period in one.windows
            if one.currency == currency
        }
        why = SETTLED if last.period in settled else "EMPTY"
    error.facts |= {"why": why, "period": last.period if last else 0}
    error.facts |= {"open": reference.open_periods[currency]}


def _draft(network: Network, wanted: CreateSettlement) -> str:
    """Return the draft that is what is wanted, "" where there is none."""
    from api.cli.settling import reference_of
    from domain.ledger.settling import DRAFT

    asked = (DRAFT, wanted.currency, wanted.method, wanted.pay_by)
    for one in reference_of(network).settlements.values():
        same = (one.state, one.currency, one.method, one.pay_by) == asked
        if same and wanted.windows in ((), one.windows):
            return one.id
    return ""
