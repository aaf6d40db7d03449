"""Times: one spelling for a moment."""

import pytest

from audit.errors import LeafError
from audit.times import format_time, parse_time


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1_795_310_100_000_001, "2026-11-22T01:15:00.000001Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_moments_have_one_spelling(microseconds: int, text: str) -> None:
    """Known moments are written and read as RFC 3339 UTC with six decimals."""
    assert format_time(microseconds) == text
    assert parse_time(text) == microseconds


@pytest.mark.parametrize("microseconds", [-1, 253_402_300_800_000_000, 10**30])
def test_moments_beyond_four_digits_of_a_year_are_refused(microseconds: int) -> None:
    """No text is made for a time before 1970 or after 9999."""
    with pytest.raises(LeafError) as refused:
        format_time(microseconds)
    assert refused.value.code == "LEAF_TIME"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22T01:15:00Z",
        "2026-11-22T01:15:00.000000+00:00",
        "2026-11-22 01:15:00.000000Z",
        "2026-11-31T01:15:00.000000Z",
        "2026-11-22T24:00:00.000000Z",
        "2026-11-22T23:59:60.000000Z",
        "0000-01-01T00:00:00.000000Z",
        "1969-12-31T23:59:59.000000Z",
        "2026-11-22T01:15:00.000000Z\n",
        "\uff12026-11-22T01:15:00.000000Z",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    """Another precision, offset, separator or a moment that does not exist is refused."""
    with pytest.raises(LeafError) as refused:
        parse_time(text)
    assert refused.value.code == "LEAF_TIME"
