"""What of a settlement's payments is still waited for."""

from dataclasses import replace

from domain.clock import parse_instant
from domain.ledger.settling import PAY_IN, BankLine
from settlement.bank.standing import first_day, paid_so_far, told_before
from tests.unit.payments.papers import SETTLEMENT, files_of

PAYMENTS = files_of({"AIR": 100, "CAFE": 40, "HOTEL": -140})[0]


def test_after_a_default_nothing_is_due_of_debtors() -> None:
    """A defaulter's late money is over; what creditors have still to get is waited for."""
    named = PAYMENTS[0].end_to_end_id
    line = BankLine("a" * 64, 1, SETTLEMENT, "AIR", PAY_IN, "", 60, 0, named, "", 2)
    due = {one.end_to_end_id: (SETTLEMENT, one) for one in PAYMENTS}
    assert [*paid_so_far(due, [line], {"another"}).values()] == [60, 0, 0]
    assert [*paid_so_far(due, [line], {SETTLEMENT}).values()] == [100, 40, 0]


def test_a_payment_stands_from_the_day_before_its_approval() -> None:
    """Where the operator's day has begun, a bank's in the west may not have."""
    assert first_day(parse_instant("2026-03-01T00:30:00Z")) == "2026-02-28"


def test_what_another_file_told_of_may_be_the_same_money() -> None:
    """Its whole amount counts, for a week after it was read; what this very file said does not."""
    named = PAYMENTS[0].end_to_end_id
    at = parse_instant("2026-03-01T20:00:00Z")
    due = {named: (SETTLEMENT, PAYMENTS[0])}
    line = BankLine("a" * 64, 1, SETTLEMENT, "AIR", PAY_IN, "", 60, 5, named, "", 2)
    assert told_before(due, [line], {2: at}, "b" * 64) == {named: ((65, "2026-03-08"),)}
    assert told_before(due, [line], {2: at}, "a" * 64) == {}


def test_what_a_person_matched_counts_though_it_bears_no_id() -> None:
    """Its settlement, leg and partner say which payment it is; another's is none of it."""
    named = PAYMENTS[0].end_to_end_id
    due = {one.end_to_end_id: (SETTLEMENT, one) for one in PAYMENTS}
    line = BankLine("a" * 64, 1, SETTLEMENT, "AIR", PAY_IN, "", 60, 0, "", "", 2)
    assert paid_so_far(due, [line], set())[named] == 60
    assert [*told_before(due, [line], {2: 0}, "")] == [named]
    other = replace(line, settlement="another")
    assert not any(paid_so_far(due, [other], set()).values())
    assert told_before(due, [other], {2: 0}, "") == {}
