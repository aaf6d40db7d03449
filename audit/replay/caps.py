"""What members, and all together, have exchanged on a day: the counters of daily caps.

A long log counts most members on some days each, so a counter lies under its contract and day by
the number of its book: names are said once (`books`).
"""

from collections.abc import Iterator
from heapq import merge
from typing import Final

from audit.replay.books import Books
from audit.replay.tables import Row

_ALL: Final = -1  # for everybody's together, whose owner in the table is empty


class Caps:
    """The table `cap_usage`."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._used: dict[tuple[str, str], dict[int, int]] = {}

    def count(self, owner: str, contract: str, day: str, amount: int) -> None:
        """Count an amount against the cap of a member, and against the contract's."""
        used = self._used.setdefault((contract, day), {})
        for number in (self._books.number(owner), _ALL):
            used[number] = used.get(number, 0) + amount

    def rows(self) -> Iterator[Row]:
        """All rows, by owner, contract and day."""
        return merge(*(self._of(*key) for key in self._used))

    def _of(self, contract: str, day: str) -> Iterator[Row]:
        used = self._used[contract, day]
        for number in sorted(used, key=self._name):
            yield self._name(number), contract, day, used[number]

    def _name(self, number: int) -> str:
        return "" if number == _ALL else self._books.names[number]
