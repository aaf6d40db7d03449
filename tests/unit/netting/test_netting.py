"""Netting: the settled cases, figures, and what is refused (FINANCE section 3)."""

import json
import time
from pathlib import Path
from typing import TypedDict, cast

import pytest

from domain.errors import InvalidValueError
from domain.ids import OPERATOR
from domain.money import COUNTER_MAX, Ratio
from settlement.netting.sums import Debt, PartnerNet, net
from settlement.netting.transfers import (
    EXACT_MAX,
    Transfer,
    direct,
    settle_group,
    through_clearing,
)

CASES = Path(__file__).resolve().parents[2] / "cases" / "settlement.json"


class Case(TypedDict, total=False):
    """One row of the file; the windows have transfers, the puzzles nets."""

    id: str
    transfers: list[tuple[str, str, int]]
    derived_net: dict[str, int]
    gross: int
    net: int | dict[str, int]
    min_payments: int
    greedy_payments: int
    optimal_payments: int


def case(name: str) -> Case:
    """Read one case of the file."""
    cases = cast("list[Case]", json.loads(CASES.read_text(encoding="utf-8"))["cases"])
    return next(one for one in cases if one["id"] == name)


def test_a_window_of_six_transfers_nets_as_settled_elsewhere() -> None:
    """ST1: another settlement engine's test gives these nets, gross and net; three payments do."""
    wanted = case("ST1")
    found = net(Debt(*transfer) for transfer in wanted["transfers"])
    assert found.nets == wanted["derived_net"]
    assert (found.gross, found.net) == (wanted["gross"], wanted["net"])
    assert found.efficiency == Ratio(145, 230)
    plan = direct(found.nets)
    assert (plan.method, len(plan.transfers)) == ("EXACT", wanted["min_payments"])


def test_the_fewest_payments_are_fewer_than_the_greedy_ones() -> None:
    """ST7: greedily it takes four, in two groups that sum to zero it takes three."""
    wanted = case("ST7")
    nets = cast("dict[str, int]", wanted["net"])
    assert len(settle_group(nets.items())) == wanted["greedy_payments"] == 4
    assert len(direct(nets).transfers) == wanted["optimal_payments"] == 3


def test_two_directions_of_a_pair_leave_one_debt() -> None:
    """Of 60 one way and 45 back remains 15; of equal sums remains nothing, though both owed."""
    found = net([Debt("B", "A", 60), Debt("A", "B", 40), Debt("A", "B", 5), Debt("A", "C", 7),
                 Debt("C", "A", 7)])  # fmt: skip
    assert found.pairs == (Debt("B", "A", 15),)
    assert found.partners == (
        PartnerNet("A", 52, 67), PartnerNet("B", 60, 45), PartnerNet("C", 7, 7),
    )  # fmt: skip
    assert (found.gross, found.net, str(found.efficiency)) == (119, 15, "104/119")


def test_of_nothing_nothing_is_left() -> None:
    """A window without an obligation nets to nothing, by either way."""
    found = net([])
    assert (found.pairs, found.gross, found.net, found.efficiency) == ((), 0, 0, Ratio(0, 1))
    assert direct({}).transfers == through_clearing({}).transfers == ()
    assert direct({"A": 0, "B": 0}).transfers == ()


def test_clearing_takes_in_and_pays_out_but_never_to_itself() -> None:
    """Debtors pay the operator, it pays creditors; its own net stays on its account."""
    plan = through_clearing({"B": 50, "A": 30, "C": -70, OPERATOR: -10, "D": 0})
    assert plan.method == "CLEARING"
    assert plan.transfers == (
        Transfer("A", OPERATOR, 30, "PAY_IN"),
        Transfer("B", OPERATOR, 50, "PAY_IN"),
        Transfer(OPERATOR, "C", 70, "PAY_OUT"),
    )


@pytest.mark.parametrize(
    ("debts", "code"),
    [
        ([Debt("A", "B", 0)], "OBLIGATION_AMOUNT_INVALID"),
        ([Debt("A", "B", 1), Debt("B", "A", -1)], "OBLIGATION_AMOUNT_INVALID"),
        ([Debt("A", "A", 1)], "OBLIGATION_WITH_ITSELF"),
        ([Debt("A", "B", COUNTER_MAX - 1), Debt("C", "D", 1)], "SUM_TOO_LARGE"),
    ],
)
def test_what_is_no_debt_is_refused(debts: list[Debt], code: str) -> None:
    """Zero, negative, with itself, or in sum past 2^62: a named error, not a net."""
    with pytest.raises(InvalidValueError) as refused:
        net(debts)
    assert refused.value.code == code


def test_the_largest_sum_is_netted() -> None:
    """One unit below 2^62 is still exact."""
    assert net([Debt("A", "B", COUNTER_MAX - 1)]).nets == {
        "A": COUNTER_MAX - 1,
        "B": 1 - COUNTER_MAX,
    }


@pytest.mark.parametrize("plan", [direct, through_clearing])
def test_nets_that_do_not_sum_to_zero_are_never_paid(plan: object) -> None:
    """A unit too much anywhere stops both ways of paying."""
    assert callable(plan)
    with pytest.raises(InvalidValueError, match=r"NETS_NOT_ZERO sum=1 partners=2"):
        plan({"A": 4, "B": -3})


def test_twenty_partners_are_solved_exactly_and_quickly() -> None:
    """Five groups of four hidden among twenty partners are found, within seconds anywhere."""
    nets: dict[str, int] = {}
    for i in range(EXACT_MAX // 4):
        owed, more, due = 10_007 * (i + 1) ** 2, 99_991 * (i + 3), 31_337 * (i + 2)
        nets |= {f"A{i}": owed, f"B{4 - i}": more, f"C{i}": -due, f"D{4 - i}": due - owed - more}
    start = time.perf_counter()
    plan = direct(nets)
    assert time.perf_counter() - start < 10
    assert (plan.method, len(plan.transfers)) == ("EXACT", EXACT_MAX - 5)
    assert len(settle_group(nets.items())) > EXACT_MAX - 5


def test_one_partner_more_is_told_to_be_greedy() -> None:
    """With 21 partners the plan says that fewer payments may exist; those at zero do not count."""
    nets = {f"P{i:02}": 1 for i in range(EXACT_MAX)} | {"Z": -EXACT_MAX, "IDLE": 0}
    assert direct(nets).method == "GREEDY"
    assert len(direct(nets).transfers) == EXACT_MAX
    del nets["P00"]
    assert direct(nets | {"Z": 1 - EXACT_MAX}).method == "EXACT"
