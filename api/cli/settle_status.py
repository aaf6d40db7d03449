"""`dure settle status`: windows and settlements that are not over, and whose exposure is high."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.cli.options import Home, Json
from api.cli.output import FOUND, GOOD, Output

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.ledger.settling import Settlement


def run(*, home: Home = None, json: Json = False) -> int:
    """Show what is open, closed, settling and unpaid; status 1 where something asks for action."""
    from api.cli.settle_schedule import as_json, read_upcoming, say_schedules
    from api.cli.settling import opened, reference_of
    from domain.clock import format_instant
    from domain.ledger.records import SETTLED
    from domain.ledger.settling import OVER
    from domain.store.engine import reading
    from domain.store.queries import obligations
    from settlement.controls.policies import alerts
    from settlement.currencies import grouped

    out = Output(as_json=json)
    with opened(home, writes=False) as network:
        reference, now = reference_of(network), network.clock.now()
        with reading(network.engine) as connection:
            exposure = obligations.exposures(connection)
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
    out.table(
        "Windows",
        ["currency", "window", "state"],
        [[one.currency, one.period, one.state] for one in windows],
    )
    say_schedules(out, scheduled)
    out.table(
        "Settlements",
        ["settlement", "currency", "net", "state", "pay by"],
        [
            [
                one.id,
                one.currency,
                grouped(one.net, one.currency),
                one.state,
                format_instant(one.pay_by),
            ]
            for one in going_on
        ],
    )
    for partner, currency, amount, threshold in high:
        owed, alert = grouped(amount, currency), grouped(threshold, currency)
        out.say(f"{partner} owes {owed} {currency}, above the alert of {alert}.")
    for settlement in overdue:
        out.say(f"{settlement} is unpaid past its time: dure settle default {settlement}")
    out.result(
        {
            "windows": [
                {"currency": one.currency, "period": one.period, "state": one.state}
                for one in windows
            ],
            "settlements": [_settlement_as_json(one) for one in going_on],
            "schedules": [as_json(one) for one in scheduled],
            "alerts": [
                {"partner": p, "currency": c, "exposure": str(e), "threshold": str(t)}
                for p, c, e, t in high
            ],
            "overdue": list(overdue),
        }
    )
    return FOUND if high or overdue else GOOD


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
