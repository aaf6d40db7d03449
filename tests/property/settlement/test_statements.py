"""A statement re-adds whatever its lines are, and two partners' statements mirror each other."""

import json

from hypothesis import given
from hypothesis import strategies as st

from settlement.statements.derive import statement_of
from settlement.statements.json_form import as_json
from settlement.statements.model import SUPPLY_KINDS, Carried, Line, Scope
from tests.unit.settlement.accounts import scope

KINDS = (
    "EXCHANGE", "REDEEM", "FEE", "FUNDING", "TAX", "PERIODIC_FEE", "CLAIM", "CORRECTION",
)  # fmt: skip
OWED = st.tuples(
    st.sampled_from(["AIR", "GRAND", "SHOP", "OPERATOR"]),
    st.sampled_from(["AIR", "GRAND", "SHOP", "OPERATOR"]),
    st.integers(1, 10**15),
    st.sampled_from(KINDS),
    st.sampled_from([3, 4]),
).filter(lambda one: one[0] != one[1])
CARRIED = st.lists(st.builds(Carried, st.integers(1, 2), st.integers(0, 99), st.integers(0, 99)))


def _lines(owed: list[tuple[str, str, int, str, int]], partner: str) -> list[Line]:
    return [
        Line(seq, 0, seq, "0" * 32, "EXCHANGE", debtor, creditor, period, amount, "", kind)
        for seq, (debtor, creditor, amount, kind, period) in enumerate(owed)
        if partner in (debtor, creditor)
    ]


def _scope(partner: str, carried: list[Carried]) -> Scope:
    base = scope(periods=(3, 4), carried=tuple(carried))
    return Scope(
        base.origin, partner, base.currency, base.periods, base.opened, base.closed, base.carried,
        base.citation,
    )  # fmt: skip


@given(st.lists(OWED, max_size=40), CARRIED)
def test_a_statement_re_adds(
    owed: list[tuple[str, str, int, str, int]], carried: list[Carried]
) -> None:
    """Every total of the exact form is the sum of the lines that it stands over."""
    told = json.loads(as_json(statement_of(_scope("AIR", carried), _lines(owed, "AIR"))))
    net = sum(int(one["payable"]) - int(one["receivable"]) for one in told["lines"])
    totals = {name: int(value) for name, value in told["totals"].items()}
    assert totals["net"] == net == sum(int(one["net"]) for one in told["sums"])
    assert totals["net"] == totals["supplies"] + totals["fees"] + totals["tax"]
    opening = sum(int(one["payable"]) - int(one["receivable"]) for one in told["carried"])
    assert (totals["opening"], totals["closing"]) == (opening, opening + net)
    invoiced = sum(
        int(one["amount"]) * (1 if one["debtor"] == "AIR" else -1) for one in told["invoices"]
    )
    supplied = [one for one in told["sums"] if one["kind"] in SUPPLY_KINDS]
    assert invoiced == sum(int(one["net"]) for one in supplied)
    assert all(int(one["amount"]) > 0 for one in told["invoices"])


@given(st.lists(OWED, max_size=40))
def test_what_one_pays_another_receives(owed: list[tuple[str, str, int, str, int]]) -> None:
    """Nets of all statements sum to zero, and two partners' invoices are the same."""
    parties = ("AIR", "GRAND", "SHOP", "OPERATOR")
    made = {who: statement_of(_scope(who, []), _lines(owed, who)) for who in parties}
    assert sum(one.net for one in made.values()) == 0
    for invoice in made["AIR"].invoices:
        other = invoice.debtor if invoice.creditor == "AIR" else invoice.creditor
        assert invoice in made[other].invoices
