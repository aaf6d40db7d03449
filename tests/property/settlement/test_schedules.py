"""What holds of every schedule: instants rise, none on a holiday, none for a period twice."""

from datetime import date, timedelta
from itertools import pairwise

import holidays
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY, parse_instant, to_datetime, zone
from settlement.windows.schedule import (
    MODIFIED_FOLLOWING,
    NONE,
    PRECEDING,
    ROLLED_MAX,
    ROLLS,
    WEEKDAYS,
    Schedule,
    due_by,
    next_due,
    next_dues,
    read_schedule,
)

ZONES = (
    "UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Pacific/Apia",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "America/Godthab",
)  # fmt: skip
CALENDARS = (NONE, "KR", "DE", "US", "CN", "IL", "SA", "JP", "XECB", "XNYS")
OFTEN = (
    st.just(("DAILY", ""))
    | st.tuples(st.just("WEEKLY"), st.sampled_from(WEEKDAYS))
    | st.tuples(st.just("MONTHLY"), st.sampled_from(["LAST", *map(str, range(1, 32))]))
)
SCHEDULES = st.builds(
    lambda often, hour, minute, zone, calendar, roll: Schedule(
        often[0], often[1], f"{hour:02}:{minute:02}", zone, calendar, roll
    ),
    OFTEN,
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(ZONES),
    st.sampled_from(CALENDARS),
    st.sampled_from(ROLLS),
)
INSTANTS = st.integers(parse_instant("2005-01-01T00:00:00Z"), parse_instant("2060-01-01T00:00:00Z"))
MANY = 25


def _works(calendar: str, day: date) -> bool:
    """A second opinion, of a calendar that is made anew."""
    if calendar == NONE:
        return day.isoweekday() < 6
    made = holidays.country_holidays if len(calendar) == 2 else holidays.financial_holidays
    return made(calendar, years=day.year).is_working_day(day)


@given(SCHEDULES, INSTANTS)
def test_instants_rise_and_no_period_has_two(schedule: Schedule, after: int) -> None:
    """Later than asked from, each later than the one before, each of a later period."""
    found = next_dues(schedule, after, MANY)
    assert after < found[0].at
    for one, other in pairwise(found):
        assert (one.at, one.day, one.local) < (other.at, other.day, other.local)
        assert one.day < other.day
        assert one.local < other.local


@given(SCHEDULES, INSTANTS)
def test_what_is_due_is_on_a_business_day(schedule: Schedule, after: int) -> None:
    """Without a roll it stays where it is; with one it moves its way, no further than it must."""
    for due in next_dues(schedule, after, 5):
        day, on = date.fromisoformat(due.day), date.fromisoformat(due.local[:10])
        if schedule.roll == NONE:
            assert day == on
            continue
        assert _works(schedule.calendar, on)
        assert abs(on - day) < ROLLED_MAX
        step = timedelta(days=1 if on > day else -1)
        while day != on:
            assert not _works(schedule.calendar, day)
            day += step
        if schedule.roll == MODIFIED_FOLLOWING:
            assert due.day[:7] == due.local[:7]
        elif schedule.roll == PRECEDING:
            assert due.local[:10] <= due.day
        else:
            assert due.local[:10] >= due.day


@given(SCHEDULES, INSTANTS)
def test_the_wall_shows_the_time(schedule: Schedule, after: int) -> None:
    """At the instant the zone's clocks show the time, or one that they leapt to over it."""
    for due in next_dues(schedule, after, 3):
        wall = to_datetime(due.at).astimezone(zone(schedule.zone))
        shown = f"{wall:%Y-%m-%dT%H:%M}"
        before = to_datetime(due.at - DAY).astimezone(zone(schedule.zone)).utcoffset()
        assert shown == due.local or (shown > due.local and wall.utcoffset() != before)


@given(SCHEDULES, INSTANTS, st.integers(0, 100 * DAY))
def test_the_next_instant_does_not_depend_on_when_it_is_asked_for(
    schedule: Schedule, after: int, apart: int
) -> None:
    """Asked again at any instant before it, the same is next; what is late is the last passed."""
    first = next_dues(schedule, after, 1)[0]
    assert next_due(str(schedule), first.at - 1) == first.at
    assert next_due(str(schedule), min(after + apart, first.at - 1)) == first.at
    assert due_by(schedule, after, first.at - 1) is None
    late = due_by(schedule, after, after + apart)
    if late is None:
        assert first.at > after + apart
    else:
        assert late.due.at <= after + apart < next_due(str(schedule), late.due.at)
        assert next_dues(schedule, after, late.missed + 1)[-1] == late.due


@given(SCHEDULES)
def test_a_text_and_its_schedule_are_one(schedule: Schedule) -> None:
    """Written and read again, it is the same."""
    assert read_schedule(str(schedule)) == schedule
