"""A statement is made in one pass over a partner's obligations; nothing else is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.statements.model import SUPPLY_KINDS, Invoice, Statement, StatementError, Sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from domain.ledger.records import Window
    from settlement.statements.model import Line, Scope

OPEN = "OPEN"
LINES_MAX = 1_000_000  # what a spreadsheet's sheet holds, and some 200 MB; more is an export


class _Side:
    """What one side of a counterparty and kind comes to."""

    __slots__ = ("amount", "lines")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.amount = 0
        self.lines = 0

    def add(self, amount: int) -> None:
        """Take in one line."""
        self.amount += amount
        self.lines += 1


class _Both:
    """Payables and receivables, and the contracts that priced them."""

    __slots__ = ("contracts", "payable", "receivable")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.payable = _Side()
        self.receivable = _Side()
        self.contracts: set[str] = set()


def require_closed(windows: Sequence[Window | None], periods: Sequence[int], currency: str) -> None:
    """Refuse windows that no statement can be made of.

    Raises StatementError ``WINDOWS_NOT_CONSECUTIVE``; ``WINDOW_UNKNOWN`` and ``WINDOW_STATE`` with
    the first window at fault and its state.
    """
    if not periods or list(periods) != list(range(periods[0], periods[0] + len(periods))):
        told = ",".join(map(str, periods))
        raise StatementError("WINDOWS_NOT_CONSECUTIVE", windows=told[:64])
    for period, window in zip(periods, windows, strict=True):
        if window is None:
            raise StatementError("WINDOW_UNKNOWN", period=period, currency=currency)
        if window.state == OPEN:
            raise StatementError(
                "WINDOW_STATE", period=period, currency=currency, state=window.state
            )


def statement_of(scope: Scope, lines: Iterable[Line]) -> Statement:
    """Make the statement of a partner from its obligations in the scope's windows, in any order.

    Raises StatementError ``STATEMENT_TOO_LONG`` above ``LINES_MAX`` lines.
    """
    sums: dict[tuple[str, str], _Both] = {}
    supplies: dict[tuple[int, str, str], _Both] = {}
    kept: list[Line] = []
    for line in lines:
        if len(kept) == LINES_MAX:
            raise StatementError("STATEMENT_TOO_LONG", maximum=LINES_MAX)
        assert line.period in scope.periods, "a line of another window was read"
        owes = line.debtor == scope.partner
        counterparty = line.creditor if owes else line.debtor
        places = [sums.setdefault((counterparty, line.kind), _Both())]
        if line.kind in SUPPLY_KINDS:
            key = (line.period, counterparty, line.kind)
            places.append(supplies.setdefault(key, _Both()))
        for both in places:
            (both.payable if owes else both.receivable).add(line.amount)
            if line.contract:
                both.contracts.add(line.contract)
        kept.append(line)
    kept.sort()
    return Statement(
        scope,
        tuple(
            Sum(
                *key,
                both.payable.amount,
                both.payable.lines,
                both.receivable.amount,
                both.receivable.lines,
                tuple(sorted(both.contracts)),
            )
            for key, both in sorted(sums.items())
        ),
        _invoices(scope, supplies),
        tuple(kept),
    )


def _invoices(scope: Scope, supplies: dict[tuple[int, str, str], _Both]) -> tuple[Invoice, ...]:
    """Return the net of each supply; one of zero is no invoice."""
    made: list[Invoice] = []
    for (period, counterparty, kind), both in sorted(supplies.items()):
        net = both.payable.amount - both.receivable.amount
        if not net:
            continue
        parties = (counterparty, scope.partner) if net > 0 else (scope.partner, counterparty)
        made.append(
            Invoice(
                period,
                *parties,
                kind,
                scope.currency,
                abs(net),
                both.payable.lines + both.receivable.lines,
                tuple(sorted(both.contracts)),
            )
        )
    return tuple(made)
