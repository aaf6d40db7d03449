"""Books by number, so that what lies in a book need not repeat its name of 32 digits.

A log has a million lots of some ten thousand members. Lots and accounts are packed in arrays, one
after another; those of one book are chained, the newest first, so that the table's order needs no
sorted copy of them all.
"""

from array import array
from collections.abc import Iterator
from typing import Final

NONE: Final = -1  # before a chain's first


class Books:
    """The books of a ledger, numbered as they appear.

    Attributes:
        names: a book's name, by its number.
        accounts: the place of its newest account, or NONE.
        lots: the place of its newest lot, or NONE.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []
        self.accounts = array("q")
        self.lots = array("q")

    def number(self, name: str) -> int:
        """A book's number, a new one for a new book."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
            self.accounts.append(NONE)
            self.lots.append(NONE)
        return found

    def in_order(self) -> Iterator[int]:
        """All numbers, in the order of the names."""
        return map(self._numbers.__getitem__, sorted(self._numbers))


def chain(newest: int, before: "array[int]") -> list[int]:
    """The places of a chain from its newest."""
    places: list[int] = []
    while newest != NONE:
        places.append(newest)
        newest = before[newest]
    return places
