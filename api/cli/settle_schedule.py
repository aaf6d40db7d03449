"""`dure settle schedule`: when the windows of a currency close by themselves, by two people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import As, Home, Json, Reason
from api.cli.output import GOOD, Output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.bootstrap import Network
    from api.cli.output import JsonValue
    from api.scheduling import Upcoming


def run(
    *,
    currency: Annotated[str, typer.Option(help="Currency of the windows, ISO 4217.")],
    value: Annotated[
        str,
        typer.Argument(
            help="Such as 'MONTHLY LAST 18:00 Asia/Seoul KR FOLLOWING'; or NONE, to end it."
        ),
    ],
    reason: Reason = "AGREED",
    home: Home = None,
    subject: As = None,
    json: Json = False,
) -> int:
    """Propose when windows close by themselves; another subject approves by the same command.

    How often: DAILY, WEEKLY and a weekday, MONTHLY and a day (1 to 31, or LAST). Then the time, the
    IANA time zone, whose holidays count (a country by ISO 3166, a market by ISO 10383, or NONE),
    and what becomes of a closing on no business day: FOLLOWING, PRECEDING, MODIFIED_FOLLOWING or
    NONE. `dure serve` closes then; without a server, `dure settle close --due` does.
    """
    from api.cli.settling import acting, by_four_eyes, opened, tell, wanted
    from api.cli.words import say
    from settlement.commands import ProposePolicy
    from settlement.controls.policies import PREFIX
    from settlement.windows.schedule import NONE, WINDOW_SCHEDULE, read_schedule

    out = Output(as_json=json)
    if value != NONE:
        read_schedule(value)
    with opened(home, writes=True) as network:
        actor = acting(network, subject)
        command = ProposePolicy(
            actor=actor, id=network.ids.entity(), name=WINDOW_SCHEDULE, currency=currency,
            value=value, reason=reason,
        )  # fmt: skip
        type_ = PREFIX + WINDOW_SCHEDULE
        asked = wanted(command, type_, reason, currency=currency, value=value)
        proposal = by_four_eyes(network, actor, asked, command)
        found = next((one for one in read_upcoming(network) if one.currency == currency), None)
    closings: list[JsonValue] = [*next_closings(found)] if found else []
    what = say("four.schedule", currency=currency, value=value)
    tell(out, proposal, what, currency=currency, value=value, next=closings)
    return GOOD


def read_upcoming(network: Network) -> list[Upcoming]:
    """Return each currency's schedule and its closings to come."""
    from api.scheduling import upcoming
    from domain.store.engine import reading

    with reading(network.engine) as connection:
        return upcoming(connection, network.clock.now())


def next_closings(found: Upcoming) -> list[str]:
    """Return the instants of a schedule's closings to come."""
    from domain.clock import format_instant

    return [format_instant(due.at) for due in found.dues]


def say_schedules(out: Output, found: Sequence[Upcoming]) -> None:
    """Tell a person what closes when."""
    from api.cli.words import say

    for one in found:
        key = "schedule.late" if one.late else "schedule.next"
        at, schedule = next_closings(one)[0], str(one.schedule)
        out.say(say(key, period=one.period, currency=one.currency, at=at, schedule=schedule))


def as_json(found: Upcoming) -> JsonValue:
    """Return a schedule as a program reads it."""
    return {
        "currency": found.currency,
        "period": found.period,
        "schedule": str(found.schedule),
        "next": [*next_closings(found)],
        "late": found.late,
    }
