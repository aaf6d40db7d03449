"""The demonstration's dates and dice."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from api.demo import brands
from api.demo.rule import Kind, acts_after
from api.demo.story import handed_in, shifted, shipped_purchases
from api.purchases import Purchase


def test_the_shipped_purchases_are_whole() -> None:
    """The package ships 69,659 purchases of 23,570 customers, 80 of which cost nothing."""
    purchases = shipped_purchases()
    assert len(purchases) == 69_659
    assert len({purchase.customer for purchase in purchases}) == 23_570
    assert sum(purchase.amount for purchase in purchases) == 250_031_563
    assert sum(purchase.amount == 0 for purchase in purchases) == 80


@pytest.mark.parametrize("days", range(14))
def test_dates_keep_their_weekday_and_end_within_a_week(days: int) -> None:
    """Whatever today is, the last purchase is one to seven days ago, and weekdays are kept."""
    last = date(1998, 6, 30)
    today = date(2026, 11, 22) + timedelta(days=days)
    purchases = [Purchase(2, "b", last, 1, 1), Purchase(1, "a", date(1997, 1, 1), 1, 1)]
    moved = shifted(purchases, today)
    assert [purchase.row for purchase in moved] == [1, 2]
    assert 1 <= (today - moved[-1].day).days <= 7
    assert moved[-1].day.weekday() == last.weekday()
    assert moved[-1].day - moved[0].day == last - date(1997, 1, 1)


def test_purchases_are_handed_in_whole_days_at_a_time() -> None:
    """Every purchase is handed in once, in order; no day is parted, no week waited beyond."""
    purchases = shifted(shipped_purchases(), date(2026, 11, 22))
    lots = list(handed_in(purchases))
    assert [purchase for lot in lots for purchase in lot] == purchases
    assert all(one[-1].day < other[0].day for one, other in pairwise(lots))
    assert max((lot[-1].day - lot[0].day).days for lot in lots) < 7


def test_the_rule_is_the_same_on_every_run() -> None:
    """The same purchase always leads to the same acts; over all of them the chances come true."""
    purchases = shipped_purchases()
    acts = [acts_after(p.row, p.customer, p.amount // 10) for p in purchases]
    assert acts[:50] == [acts_after(p.row, p.customer, p.amount // 10) for p in purchases[:50]]
    kinds = Counter(act.kind for made in acts for act in made)
    assert kinds[Kind.EXCHANGE] + kinds[Kind.QUOTED] > 10_500
    assert kinds[Kind.REDEEM] > 6_000
    assert min(kinds[kind] for kind in Kind) > 100


def test_no_round_trip_of_the_brands_creates_points() -> None:
    """A conversion gives value for value before its fee, so that no loop can gain."""
    for conversion in brands.CONVERSIONS:
        rate = brands.rate(conversion)
        worth = [brands.BY_UNIT[unit].worth for unit in (conversion.source, conversion.target)]
        assert rate.num * worth[1] == rate.den * worth[0]
    assert 0 < brands.FEE_POINTS.num < brands.FEE_POINTS.den
