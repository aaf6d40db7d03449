"""A statement is made in one pass over a partner's obligations, or over sums of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from settlement.statements.model import (
    SUPPLY_KINDS,
    Group,
    Invoice,
    Statement,
    StatementError,
    Sum,
)

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

    def add(self, amount: int, lines: int) -> None:
        """Take in so many lines."""
        self.amount += amount
        self.lines += lines


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


class Tally:
    """Sums of a partner's obligations, taken in line by line or many lines at a time."""

    def __init__(self, scope: Scope) -> None:
        """Begin with no lines."""
        self._scope = scope
        self._sums: dict[tuple[str, str], _Both] = {}
        self._supplies: dict[tuple[int, str, str], _Both] = {}

    def add(self, one: Group) -> None:
        """Take in lines of one debtor, creditor, kind, window and contract."""
        scope = self._scope
        assert one.period in scope.periods, "a line of another window was read"
        owes = one.debtor == scope.partner
        counterparty = one.creditor if owes else one.debtor
        places = [self._sums.setdefault((counterparty, one.kind), _Both())]
        if one.kind in SUPPLY_KINDS:
            key = (one.period, counterparty, one.kind)
            places.append(self._supplies.setdefault(key, _Both()))
        for both in places:
            (both.payable if owes else both.receivable).add(one.amount, one.lines)
            if one.contract:
                both.contracts.add(one.contract)

    def statement(self, lines: Iterable[Line] = ()) -> Statement:
        """Return the statement of all that was taken in; its lines may be left out."""
        return Statement(
            self._scope,
            tuple(
                Sum(
                    *key,
                    both.payable.amount,
                    both.payable.lines,
                    both.receivable.amount,
                    both.receivable.lines,
                    tuple(sorted(both.contracts)),
                )
                for key, both in sorted(self._sums.items())
            ),
            _invoices(self._scope, self._supplies),
            tuple(sorted(lines)),
        )


def statement_of(scope: Scope, lines: Iterable[Line]) -> Statement:
    """Make the statement of a partner from its obligations in the scope's windows, in any order.

    Raises StatementError ``STATEMENT_TOO_LONG`` above ``LINES_MAX`` lines.
    """
    tally = Tally(scope)
    kept: list[Line] = []
    for line in lines:
        if len(kept) == LINES_MAX:
            raise StatementError("STATEMENT_TOO_LONG", maximum=LINES_MAX)
        tally.add(
            Group(line.period, line.debtor, line.creditor, line.kind, line.contract, line.amount, 1)
        )
        kept.append(line)
    return tally.statement(kept)


def summary_of(scope: Scope, groups: Iterable[Group]) -> Statement:
    """Make a statement without its lines from sums that the database made."""
    tally = Tally(scope)
    for group in groups:
        tally.add(group)
    return tally.statement()


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
