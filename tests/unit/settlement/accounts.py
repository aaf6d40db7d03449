"""Statements of hand-written obligations."""

from settlement.statements.derive import statement_of
from settlement.statements.model import Carried, Citation, Line, Moment, Parties, Scope, Statement

START = 1_767_225_600_000_000  # 2026-01-01
PRICED = "0c" * 16 + ".2"
NAMES = Parties({"AIR": "한가람항공", "GRAND": "그랜드 호텔", "SHOP": "=Shop"})


def scope(
    currency: str = "KRW", periods: tuple[int, ...] = (3,), carried: tuple[Carried, ...] = ()
) -> Scope:
    """The scope of a statement of AIR."""
    return Scope(
        origin="dure.example/test",
        partner="AIR",
        currency=currency,
        periods=periods,
        opened=Moment(90, START),
        closed=Moment(400, START + 10**12),
        carried=carried,
        citation=Citation(401, "ab" * 32),
    )


def line(
    n: int, debtor: str, creditor: str, amount: int, kind: str = "EXCHANGE", period: int = 3
) -> Line:
    """One obligation of one transfer."""
    contract = "" if kind == "TAX" else PRICED
    return Line(
        100 + n, 0, START + n * 10**9, f"{n:032x}", "EXCHANGE", debtor, creditor, period, amount,
        contract, kind,
    )  # fmt: skip


def busy(currency: str = "KRW") -> Statement:
    """Lines of every kind and side, with something brought forward."""
    lines = [
        line(0, "AIR", "GRAND", 350_000),
        line(1, "GRAND", "AIR", 120_000, "REDEEM"),
        line(2, "AIR", "GRAND", 30_000, "REDEEM"),
        line(3, "GRAND", "AIR", 50_000),
        line(4, "AIR", "OPERATOR", 1_000, "FEE"),
        line(5, "AIR", "OPERATOR", 2_500, "PERIODIC_FEE"),
        line(6, "AIR", "GRAND", 35_000, "TAX"),
        line(7, "SHOP", "AIR", 7_000, "FUNDING"),
        line(8, "AIR", "SHOP", 7_000, "FUNDING"),
        line(9, "SHOP", "AIR", 300, "CLAIM"),
        line(10, "AIR", "SHOP", 40, "CORRECTION"),
    ]
    carried = (Carried(1, 5_000, 200), Carried(2, 0, 40_000))
    return statement_of(scope(currency, carried=carried), lines)
