"""Instants: microseconds as text and back, days of a zone, clocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import (
    NEVER,
    SimulatedClock,
    SystemClock,
    format_instant,
    local_day,
    parse_instant,
    zone,
)
from domain.errors import InvalidValueError


@given(st.integers(0, NEVER))
def test_an_instant_is_read_as_it_is_written(instant: int) -> None:
    """Every instant up to NEVER has one text, which gives it back."""
    assert parse_instant(format_instant(instant)) == instant


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-22T01:15:00Z", "2026-11-22T01:15:00.000000Z"),
        ("2026-11-22T01:15:00.5Z", "2026-11-22T01:15:00.500000Z"),
        ("1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.000001Z"),
        ("", ""),
    ],
)
def test_fewer_decimals_mean_zeros(text: str, same: str) -> None:
    """A time may be written short; it is kept with six decimals."""
    assert format_instant(parse_instant(text)) == same


@pytest.mark.parametrize(
    "text",
    ["2026-11-22", "2026-11-22T01:15:00", "2026-11-22T01:15:00+09:00", "2026-11-22t01:15:00z",
     "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T01:15:60Z",
     "2026-11-22T01:15:00.0000001Z", "2026-11-22T01:15:00Z\n", "２026-11-22T01:15:00Z",
     "2255-03-14T16:00:00Z", "9999-12-31T23:59:59Z"],
)  # fmt: skip
def test_other_texts_are_no_instants(text: str) -> None:
    """Other offsets, no time, no such day, a leap second, more decimals, times beyond NEVER."""
    with pytest.raises(InvalidValueError):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "name", "day"),
    [
        ("2026-01-01T14:59:59.999999Z", "Asia/Seoul", "2026-01-01"),
        ("2026-01-01T15:00:00Z", "Asia/Seoul", "2026-01-02"),
        ("2026-01-01T18:14:59Z", "Asia/Kathmandu", "2026-01-01"),
        ("2026-01-01T18:15:00Z", "Asia/Kathmandu", "2026-01-02"),
        ("2026-03-08T04:59:59Z", "America/New_York", "2026-03-07"),
        ("2026-03-09T03:59:59Z", "America/New_York", "2026-03-08"),
        ("2026-03-09T04:00:00Z", "America/New_York", "2026-03-09"),
    ],
)
def test_a_day_ends_at_midnight_of_its_zone(text: str, name: str, day: str) -> None:
    """Quarter-hour offsets and summer time included."""
    assert local_day(parse_instant(text), name) == day


@pytest.mark.parametrize("name", ["", "Seoul", "../UTC", "/etc/localtime", "Asia/\0"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    """A zone is an IANA name, never a path."""
    with pytest.raises(InvalidValueError):
        zone(name)


def test_a_simulated_clock_moves_forward_only() -> None:
    """It stands still until it is told; a step back is refused, a past goal ignored."""
    clock = SimulatedClock(100)
    clock.advance(5)
    clock.advance_to(50)
    assert (clock.now(), clock.monotonic(), clock.simulated) == (105, 105, True)
    with pytest.raises(InvalidValueError):
        clock.advance(-1)
    assert clock.now() == 105


def test_the_system_s_clock_is_in_microseconds() -> None:
    """Its instant lies between 2026 and 2255, and its monotonic time does not fall."""
    clock = SystemClock()
    before = clock.monotonic()
    assert parse_instant("2026-01-01T00:00:00Z") < clock.now() < NEVER
    assert before <= clock.monotonic()
