"""When points expire: a unit's own rule (LEDGER section 3)."""

import pytest

from domain.clock import NEVER, format_instant, parse_instant
from domain.partners.expiry import expires_at


@pytest.mark.parametrize(
    ("rule", "zone", "given", "until"),
    [
        ("NEVER", "UTC", "2026-01-31T12:00:00Z", ""),
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
