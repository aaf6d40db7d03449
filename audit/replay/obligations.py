"""What partners owe one another: obligations, positions, settlement windows.

An obligation falls into a window that is open in its own entry and never moves. A position is
the sum of a partner's obligations in one currency and window. Closing a window opens the next, and
charges what its invoices come to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from audit.replay.charging import Charges
from audit.replay.fields import (
    Leg,
    MalformedError,
    Obligation,
    Texts,
    day_us,
    number,
    positive,
    time_us,
    wall_us,
)
from audit.replay.report import Reporter
from audit.replay.tables import Row

OPEN: Final = "OPEN"
_EMPTY: Final = "SETTLED"  # a window in which nothing is owed is over at once
_CLOSED_STATES: Final = frozenset({"CLOSED", _EMPTY})


@dataclass(slots=True)
class _Window:
    state: str
    opened_seq: int
    closed_seq: int = 0
    # By debtor, creditor and kind; folded into the sums of each partner when the window closes.
    owed: dict[tuple[str, str, str], int] = field(default_factory=dict)
    positions: dict[str, list[int]] = field(default_factory=dict)  # debits, credits

    def fold(self) -> dict[str, list[int]]:
        """Each partner's debits and credits."""
        for (debtor, creditor, _), amount in self.owed.items():
            self.positions.setdefault(debtor, [0, 0])[0] += amount
            self.positions.setdefault(creditor, [0, 0])[1] += amount
        self.owed = {}
        return self.positions


class Obligations:
    """The tables `obligation` (streamed), `position` and `settlement_window`."""

    def __init__(self, report: Reporter, charges: Charges) -> None:
        self._report = report
        self._charges = charges
        self._windows: dict[tuple[int, str], _Window] = {}
        self._strays: dict[tuple[int, str], _Window] = {}  # that no entry opened
        self._currencies: set[str] = set()

    def apply(self, legs: list[Leg], owed: list[Obligation]) -> list[Row]:
        """Add to positions. Returns the obligation rows, in (owner, n) order."""
        rows: list[Row] = []
        seq = self._report.seq
        for n, (debtor, creditor, currency, period, amount, contract, kind) in enumerate(owed):
            if debtor == creditor:
                self._report.impossible("a partner owes itself", partner=debtor)
            window = self._windows.get((period, currency))
            if window is None or window.state != OPEN:
                self._report.impossible(
                    "owes in a window that is not open", window=period, currency=currency
                )
                window = window or self._strays.setdefault((period, currency), _Window("", 0))
            key = (debtor, creditor, kind)
            window.owed[key] = window.owed.get(key, 0) + amount
            owner = legs[0][0] if legs else debtor
            rows.append((owner, seq, n, debtor, creditor, currency, period, amount, contract, kind))
        if not legs:
            rows.sort()
        return rows

    def open_first(self, currency: str) -> None:
        """The first window of a currency, once."""
        if currency not in self._currencies:
            self._currencies.add(currency)
            self._windows[1, currency] = _Window(OPEN, self._report.seq)

    def fall_due(self, fields: Texts) -> None:
        """A schedule's instant has come for a window, which is open until its closing."""
        period, currency = positive(fields["window"], "window"), fields["currency"]
        number(fields, "missed")
        time_us(fields["due"], "due")
        day_us(fields["day"], "day")
        wall_us(fields["local"], "local")
        window = self._windows.get((period, currency))
        if window is None or window.state != OPEN:
            self._report.impossible(
                "calls a window due that is not open", window=period, currency=currency
            )

    def close(self, fields: Texts) -> None:
        """Close a window and open the next."""
        currency, state = fields["currency"], fields["state"]
        period = positive(fields["window"], "window")
        following = positive(fields["next"], "next")
        if state not in _CLOSED_STATES:
            raise MalformedError("state", state)
        window = self._windows.get((period, currency))
        if window is None or window.state != OPEN or (following, currency) in self._windows:
            self._report.impossible(
                "closes a window that is not open, or opens one again",
                window=period,
                currency=currency,
            )
            return
        self._charges.close(period, currency, dict(window.owed))
        if (state == _EMPTY) == bool(window.fold()):
            self._report.impossible(
                "is settled at once with debts in it, or waits without any",
                window=period,
                currency=currency,
            )
        window.state, window.closed_seq = state, self._report.seq
        self._windows[following, currency] = _Window(OPEN, self._report.seq)

    def sums(self, currency: str, windows: Sequence[int]) -> dict[str, tuple[int, int]]:
        """Each partner's debits and credits over some windows."""
        found: dict[str, tuple[int, int]] = {}
        for period in dict.fromkeys(windows):
            window = self._windows.get((period, currency))
            for partner, (debits, credits_) in window.fold().items() if window else ():
                before = found.get(partner, (0, 0))
                found[partner] = (before[0] + debits, before[1] + credits_)
        return found

    def move(self, currency: str, windows: Sequence[int], before: str, to: str) -> None:
        """Move a settlement's windows from one state to another."""
        for period in windows:
            window = self._windows.get((period, currency))
            if window is None or window.state != before:
                self._report.impossible(
                    "moves a window that is in another state", window=period, currency=currency
                )
            else:
                window.state = to

    def position_rows(self) -> Iterator[Row]:
        """The table `position`, in key order."""
        yield from sorted(
            (partner, currency, period, debits, credits_)
            for windows in (self._windows, self._strays)
            for (period, currency), window in windows.items()
            for partner, (debits, credits_) in window.fold().items()
        )

    def window_rows(self) -> Iterator[Row]:
        """The table `settlement_window`, in key order."""
        for key in sorted(self._windows):
            window = self._windows[key]
            yield (*key, window.state, window.opened_seq, window.closed_seq)
