"""When points expire: a unit's own rule (LEDGER section 3)."""

import pytest

from domain.clock import DAY, NEVER, format_instant, parse_instant
from domain.errors import InvalidValueError
from domain.ledger.holds import HOLD_MAX
from domain.partners.expiry import INACTIVITY_DAYS_MIN, check_rule, expires_at, lapse_time


@pytest.mark.parametrize(
    ("rule", "zone", "given", "until"),
    [
        ("NEVER", "UTC", "2026-01-31T12:00:00Z", ""),
        ("INACTIVITY 31", "UTC", "2026-01-31T12:00:00Z", ""),
        ("DAYS 1", "UTC", "2026-01-31T12:00:00Z", "2026-02-01T12:00:00.000000Z"),
        ("DAYS 365", "Asia/Seoul", "2027-03-01T00:00:00Z", "2028-02-29T00:00:00.000000Z"),
        ("CALENDAR MONTH 0", "UTC", "2026-01-31T23:59:59Z", "2026-02-01T00:00:00.000000Z"),
        ("CALENDAR MONTH 1", "UTC", "2026-01-31T23:59:59Z", "2026-03-01T00:00:00.000000Z"),
        ("CALENDAR MONTH 12", "UTC", "2026-12-01T00:00:00Z", "2028-01-01T00:00:00.000000Z"),
        ("CALENDAR YEAR 0", "UTC", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00.000000Z"),
        ("CALENDAR YEAR 6", "UTC", "2026-06-01T00:00:00Z", "2027-07-01T00:00:00.000000Z"),
        # In Seoul it is February already, and its end comes nine hours before UTC's.
        ("CALENDAR MONTH 0", "Asia/Seoul", "2026-01-31T15:00:00Z", "2026-02-28T15:00:00.000000Z"),
        ("CALENDAR MONTH 0", "Asia/Seoul", "2026-01-31T14:59:59Z", "2026-01-31T15:00:00.000000Z"),
        # New York ends March in summer time, October too, November in winter time.
        (
            "CALENDAR MONTH 0",
            "America/New_York",
            "2026-03-01T12:00:00Z",
            "2026-04-01T04:00:00.000000Z",
        ),
        (
            "CALENDAR MONTH 1",
            "America/New_York",
            "2026-10-01T12:00:00Z",
            "2026-12-01T05:00:00.000000Z",
        ),
    ],
)
def test_a_rule_gives_the_instant_of_the_unit_s_zone(
    rule: str, zone: str, given: str, until: str
) -> None:
    """Days are 24 hours; months and years end at midnight of the zone."""
    assert format_instant(expires_at(rule, zone, parse_instant(given))) == until


def test_a_far_end_is_never() -> None:
    """A hundred years from 2170 lie beyond what instants can say: the points do not expire."""
    given = parse_instant("2170-01-01T00:00:00Z")
    assert expires_at("DAYS 36500", "UTC", given) == NEVER
    assert expires_at("CALENDAR YEAR 1200", "UTC", given) == NEVER


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("INACTIVITY 30", "EXPIRY_RULE_TOO_SHORT"),
        ("INACTIVITY 36501", "EXPIRY_RULE_TOO_LONG"),
        ("INACTIVITY", "EXPIRY_RULE_MALFORMED"),
        ("INACTIVITY 031", "EXPIRY_RULE_MALFORMED"),
        ("INACTIVITY MONTH 2", "EXPIRY_RULE_MALFORMED"),
    ],
)
def test_a_rule_of_inactivity_has_one_form(rule: str, code: str) -> None:
    """Between 31 and 36,500 days, written in one way."""
    check_rule("INACTIVITY 31")
    check_rule("INACTIVITY 36500")
    with pytest.raises(InvalidValueError, match=code):
        check_rule(rule)


def test_no_hold_outlives_inactivity() -> None:
    """The shortest inactivity is longer than the longest hold, whose placing is an activity."""
    assert INACTIVITY_DAYS_MIN * DAY > HOLD_MAX


def test_points_lapse_after_the_last_activity_if_there_was_any() -> None:
    """To the microsecond n days later; never under other rules, or where nothing is counted."""
    assert lapse_time("INACTIVITY 31", DAY) == 32 * DAY
    assert lapse_time("INACTIVITY 31", 0) == NEVER
    assert lapse_time("INACTIVITY 36500", NEVER - DAY) == NEVER
    assert lapse_time("DAYS 31", DAY) == NEVER
