"""Schedules as they stand: what closes when, what is due now, and the job that closes it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from domain.errors import InvalidValueError
from domain.store.queries.schedules import Scheduled, scheduled
from settlement.windows.schedule import (
    NONE,
    WINDOW_SCHEDULE,
    Due,
    Schedule,
    due_by,
    next_due,
    next_dues,
    read_schedule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.schema.core.reading import Connection

UPCOMING = 3  # so many closings to come are shown

_log = logging.getLogger("dure.schedule")


class Upcoming(NamedTuple):
    """A currency's schedule and its closings to come; the first is late where it has passed."""

    currency: str
    period: int
    schedule: Schedule
    seq: int
    dues: list[Due]
    late: bool


def in_force(connection: Connection) -> list[Scheduled]:
    """Return the schedules that were not withdrawn, by currency."""
    return [one for one in scheduled(connection, WINDOW_SCHEDULE) if one.value != NONE]


def upcoming(connection: Connection, now: int) -> list[Upcoming]:
    """Return each currency's schedule and its next ``UPCOMING`` closings.

    One that this machine cannot read closes nothing here; it is told in the server's own log.
    """
    found: list[Upcoming] = []
    for one in in_force(connection):
        schedule = _readable(one)
        if schedule is None:
            continue
        late = due_by(schedule, one.since, now)
        dues = [late.due] if late else []
        dues += next_dues(schedule, max(one.since, now), UPCOMING - len(dues))
        found.append(Upcoming(one.currency, one.period, schedule, one.seq, dues, bool(late)))
    return found


def currencies_due(connection: Connection, now: int) -> list[str]:
    """Return the currencies whose open window is due at ``now``."""
    return [
        one.currency for one in _good(in_force(connection)) if next_due(one.value, one.since) <= now
    ]


def _good(found: Iterable[Scheduled]) -> Iterable[Scheduled]:
    return (one for one in found if _readable(one) is not None)


def _readable(one: Scheduled) -> Schedule | None:
    """Read a schedule; another machine may have known a zone or a calendar that is not here."""
    try:
        return read_schedule(one.value)
    except InvalidValueError as error:
        _log.warning("the schedule of %s is not readable here: %s", one.currency, error.facts)
        return None
