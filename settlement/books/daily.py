"""Postings summed by day and event: what a general ledger takes over from a subledger.

A day's entries of one event and currency become one entry, which balances as they do. So a journal
has a few entries a day, however many transfers there were; every single one stands in the CSV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from settlement.books.chart import Policy
    from settlement.books.journal import Entry


class Day(NamedTuple):
    """All entries of one event, currency and day: how many, the first and the last in the log."""

    day: str
    event: str
    currency: str
    entries: int
    first: int
    last: int
    amounts: dict[str, int]


class Ledger:
    """One partner's days and balances, by the names of its accounts."""

    def __init__(self, policy: Policy, zone: str) -> None:
        """Begin with none; a day is a day of the time zone ``zone``."""
        self._policy = policy
        self._zone = zone
        self.days: dict[tuple[str, str, str], Day] = {}
        self.balances: dict[tuple[str, str], int] = {}  # by name and currency

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in entries."""
        for entry in entries:
            day = local_day(entry.time, self._zone)
            key = (day, entry.event, entry.currency)
            known = self.days.get(key) or Day(*key, 0, entry.seq, entry.seq, {})
            amounts = known.amounts
            for account, unit, amount in entry.postings:
                name = self._policy.name(account, unit)
                amounts[name] = amounts.get(name, 0) + amount
                place = (name, entry.currency)
                self.balances[place] = self.balances.get(place, 0) + amount
            self.days[key] = known._replace(entries=known.entries + 1, last=entry.seq)

    def in_order(self) -> list[Day]:
        """Return the days in their order, each day's events by name."""
        return [self.days[key] for key in sorted(self.days)]
