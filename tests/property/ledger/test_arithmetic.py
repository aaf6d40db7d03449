"""LEDGER section 1: the product's integers against whole fractions."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.exchange.conversion import Conversion
from domain.ledger.lots import carried
from domain.ledger.model import Lot
from domain.money import AMOUNT_MAX, RATIO_TERM_MAX, Ratio, money_for, split
from tests.model import arithmetic as exact
from tests.property.ledger.profile import SMALL

AMOUNTS = st.one_of(st.integers(1, 50), st.integers(1, 10**6), st.integers(1, AMOUNT_MAX))
SCALES = st.tuples(st.integers(0, 4), st.integers(0, 4))
TERM = st.one_of(st.integers(1, 12), st.integers(1, RATIO_TERM_MAX))
RATES = st.builds(Fraction, TERM, TERM)
FEES = st.builds(
    lambda part, whole: Fraction(min(part, whole - 1), whole), TERM, TERM.map(lambda t: t + 1)
)


def conversion(scales: tuple[int, int], rate: Fraction, fee: Fraction) -> Conversion:
    """The product's arithmetic of one contract."""
    keep = 1 - fee
    return Conversion(
        rate.numerator * 10 ** scales[1],
        rate.denominator * 10 ** scales[0],
        keep.numerator,
        keep.denominator,
    )


@SMALL
@given(AMOUNTS, SCALES, RATES, FEES)
def test_exchange_is_two_floors(
    amount: int, scales: tuple[int, int], rate: Fraction, fee: Fraction
) -> None:
    """An exchange gives floor(floor(a x rate) x (1 - fee)), and debits the least that gives it."""
    rule = conversion(scales, rate, fee)
    given_ = rule.target_for(amount)
    assert given_ == exact.converted(amount, scales, rate, fee)
    if given_:
        debited = rule.least_source(given_)
        assert debited == exact.least_source(amount, scales, rate, fee)
        assert debited <= amount
        assert rule.target_for(debited) == given_ > rule.target_for(debited - 1)


@SMALL
@given(AMOUNTS, SCALES, RATES, FEES)
def test_what_is_given_is_never_worth_more(
    amount: int, scales: tuple[int, int], rate: Fraction, fee: Fraction
) -> None:
    """Whole points given never exceed whole points debited x rate x (1 - fee)."""
    rule = conversion(scales, rate, fee)
    given_ = rule.target_for(amount)
    if given_:
        debited = rule.least_source(given_)
        assert exact.whole(given_, scales[1]) <= exact.whole(debited, scales[0]) * rate * (1 - fee)


@SMALL
@given(
    AMOUNTS,
    st.lists(st.tuples(st.integers(0, 4), RATES, FEES), min_size=2, max_size=5),
    st.integers(1, 4),
)
def test_no_round_trip_creates_points(
    amount: int, stops: list[tuple[int, Fraction, Fraction]], rounds: int
) -> None:
    """Round a cycle worth at most 1, however odd its scales, rates and fees, nothing is gained."""
    worth = Fraction(1)
    for _, rate, fee in stops:
        worth *= rate * (1 - fee)
    # The first rate is lowered until the cycle is worth exactly 1: the sharpest case permitted.
    stops[0] = (stops[0][0], stops[0][1] / max(worth, Fraction(1)), stops[0][2])
    scales = [scale for scale, _, _ in stops] + [stops[0][0]]
    held, kept = amount, 0
    for _ in range(rounds):
        for (scale, other), (_, rate, fee) in zip(pairwise(scales), stops, strict=True):
            held = conversion((scale, other), rate, fee).target_for(held)
        kept = max(kept, held)
    assert kept <= amount


@SMALL
@given(st.integers(0, AMOUNT_MAX), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_split_is_largest_remainder(total: int, weights: list[int]) -> None:
    """A split hands its remainders to the largest parts, ties to the earliest; nothing is lost."""
    weights[0] += 1
    parts = split(total, weights)
    assert sum(parts) == total
    assert parts == exact.shares(total, weights)
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part - total * weight // sum(weights) <= 1


@SMALL
@given(AMOUNTS, st.integers(0, 4), TERM, TERM)
def test_money_is_floored_once(points: int, scale: int, num: int, den: int) -> None:
    """Money for points is the floor of points x price, and the residue stays with the debtor."""
    money = money_for(points, scale, Ratio(num, den))
    assert money == exact.money(points, scale, Fraction(num, den))
    assert 0 <= exact.whole(points, scale) * Fraction(num, den) - money < 1


@SMALL
@given(
    st.integers(1, AMOUNT_MAX),
    st.integers(0, AMOUNT_MAX),
    st.lists(st.integers(1, 10**6), max_size=12),
)
def test_carrying_values_use_up_the_cost(amount: int, cost: int, takes: list[int]) -> None:
    """However a lot is taken apart, the carrying values of its parts add up to its cost."""
    lot = Lot("m", 1, 0, "AIR", "A", "A", "FREE", 0, "KRW", cost, amount, amount, 0)
    total = 0
    for part in [*takes, amount]:
        taken = min(part, lot.remaining)
        value = carried(lot, taken)
        assert value >= 0
        total += value
        lot.remaining -= taken
    assert total == cost
