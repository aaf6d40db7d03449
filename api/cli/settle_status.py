"""`dure settle status`: what is not over, what waits for whom, and whose exposure is high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import Home, Json
from api.cli.output import FOUND, GOOD, Output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.cli.output import JsonValue
    from domain.ledger.records import Window
    from domain.ledger.settling import Settlement


def run(*, home: Home = None, json: Json = False) -> int:
    """Show what is open, closed, settling and unpaid; status 1 where something asks for action."""
    from api.approving import proposed
    from api.cli import settle_pending
    from api.cli.settle_schedule import as_json, read_upcoming, say_schedules
    from api.cli.settling import opened, reference_of
    from api.cli.words import say
    from domain.ledger.records import SETTLED
    from domain.ledger.settling import OVER
    from domain.store.engine import reading
    from domain.store.queries import obligations
    from settlement.controls.policies import alerts
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=False) as network:
        reference, now = reference_of(network), network.clock.now()
        waiting = settle_pending.pending(reference.proposals.values())
        with reading(network.engine) as connection:
            exposure = obligations.exposures(connection)
            accounts = {one.id: proposed(connection, one) for one in waiting}
        scheduled = read_upcoming(network)
    windows = sorted(
        (one for one in reference.windows.values() if one.state != SETTLED),
        key=lambda one: (one.currency, one.period),
    )
    going_on = sorted(
        (one for one in reference.settlements.values() if one.state not in OVER),
        key=lambda one: one.seq,
    )
    high = alerts(reference.policies, exposure)
    overdue = [one.id for one in going_on if _unpaid(one) and one.pay_by <= now]
    _say_windows(out, windows)
    say_schedules(out, scheduled)
    _say_settlements(out, going_on)
    settle_pending.say_pending(out, waiting, accounts)
    for partner, currency, amount, threshold in high:
        owed, alert = grouped(amount, currency), grouped(threshold, currency)
        out.say(say("status.alert", partner=partner, owed=owed, currency=currency, alert=alert))
    for settlement in overdue:
        out.say(say("status.overdue", settlement=settlement))
    out.result(
        {
            "windows": [
                {"currency": one.currency, "period": one.period, "state": one.state}
                for one in windows
            ],
            "settlements": [_settlement_as_json(one) for one in going_on],
            "proposals": [settle_pending.as_json(one, accounts[one.id]) for one in waiting],
            "schedules": [as_json(one) for one in scheduled],
            "alerts": [
                {"partner": p, "currency": c, "exposure": str(e), "threshold": str(t)}
                for p, c, e, t in high
            ],
            "overdue": list(overdue),
        }
    )
    return FOUND if high or overdue else GOOD


def _say_windows(out: Output, windows: Sequence[Window]) -> None:
    from api.cli.words import code, heads, say

    out.table(
        say("status.windows"),
        heads("currency", "window", "state"),
        [[one.currency, one.period, code(one.state)] for one in windows],
    )


def _say_settlements(out: Output, going_on: Sequence[Settlement]) -> None:
    from api.cli.words import code, heads, say
    from domain.clock import format_instant
    from settlement.currencies import grouped

    out.table(
        say("status.settlements"),
        heads("settlement", "currency", "net", "state", "pay_by"),
        [
            [
                one.id,
                one.currency,
                grouped(one.net, one.currency),
                code(one.state),
                format_instant(one.pay_by),
            ]
            for one in going_on
        ],
    )


def _settlement_as_json(settlement: Settlement) -> dict[str, JsonValue]:
    from domain.clock import format_instant

    return {
        "settlement": settlement.id,
        "currency": settlement.currency,
        "windows": list(settlement.windows),
        "net": str(settlement.net),
        "state": settlement.state,
        "pay_by": format_instant(settlement.pay_by),
    }


def _unpaid(settlement: Settlement) -> bool:
    return settlement.state in ("SUBMITTED", "PARTIALLY_PAID")
