"""When the windows of a currency close, by a schedule that two people agreed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import strawberry

from api.scheduling import upcoming
from api.schema.core.connection import bad_argument
from api.schema.core.scalars import DateTime, Sequence
from settlement.windows.schedule_words import sentence

if TYPE_CHECKING:
    from api.schema.core.context import Info


@strawberry.type(description="A closing that a schedule is to make.")
class ScheduledClosing:
    """An instant at which a window is due."""

    at: DateTime = strawberry.field(description="The instant; one that has passed is late.")
    local: str = strawberry.field(description="Day and time in the schedule's zone.")
    day: str = strawberry.field(description="The period's day, before it was rolled.")


@strawberry.type(description="The schedule by which windows of a currency close.")
class WindowSchedule:
    """A schedule in force."""

    currency: str = strawberry.field(description="The currency, ISO 4217.")
    period: int = strawberry.field(description="Number of the open window, which closes next.")
    value: str = strawberry.field(description="The policy WINDOW_SCHEDULE as it was declared.")
    description: str = strawberry.field(description="What it says, in your language.")
    zone: str = strawberry.field(description="Its time zone.")
    sequence: Sequence = strawberry.field(description="The entry that declared it.")
    next_closings: list[ScheduledClosing] = strawberry.field(
        description="The next three closings, by the calendars that this server knows today."
    )


async def schedule_of(info: Info, currency: str) -> WindowSchedule | None:
    """Return a currency's schedule, None where none is in force.

    Raises GraphQLError ``BAD_REQUEST`` for a currency in which nobody settles.
    """
    services = info.context.services
    if currency not in (await services.catalogue.current()).reference.open_periods:
        raise bad_argument(
            "currency: nobody settles in it here", "currency: 이 통화로 정산하는 곳이 없습니다"
        )
    found = await services.reader.read(upcoming, services.clock.now())
    for one in found:
        if one.currency == currency:
            return WindowSchedule(
                currency=one.currency,
                period=one.period,
                value=str(one.schedule),
                description=sentence(one.schedule, info.context.locale),
                zone=one.schedule.zone,
                sequence=Sequence(one.seq),
                next_closings=[
                    ScheduledClosing(at=DateTime(due.at), local=due.local, day=due.day)
                    for due in one.dues
                ],
            )
    return None
