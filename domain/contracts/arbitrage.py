"""No round trip through conversion contracts may create points (DESIGN invariant 8).

Each contract in force is an edge from its source to its target unit, worth rate x (1 - fee_points)
in exact fractions. The edges in force never hold a cycle worth more than 1, so a new contract opens
one only through itself: its rate times the best way back. That is looked at from the moment it
begins and at every later moment at which another contract begins; an end only takes edges away.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from domain.ledger.records import CONVERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.ledger.records import Contract
    from domain.ledger.state import Reference


class Loop(NamedTuple):
    """A cycle of units, the first one repeated at the end, and what one point becomes on it."""

    units: tuple[str, ...]
    product: Fraction

    def __str__(self) -> str:
        """Return the cycle as ``AIR>HOTEL>AIR``."""
        return ">".join(self.units)


def worth(contract: Contract) -> Fraction:
    """Return whole target points for one whole source point, after ``fee_points``."""
    keeps = contract.keeps
    return Fraction(contract.rate.num, contract.rate.den) * Fraction(keeps.num, keeps.den)


def find_loop(reference: Reference, candidate: Contract) -> Loop | None:
    """Return a cycle worth more than 1 that accepting ``candidate`` would open, or None."""
    pairs = sorted(
        {(c.source, c.target) for c in reference.contracts.values() if c.type == CONVERSION}
    )
    moments = {candidate.valid_from}
    moments |= {
        c.valid_from
        for c in reference.contracts.values()
        if c.type == CONVERSION
        and c.accepted_seq
        and candidate.valid_from < c.valid_from < candidate.until
    }
    for moment in sorted(moments):
        edges: dict[tuple[str, str], Fraction] = {}
        if _superseded(reference, candidate, moment):
            break
        for source, target in pairs:
            contract = reference.contract_at(CONVERSION, source, target, moment)
            if contract is not None and (source, target) != (candidate.source, candidate.target):
                edges[source, target] = worth(contract)
        loop = _through(candidate, edges)
        if loop is not None:
            return loop
    return None


def loops(reference: Reference) -> Iterator[tuple[Contract, Loop]]:
    """Yield each accepted version that lies on a cycle worth more than 1, with the cycle.

    Every moment at which a version begins is looked at, past ones too: nothing ever begins but
    through ``find_loop``.
    """
    for contract in reference.contracts.values():
        if contract.type == CONVERSION and contract.accepted_seq and _begins(reference, contract):
            loop = find_loop(reference, contract)
            if loop is not None:
                yield contract, loop


def _begins(reference: Reference, contract: Contract) -> bool:
    """Tell whether a version is ever in force: neither ended nor replaced before it begins."""
    pair = (contract.source, contract.target)
    return reference.contract_at(CONVERSION, *pair, contract.valid_from) is contract


def _superseded(reference: Reference, candidate: Contract, moment: int) -> bool:
    """Tell whether a version that begins later has taken the candidate's place, for good."""
    return any(
        version.accepted_seq and candidate.valid_from < version.valid_from <= moment
        for version in reference.versions(CONVERSION, candidate.source, candidate.target)
    )


def _through(candidate: Contract, edges: dict[tuple[str, str], Fraction]) -> Loop | None:
    """Return the best cycle through the candidate where it is worth more than 1 (Bellman-Ford)."""
    best: dict[str, Fraction] = {candidate.target: worth(candidate)}
    came_from: dict[str, str] = {}
    for _ in range(len(edges) + 1):
        changed = False
        for (source, target), rate in edges.items():
            product = best.get(source, Fraction(0)) * rate
            if source != candidate.source and product > best.get(target, Fraction(0)):
                best[target] = product
                came_from[target] = source
                changed = True
        if not changed:
            break
    product = best.get(candidate.source, Fraction(0))
    if product <= 1:
        return None
    way = [candidate.source]
    while way[-1] != candidate.target:
        way.append(came_from[way[-1]])
    return Loop((candidate.source, *reversed(way)), product)
