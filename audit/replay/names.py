"""Lots by their names, `seq.n`: the entry and the place in its `lots` that made each.

The numbers of entries rise, so a name is found by bisection among packed numbers. Only in a log
whose numbers do not rise, which is tampered with, are names remembered one by one.
"""

from array import array
from bisect import bisect_left


class LotNames:
    """Names in the order in which they were given; a place is an index into what lots have."""

    def __init__(self) -> None:
        self._seqs = array("q")
        self._ns = array("H")  # a leaf of 65,535 bytes has no room for more lots
        self._names: dict[str, int] | None = None

    def add(self, seq: int, n: int) -> int:
        """Name the next lot; returns its place."""
        seqs = self._seqs
        place = len(seqs)
        if place and self._names is None and seq < seqs[-1] + (n == 0):
            self._names = {self.name(one): one for one in range(place)}
        if self._names is not None:
            self._names[f"{seq}.{n}"] = place
        seqs.append(seq)
        self._ns.append(n)
        return place

    def find(self, name: str) -> int | None:
        """A lot's place; None for an unknown name."""
        if self._names is not None:
            return self._names.get(name)
        first, _, last = name.partition(".")
        try:
            seq, n = int(first), int(last)
        except ValueError:
            return None
        place = bisect_left(self._seqs, seq) + n
        # int() reads more spellings than one, and past an entry's last lot is another entry's.
        return place if 0 <= place < len(self._seqs) and self.name(place) == name else None

    def name(self, place: int) -> str:
        """A lot's name."""
        return f"{self._seqs[place]}.{self._ns[place]}"

    def parts(self, place: int) -> tuple[int, int]:
        """A name's two numbers."""
        return self._seqs[place], self._ns[place]

    def is_last(self, place: int) -> bool:
        """Whether the name was not given again: of entries of one number, the last one counts."""
        return self._names is None or self._names[self.name(place)] == place
