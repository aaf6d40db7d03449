"""Amounts on paper: the currency's own decimals, exactly, both ways."""

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValueError
from settlement.currencies import (
    EXPONENTS,
    exact,
    exponent,
    grouped,
    minor_units,
    places,
    plain,
)


def test_every_currency_is_one_of_iso_s() -> None:
    """Each code is in somebody else's copy of ISO 4217; one of each kind has its decimals."""
    known = {one.alpha_3 for one in pycountry.currencies}
    assert set(EXPONENTS) - known == set()
    assert len(EXPONENTS) > 150
    assert [exponent(one) for one in ("KRW", "EUR", "KWD", "CLF")] == [0, 2, 3, 4]


@given(st.integers(-(2**62), 2**62), st.sampled_from(sorted(EXPONENTS)))
def test_what_is_written_reads_back_exactly(amount: int, currency: str) -> None:
    """No minor unit is lost, of whatever currency and however many."""
    text = plain(amount, currency)
    assert text.startswith("-") == (amount < 0)
    assert minor_units(text.removeprefix("-"), currency) == abs(amount)
    assert len(text.partition(".")[2]) == exponent(currency)


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("1", "XXX", "CURRENCY_UNKNOWN"), ("1", "krw", "CURRENCY_UNKNOWN"),
        ("", "KRW", "AMOUNT_MALFORMED"), ("-1", "KRW", "AMOUNT_MALFORMED"),
        ("1,000", "KRW", "AMOUNT_MALFORMED"), ("1e3", "KRW", "AMOUNT_MALFORMED"),
        (".5", "EUR", "AMOUNT_MALFORMED"), ("5.", "EUR", "AMOUNT_MALFORMED"),
        (" 5", "EUR", "AMOUNT_MALFORMED"), ("５", "EUR", "AMOUNT_MALFORMED"),
        ("9" * 20, "KRW", "AMOUNT_MALFORMED"), ("NaN", "EUR", "AMOUNT_MALFORMED"),
        ("0.5", "KRW", "AMOUNT_TOO_FINE"), ("0.005", "EUR", "AMOUNT_TOO_FINE"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str, currency: str, code: str) -> None:
    """Signs, groups, exponents, other digits, parts of a minor unit: each by its name."""
    with pytest.raises(InvalidValueError) as refused:
        minor_units(text, currency)
    assert refused.value.code == code


def test_a_code_that_nobody_knows_stays_in_minor_units() -> None:
    """What partners settled in before ISO 4217 dropped it can be written; no bank is told of it."""
    for code in ("BGN", "XYZ"):
        assert (plain(-1234, code), grouped(1234, code), str(exact(1234, code))) == (
            "-1234", "1,234", "1234",
        )  # fmt: skip
        assert places(code) == 0
        with pytest.raises(InvalidValueError):
            exponent(code)


def test_zeros_beyond_the_decimals_are_no_part_of_a_unit() -> None:
    """Banks write won with two decimals: 1000.00 is 1000, and 0010.5 EUR is 10.50."""
    assert minor_units("1000.00", "KRW") == 1000
    assert minor_units("0010.5", "EUR") == 1050
