"""What holds of any debts: sums, minimality, and that order never matters."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import OPERATOR
from settlement.netting.sums import Debt, net
from settlement.netting.transfers import (
    EXACT_MAX,
    Transfer,
    direct,
    settle_group,
    through_clearing,
)

PARTNERS = [f"P{i}" for i in range(7)] + [OPERATOR]
debts = st.lists(
    st.tuples(st.sampled_from(PARTNERS), st.sampled_from(PARTNERS), st.integers(1, 10**15))
    .filter(lambda one: one[0] != one[1])
    .map(lambda one: Debt(*one)),
    max_size=40,
)


@st.composite
def zero_sums(draw: st.DrawFn, low: int = 0, high: int = 8, most: int = 6) -> dict[str, int]:
    """Draw nets that sum to zero, of amounts small enough to meet."""
    amounts = draw(st.lists(st.integers(-most, most), min_size=low, max_size=high))
    nets = {f"P{i:02}": amount for i, amount in enumerate(amounts)}
    return nets | {"LAST": -sum(amounts)} if nets else {}


def after(nets: Mapping[str, int], transfers: tuple[Transfer, ...]) -> dict[str, int]:
    """Return what partners still owe once the payments are made."""
    left = defaultdict(int, nets)
    for one in transfers:
        assert one.amount > 0
        assert one.payer != one.payee
        left[one.payer] -= one.amount
        left[one.payee] += one.amount
    return dict(left)


def fewest(amounts: tuple[int, ...]) -> int:
    """Count by brute force: split off every zero-sum part that holds the first, and recur."""

    @cache
    def groups(left: tuple[int, ...]) -> int:
        if not left:
            return 0
        best = 0
        for chosen in range(1 << (len(left) - 1)):
            rest = tuple(one for i, one in enumerate(left[1:]) if not chosen >> i & 1)
            if sum(left) - sum(rest) == 0:
                best = max(best, 1 + groups(rest))
        return best

    open_ = tuple(sorted(one for one in amounts if one))
    return len(open_) - groups(open_)


@given(debts)
def test_nets_sum_to_zero_and_pairs_add_up_to_them(found: list[Debt]) -> None:
    """Bilateral debts give every partner the very net that all debts give, and no more gross."""
    netting = net(found)
    assert sum(netting.nets.values()) == 0
    assert netting.gross == sum(one.amount for one in found)
    assert (
        net(netting.pairs).nets | {p: 0 for p, n in netting.nets.items() if n == 0} == netting.nets
    )
    assert netting.net <= sum(pair.amount for pair in netting.pairs) <= netting.gross
    assert netting.efficiency.den >= netting.efficiency.num >= 0
    couples = [frozenset((pair.debtor, pair.creditor)) for pair in netting.pairs]
    assert len(couples) == len(set(couples))


@given(debts, st.randoms(use_true_random=False))
def test_the_order_of_debts_is_nothing(found: list[Debt], shuffler: object) -> None:
    """Any permutation of debts and of nets gives the same netting and the same payments."""
    shuffled = list(found)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis's Random
    one, other = net(found), net(shuffled)
    assert one == other
    turned = dict(reversed(one.nets.items()))
    assert direct(one.nets) == direct(turned)
    assert through_clearing(one.nets) == through_clearing(turned)


@given(zero_sums())
def test_direct_payments_settle_and_no_fewer_would(nets: dict[str, int]) -> None:
    """All nets become zero, in as few payments as a search over all partitions finds."""
    plan = direct(nets)
    assert set(after(nets, plan.transfers).values()) <= {0}
    assert plan.method == "EXACT"
    assert len(plan.transfers) == fewest(tuple(nets.values()))


@given(zero_sums(low=EXACT_MAX, high=40, most=10**15))
def test_greedy_payments_settle_with_one_less_than_partners(nets: dict[str, int]) -> None:
    """However many partners, all nets become zero in at most n - 1 payments."""
    transfers = tuple(settle_group([(one, amount) for one, amount in nets.items() if amount]))
    assert set(after(nets, transfers).values()) <= {0}
    assert len(transfers) <= max(0, sum(1 for amount in nets.values() if amount) - 1)


@given(zero_sums(high=30))
def test_clearing_leaves_nobody_owing(nets: dict[str, int]) -> None:
    """Everyone but the operator is at zero afterwards, and the operator at its own net."""
    named = {OPERATOR if one == "P00" else one: amount for one, amount in nets.items()}
    plan = through_clearing(named)
    left = after(named, plan.transfers)
    assert {amount for one, amount in left.items() if one != OPERATOR} <= {0}
    assert left.get(OPERATOR, 0) == 0
    assert len(plan.transfers) <= len(nets)
