"""Amounts, fractions, splits (LEDGER section 1)."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValueError
from domain.money import AMOUNT_MAX, RATIO_TERM_MAX, Ratio, money_for, part_of, split

amounts = st.integers(0, AMOUNT_MAX)
terms = st.integers(1, RATIO_TERM_MAX)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1/0", "01/2", "1/02", "-1/2", "+1/2", "1 /2", "1/2 ", "1/2/3", "1.0/2", "１/2",
     "1/2\n", "9999999999999/1", "1/1000000000001", "1e3/1"],
)  # fmt: skip
def test_a_fraction_has_one_form(text: str) -> None:
    """Signs, blanks, leading zeros, other digits, zero below and terms above 10^12 are refused."""
    with pytest.raises(InvalidValueError):
        Ratio.parse(text)


@given(num=st.integers(0, RATIO_TERM_MAX), den=terms)
def test_a_fraction_is_read_as_it_is_written(num: int, den: int) -> None:
    """2/4 stays 2/4: what the parties signed is what is kept."""
    assert Ratio.parse(str(Ratio(num, den))) == (num, den)


@given(points=amounts, scale=st.integers(0, 4), num=st.integers(0, RATIO_TERM_MAX), den=terms)
def test_money_is_floored_once(points: int, scale: int, num: int, den: int) -> None:
    """The residue, less than one unit of money, stays with the debtor."""
    exact = Fraction(points, 10**scale) * Fraction(num, den)
    assert 0 <= exact - money_for(points, scale, Ratio(num, den)) < 1


@given(total=amounts, weights=st.lists(amounts, min_size=1, max_size=9))
def test_a_split_loses_nothing_and_moves_nobody_by_a_unit(total: int, weights: list[int]) -> None:
    """Parts sum to the total, each within one of its exact share; no weight, no part."""
    if not sum(weights):
        weights = [1, *weights]
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert weight or not part


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_nothing_can_be_split_over_no_weight(weights: list[int]) -> None:
    """No parts, no weight, a negative one: refused; nothing itself splits into nothing."""
    with pytest.raises(InvalidValueError):
        split(1, weights)
    assert split(0, weights) == [0] * len(weights)


@given(cost=amounts, amount=st.integers(1, 10**6), cuts=st.lists(st.integers(0, 10**6)))
def test_carrying_values_of_parts_sum_to_the_whole(cost: int, amount: int, cuts: list[int]) -> None:
    """However a lot is cut, the differences of its carrying value sum to its cost."""
    marks = [amount, *sorted({cut % amount for cut in cuts} - {0}, reverse=True), 0]
    values = [part_of(cost, mark, amount) for mark in marks]
    parts = [before - after for before, after in pairwise(values)]
    assert sum(parts) == cost
    assert min(parts) >= 0
