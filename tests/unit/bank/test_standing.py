"""What of a settlement's payments is still waited for."""

import pytest

from domain.clock import parse_instant
from domain.ledger.settling import (
    CLEARING,
    DEFAULTED,
    PARTIALLY_PAID,
    PAY_IN,
    SUBMITTED,
    BankLine,
    Settlement,
)
from settlement.bank.standing import first_day, paid_so_far
from tests.unit.payments.papers import files_of

PAYMENTS = files_of({"AIR": 100, "CAFE": 40, "HOTEL": -140})[0]


@pytest.mark.parametrize(
    ("state", "paid"),
    [(SUBMITTED, [60, 0, 0]), (PARTIALLY_PAID, [60, 0, 0]), (DEFAULTED, [100, 40, 0])],
)
def test_after_a_default_nothing_is_due_of_debtors(state: str, paid: list[int]) -> None:
    """A defaulter's late money is over; what creditors have still to get is waited for."""
    settlement = Settlement("5" * 32, "KRW", (1,), CLEARING, 0, state, 140, 140, 0, 1, 1)
    line = BankLine(
        "a" * 64, 1, settlement.id, "AIR", PAY_IN, "", 60, 0, PAYMENTS[0].end_to_end_id, "", 2
    )
    found = paid_so_far(settlement, PAYMENTS, [line])
    assert [found[one.end_to_end_id] for one in PAYMENTS] == paid


def test_a_payment_stands_from_the_day_before_its_approval() -> None:
    """Where the operator's day has begun, a bank's in the west may not have."""
    assert first_day(parse_instant("2026-03-01T00:30:00Z")) == "2026-02-28"
