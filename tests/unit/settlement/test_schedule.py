"""When windows are due: calendars, rolls, month ends, clocks that leap (FINANCE section 2)."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest

from domain.clock import DAY, format_instant, parse_instant
from domain.errors import InvalidValueError
from settlement.windows.schedule import due_by, dues, fault_of, next_dues, read_schedule

# A schedule, an instant, and the next ones that are due: the UTC instant with its period where
# that is another day than the one in the zone.
TABLE = """
# Days, weekends, and the instant itself, which is not after itself.
DAILY 18:00 Asia/Seoul NONE NONE | 2026-11-20T08:59Z | 20T09:00, 21T09:00, 22T09:00
DAILY 18:00 Asia/Seoul NONE NONE | 2026-11-20T09:00Z | 21T09:00, 22T09:00
DAILY 18:00 Asia/Seoul NONE FOLLOWING | 2026-11-20T00:00Z | 20T09:00, 23T09:00, 24T09:00
DAILY 18:00 Asia/Seoul NONE PRECEDING | 2026-11-20T09:00Z | 23T09:00, 24T09:00
DAILY 00:00 Asia/Seoul NONE NONE | 2026-11-20T00:00Z | 20T15:00, 21T15:00
WEEKLY SATURDAY 12:00 UTC NONE FOLLOWING | 2026-11-17T00:00Z | 23T12:00 of 21, 30T12:00 of 28
WEEKLY SATURDAY 12:00 UTC NONE PRECEDING | 2026-11-16T00:00Z | 20T12:00 of 21, 27T12:00 of 28
WEEKLY SATURDAY 12:00 UTC NONE NONE | 2026-11-16T00:00Z | 21T12:00, 28T12:00
# Friday and Saturday are Israel's weekend.
WEEKLY FRIDAY 12:00 UTC IL FOLLOWING | 2026-11-16T00:00Z | 22T12:00 of 20, 29T12:00 of 27
# Seollal 2026: 16 to 18 February. Chuseok 2026: 24 to 26 September, from Thursday on.
DAILY 18:00 Asia/Seoul KR FOLLOWING | 2026-02-13T00:00Z | 13T09:00, 19T09:00, 20T09:00
WEEKLY TUESDAY 18:00 Asia/Seoul KR FOLLOWING | 2026-02-11T00:00Z | 19T09:00 of 17, 24T09:00
WEEKLY TUESDAY 18:00 Asia/Seoul KR PRECEDING | 2026-02-11T00:00Z | 13T09:00 of 17, 24T09:00
MONTHLY 24 18:00 Asia/Seoul KR FOLLOWING | 2026-09-01T00:00Z | 28T09:00 of 24
MONTHLY 24 18:00 Asia/Seoul KR PRECEDING | 2026-09-01T00:00Z | 23T09:00 of 24
# Seollal 2025 is 28 to 30 January and the 27th was decreed: the 31st is the month's last chance.
MONTHLY 28 18:00 Asia/Seoul KR MODIFIED_FOLLOWING | 2025-01-01T00:00Z | 31T09:00 of 28
# Month ends. 31 January 2026 is a Saturday, 28 February too, 31 May a Sunday.
MONTHLY LAST 18:00 UTC NONE FOLLOWING | 2026-01-31T00:00Z | 02-02T18:00 of 31, 03-02T18:00 of 02-28
MONTHLY LAST 18:00 UTC NONE FOLLOWING | 2026-02-01T00:00Z | 02T18:00 of 01-31, 03-02T18:00 of 02-28
MONTHLY LAST 18:00 UTC NONE MODIFIED_FOLLOWING | 2026-01-01T00:00Z | 30T18:00 of 31
MONTHLY LAST 18:00 UTC NONE NONE | 2026-01-31T18:00Z | 02-28T18:00, 03-31T18:00, 04-30T18:00
MONTHLY 31 18:00 UTC NONE NONE | 2026-01-31T18:00Z | 02-28T18:00, 03-31T18:00, 04-30T18:00
MONTHLY 30 18:00 UTC NONE NONE | 2026-01-31T18:00Z | 02-28T18:00, 03-30T18:00
MONTHLY 29 18:00 UTC NONE NONE | 2027-02-01T00:00Z | 28T18:00, 03-29T18:00
MONTHLY 29 18:00 UTC NONE NONE | 2028-02-01T00:00Z | 29T18:00, 03-29T18:00
MONTHLY LAST 18:00 UTC NONE NONE | 2028-02-01T00:00Z | 29T18:00, 03-31T18:00
MONTHLY 1 09:00 Europe/Berlin DE PRECEDING | 2026-12-01T12:00Z | 31T08:00 of 2027-01-01
MONTHLY 1 09:00 Europe/Berlin DE MODIFIED_FOLLOWING | 2027-01-01T00:00Z | 04T08:00 of 01
# Clocks leap from 02:00 to 03:00 on 29 March 2026, and back from 03:00 to 02:00 on 25 October.
DAILY 02:30 Europe/Berlin NONE NONE | 2026-03-28T00:00Z | 28T01:30, 29T01:30, 30T00:30
DAILY 02:30 Europe/Berlin NONE NONE | 2026-10-24T00:00Z | 24T00:30, 25T00:30, 26T01:30
DAILY 03:00 Europe/Berlin NONE NONE | 2026-03-28T00:00Z | 28T02:00, 29T01:00, 30T01:00
DAILY 02:30 America/New_York NONE NONE | 2026-03-07T00:00Z | 07T07:30, 08T07:30, 09T06:30
DAILY 01:30 America/New_York NONE NONE | 2026-10-31T00:00Z | 31T05:30, 11-01T05:30, 11-02T06:30
DAILY 17:00 America/New_York US FOLLOWING | 2026-11-25T00:00Z | 25T22:00, 27T22:00, 30T22:00
# Samoa had no 30 December 2011: its closing and the next day's are one instant.
DAILY 18:00 Pacific/Apia NONE NONE | 2011-12-29T12:00Z | 30T04:00 of 29, 31T04:00, 2012-01-01T04:00
# TARGET closes on Good Friday and Easter Monday; a holiday of eight days takes in a whole week.
DAILY 16:00 Europe/Berlin XECB FOLLOWING | 2026-04-02T00:00Z | 02T14:00, 07T14:00, 08T14:00
WEEKLY THURSDAY 16:00 Asia/Shanghai CN FOLLOWING | 2025-09-29T00:00Z | 10-09T08:00, 10-16T08:00
"""
ROWS = [line.split(" | ") for line in TABLE.strip().splitlines() if not line.startswith("#")]


def _full(text: str, year_month: str) -> str:
    """`04`, `02-04` and `2027-02-04` as dates, as far as the instant asked from does not say."""
    return year_month[: 10 - len(text)] + text


@pytest.mark.parametrize(("text", "after", "wanted"), ROWS, ids=[" ".join(row[:2]) for row in ROWS])
def test_a_schedule_is_due(text: str, after: str, wanted: str) -> None:
    """The next instants are those that a calendar on the wall gives, and so are their periods."""
    since = parse_instant(after.replace("Z", ":00Z"))
    items = wanted.split(", ")
    found = next_dues(read_schedule(text), since, len(items))
    for due, item in zip(found, items, strict=True):
        at, _, of = item.partition(" of ")
        day, _, time = at.partition("T")
        day = _full(day, after)
        assert format_instant(due.at) == f"{day}T{time}:00.000000Z"
        assert due.day == (_full(of, after) if of else due.local[:10])
        assert due.local[11:] == text.split(" ")[-4]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "frequency"),
        ("daily 18:00 Asia/Seoul KR NONE", "frequency"),
        ("DAILY FRIDAY 18:00 Asia/Seoul KR NONE", "text"),
        ("DAILY 18:00 Asia/Seoul KR", "text"),
        ("DAILY 18:00  Asia/Seoul KR NONE", "text"),
        ("DAILY 18:00 Asia/Seoul KR NONE ", "text"),
        ("MONTHLY LAST 18:00 Asia/Seoul KR NONE" + " " * 100, "text"),
        ("WEEKLY FREITAG 18:00 Asia/Seoul KR NONE", "weekday"),
        ("WEEKLY 5 18:00 Asia/Seoul KR NONE", "weekday"),
        ("MONTHLY 0 18:00 Asia/Seoul KR NONE", "day"),
        ("MONTHLY 32 18:00 Asia/Seoul KR NONE", "day"),
        ("MONTHLY 07 18:00 Asia/Seoul KR NONE", "day"),
        ("MONTHLY 1\n 18:00 Asia/Seoul KR NONE", "day"),
        ("DAILY 25:00 Asia/Seoul KR NONE", "time"),
        ("DAILY 24:00 Asia/Seoul KR NONE", "time"),
        ("DAILY 18:60 Asia/Seoul KR NONE", "time"),
        ("DAILY 9:00 Asia/Seoul KR NONE", "time"),
        ("DAILY 1٨:00 Asia/Seoul KR NONE", "time"),
        ("DAILY 18:00 Asia/Soul KR NONE", "zone"),
        ("DAILY 18:00 ../etc/passwd KR NONE", "zone"),
        ("DAILY 18:00 localtime KR NONE", "zone"),
        ("DAILY 18:00 posix/Asia/Seoul KR NONE", "zone"),
        ("DAILY 18:00 Asia/Seoul ZZ NONE", "calendar"),
        ("DAILY 18:00 Asia/Seoul KOR NONE", "calendar"),
        ("DAILY 18:00 Asia/Seoul kr NONE", "calendar"),
        ("DAILY 18:00 Asia/Seoul KR NEXT", "roll"),
    ],
)
def test_what_is_no_schedule_says_which_part(text: str, part: str) -> None:
    """The part that is wrong is named, with its value, cut short, and what it has to be."""
    with pytest.raises(InvalidValueError) as caught:
        read_schedule(text)
    assert (caught.value.code, caught.value.facts["part"]) == ("SCHEDULE_INVALID", part)
    assert len(str(caught.value.facts["value"])) <= 64
    assert fault_of(text).startswith(f"{part}: ")


@pytest.mark.parametrize("text", ["NONE", *{row[0] for row in ROWS}])
def test_a_schedule_is_written_as_it_is_read(text: str) -> None:
    """Nothing is wrong with a good text, and it has one spelling."""
    assert fault_of(text) == ""
    assert text == "NONE" or str(read_schedule(text)) == text


@pytest.mark.parametrize(
    ("since", "now", "late"),
    [
        ("20T09:00", "21T08:59", None),
        ("20T09:00", "21T09:00", ("2026-11-21", 0)),
        ("20T09:00", "24T08:00", ("2026-11-23", 2)),
        ("24T08:00", "24T08:00", None),
        ("24T08:00", "20T08:00", None),  # a clock that was set back
    ],
)
def test_a_window_closes_once_however_late(
    since: str, now: str, late: tuple[str, int] | None
) -> None:
    """The latest instant that has come counts, with how many passed before it since the opening."""
    schedule = read_schedule("DAILY 18:00 Asia/Seoul NONE NONE")
    found = due_by(schedule, *(parse_instant(f"2026-11-{one}:00Z") for one in (since, now)))
    assert (found and (found.due.day, found.missed)) == late


def test_years_without_a_server_are_looked_through_quickly() -> None:
    """Of a window open for a century only the last 400 days are counted."""
    schedule = read_schedule("DAILY 18:00 Asia/Seoul NONE NONE")
    now = parse_instant("2126-01-01T12:00:00Z")
    found = due_by(schedule, parse_instant("2026-01-01T00:00:00Z"), now)
    assert found is not None
    assert (found.due.day, found.missed) == ("2126-01-01", 399)


def test_threads_that_ask_at_once_find_the_same_holidays() -> None:
    """A year that one thread is still working out is no year without holidays to another."""
    schedule = read_schedule("WEEKLY THURSDAY 18:00 Asia/Tokyo JP FOLLOWING")
    together = Barrier(8)

    def ask(day: str) -> str:
        together.wait()
        return next(dues(schedule, parse_instant(f"{day}T00:00:00Z"))).local[:10]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads take turns within the making of a year
    try:
        with ThreadPoolExecutor(8) as pool:
            # Each of these first days of a year is a Thursday.
            for year in (2032, 2037, 2043, 2054, 2060, 2065):
                found = set(pool.map(ask, [f"{year}-01-01"] * 8))
                assert len(found) == 1
                assert f"{year}-01-01" not in found
    finally:
        sys.setswitchinterval(interval)


def test_dates_end_before_python_does() -> None:
    """Far beyond any calendar of holidays an instant is still found."""
    (due,) = next_dues(read_schedule("MONTHLY LAST 18:00 UTC KR FOLLOWING"), 250 * 366 * DAY, 1)
    assert date.fromisoformat(due.day).year == 2220
