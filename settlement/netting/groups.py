"""The greatest number of groups that sum to zero, by dynamic programming over sets of partners.

A set is an integer whose bit i says that position i belongs to it. A *family* of sets is an integer
too, whose bit s says that set s belongs to it: so "every set that has one member more than some set
of the family" is a shift, and all 2^n sets take the step at once.

k disjoint groups that sum to zero make a chain: the first group, the first two together, and so on,
each a zero-sum set and a part of the next. So the sets that end a chain of k + 1 are the zero-sum
sets that hold one that ends a chain of k, and the longest chain is what is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def zero_groups(amounts: Sequence[int]) -> list[list[int]]:
    """Part the positions of ``amounts`` into as many groups that sum to zero as there can be.

    ``amounts`` sum to zero and none of them is zero. Time and memory double with each amount: 20
    take about a tenth of a second and 50 MB. The result is a function of the amounts' order.
    """
    if not amounts:
        return []
    # The last position needs no say: whatever the other groups leave, it belongs to.
    size = len(amounts) - 1
    chains = [_zero_sets(amounts[:size])]
    while longer := _ending_longer(chains[-1], size):
        chains.append(longer)
    everything = (1 << (size + 1)) - 1
    groups: list[list[int]] = []
    above = everything
    for ends in reversed(chains):
        # The least number comes first, and a part of a set is less than the set.
        inside = next((one for one in ends if one & ~above == 0), 0)
        groups.append(_members(above & ~inside))
        above = inside
    if above:
        groups.append(_members(above))
    return groups


def _zero_sets(amounts: Sequence[int]) -> list[int]:
    """Return the sets that sum to zero, but for the empty one, in ascending order."""
    sums = [0]
    for amount in amounts:
        sums += [before + amount for before in sums]
    return [one for one, total in enumerate(sums) if not total][1:]


def _ending_longer(ends: Sequence[int], size: int) -> list[int]:
    """Return those of the sets that hold another one of them."""
    if not ends:
        return []
    family = bytearray((1 << size) + 7 >> 3)
    for one in ends:
        family[one >> 3] |= 1 << (one & 7)
    # Closed upwards: afterwards it has every set that holds, or is, one of ``ends``.
    closed = int.from_bytes(family, "little")
    for i in range(size):
        closed |= (closed & _without(i, size)) << (1 << i)
    above = 0
    for i in range(size):
        above |= (closed & _without(i, size)) << (1 << i)
    holding = above.to_bytes(len(family), "little")
    return [one for one in ends if holding[one >> 3] >> (one & 7) & 1]


def _without(i: int, size: int) -> int:
    """Return the family of all sets that lack position ``i``: 2^i of them, 2^i not, and so on."""
    found: int = (1 << (1 << i)) - 1
    for higher in range(i + 1, size):
        found |= found << (1 << higher)
    return found


def _members(positions: int) -> list[int]:
    return [i for i in range(positions.bit_length()) if positions >> i & 1]
