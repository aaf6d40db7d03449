"""What a statement comes to, which windows it is refused for, and how money is written."""

import pytest

from domain.ledger.records import CLOSED, OPEN, Window
from settlement.currencies import exact, exponent, grouped, plain
from settlement.statements.derive import require_closed, statement_of
from settlement.statements.model import StatementError
from tests.unit.settlement.accounts import busy, line, scope


def test_a_statement_comes_to_its_lines() -> None:
    """Opening, gross sides, fees, tax and closing of a busy window are what a person adds up."""
    made = busy()
    assert (made.opening, made.payable, made.receivable) == (-35_200, 425_540, 177_300)
    assert (made.net, made.fees, made.tax, made.supplies) == (248_240, 3_500, 35_000, 209_740)
    assert made.closing == 213_040
    sums = {(one.counterparty, one.kind): one.net for one in made.sums}
    assert sums["GRAND", "EXCHANGE"] == 300_000
    assert sums["GRAND", "REDEEM"] == -90_000
    assert sums["SHOP", "FUNDING"] == 0


def test_an_invoice_is_the_net_of_a_supply() -> None:
    """The net creditor invoices; a net of zero, tax, claims and corrections are no invoices."""
    told = [(one.number, one.amount, one.lines) for one in busy().invoices]
    assert told == [
        ("KRW-3-GRAND-AIR-EXCHANGE", 300_000, 2),
        ("KRW-3-AIR-GRAND-REDEEM", 90_000, 2),
        ("KRW-3-OPERATOR-AIR-FEE", 1_000, 1),
        ("KRW-3-OPERATOR-AIR-PERIODIC_FEE", 2_500, 1),
    ]


def test_lines_stand_in_the_order_of_the_log() -> None:
    """Lines that come in any order are told by their place in the log."""
    lines = [line(2, "AIR", "GRAND", 1), line(0, "AIR", "GRAND", 2), line(1, "GRAND", "AIR", 3)]
    made = statement_of(scope(), lines)
    assert [one.seq for one in made.lines] == [100, 101, 102]


@pytest.mark.parametrize(
    ("states", "periods", "code", "state"),
    [
        ((CLOSED, OPEN), (3, 4), "WINDOW_STATE", OPEN),
        ((CLOSED, None), (3, 4), "WINDOW_UNKNOWN", None),
        ((CLOSED, CLOSED), (3, 5), "WINDOWS_NOT_CONSECUTIVE", None),
        ((CLOSED, CLOSED), (4, 3), "WINDOWS_NOT_CONSECUTIVE", None),
        ((), (), "WINDOWS_NOT_CONSECUTIVE", None),
    ],
)
def test_windows_that_give_no_statement_are_refused(
    states: tuple[str | None, ...], periods: tuple[int, ...], code: str, state: str | None
) -> None:
    """An open, unknown, skipped or missing window is refused, an open one with its state."""
    windows = [
        None if one is None else Window(period, "KRW", one, 1, 2)
        for period, one in zip(periods, states, strict=True)
    ]
    with pytest.raises(StatementError) as refused:
        require_closed(windows, periods, "KRW")
    assert (refused.value.code, refused.value.facts.get("state")) == (code, state)


@pytest.mark.parametrize(
    ("currency", "amount", "written", "bare"),
    [
        ("KRW", -1_234_567, "-1,234,567", "-1234567"),
        ("USD", 1_234_567, "12,345.67", "12345.67"),
        ("USD", -5, "-0.05", "-0.05"),
        ("KWD", 1_000_001, "1,000.001", "1000.001"),
        ("CLF", 0, "0.0000", "0.0000"),
    ],
)
def test_money_is_written_by_its_currency(
    currency: str, amount: int, written: str, bare: str
) -> None:
    """Decimals are ISO 4217's, thousands are parted for people alone, and nothing is rounded."""
    assert (grouped(amount, currency), plain(amount, currency)) == (written, bare)
    assert exact(amount, currency) * 10 ** exponent(currency) == amount
