"""What partners owe one another: obligations, positions, settlement windows.

An obligation falls into a window that is open in its own entry and never moves. A position is
the sum of a partner's obligations in one currency and window. Closing a window opens the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

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
_CLOSED_STATES: Final = frozenset({"CLOSED", "SETTLED"})


@dataclass(slots=True)
class _Window:
    state: str
    opened_seq: int
    closed_seq: int = 0


class Obligations:
    """The tables `obligation` (streamed), `position` and `settlement_window`."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._positions: dict[tuple[str, str, int], list[int]] = {}  # debits, credits
        self._windows: dict[tuple[int, str], _Window] = {}
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
            self._position(debtor, currency, period)[0] += amount
            self._position(creditor, currency, period)[1] += amount
            owner = legs[0][0] if legs else debtor
            rows.append((owner, seq, n, debtor, creditor, currency, period, amount, contract, kind))
        if not legs:
            rows.sort()
        return rows

    def _position(self, partner: str, currency: str, period: int) -> list[int]:
        return self._positions.setdefault((partner, currency, period), [0, 0])

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
        window.state, window.closed_seq = state, self._report.seq
        self._windows[following, currency] = _Window(OPEN, self._report.seq)

    def sums(self, currency: str, windows: Sequence[int]) -> dict[str, tuple[int, int]]:
        """Each partner's debits and credits over some windows."""
        found: dict[str, tuple[int, int]] = {}
        for (partner, of, period), (debits, credits_) in self._positions.items():
            if of == currency and period in windows:
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
        for key in sorted(self._positions):
            yield (*key, *self._positions[key])

    def window_rows(self) -> Iterator[Row]:
        """The table `settlement_window`, in key order."""
        for key in sorted(self._windows):
            window = self._windows[key]
            yield (*key, window.state, window.opened_seq, window.closed_seq)
