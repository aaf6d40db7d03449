"""Invariant 8: no cycle of conversion contracts in force is ever worth more than 1."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.arbitrage import find_loop
from domain.ledger.records import CONVERSION, MIN_OF_BOTH, Contract
from domain.ledger.state import Reference
from domain.money import ZERO, Ratio
from tests.property.ledger.profile import HEAVY

UNITS = ("AIR", "COIN", "HOTEL", "MILE")
RATES = st.sampled_from([Ratio(1, 1), Ratio(1, 2), Ratio(2, 1), Ratio(3, 7), Ratio(7, 3)])
FEES = st.sampled_from([ZERO, ZERO, Ratio(1, 2), Ratio(1, 10)])
PAIRS = st.sampled_from([(s, t) for s in UNITS for t in UNITS if s != t])
SPANS = st.tuples(st.integers(1, 8), st.integers(1, 8), st.sampled_from([0, 0, 0, 1, 2]))


@st.composite
def offers(draw: st.DrawFn) -> list[Contract]:
    """Contracts in the order of their acceptance; some end before their term."""
    many: list[Contract] = []
    for n in range(draw(st.integers(2, 9))):
        (source, target), (begins, length, cut) = draw(PAIRS), draw(SPANS)
        contract = Contract(
            id=f"{n:032x}",
            version=1,
            type=CONVERSION,
            proposer="A",
            counterparty="B",
            source=source,
            target=target,
            partner="",
            rate=draw(RATES),
            price=Ratio(1, 1),
            currency="KRW",
            fee_points=draw(FEES),
            fee_money=ZERO,
            expiry=MIN_OF_BOTH,
            member_cap=0,
            pair_cap=0,
            zone="UTC",
            valid_from=begins,
            valid_to=begins + length,
        )
        short = cut and cut < length
        many.append(replace(contract, ended_at=begins + length - cut) if short else contract)
    return many


def in_force(contracts: list[Contract], instant: int) -> dict[tuple[str, str], Contract]:
    """The version of each pair that an exchange would meet: the last begun, if it has not ended."""
    edges: dict[tuple[str, str], Contract] = {}
    for contract in contracts:
        if contract.valid_from <= instant:
            known = edges.get((contract.source, contract.target))
            if known is None or known.valid_from <= contract.valid_from:
                edges[contract.source, contract.target] = contract
    return {pair: c for pair, c in edges.items() if instant < min(c.valid_to, c.ended_at)}


def cycles() -> Iterator[tuple[str, ...]]:
    """Every simple cycle over the units, each from each of its stops."""
    for length in range(2, len(UNITS) + 1):
        for stops in permutations(UNITS, length):
            yield (*stops, stops[0])


def product(edges: dict[tuple[str, str], Contract], cycle: tuple[str, ...]) -> Fraction:
    """What one point becomes on a cycle, 0 where it is not whole."""
    total = Fraction(1)
    for pair in pairwise(cycle):
        contract = edges.get(pair)
        if contract is None:
            return Fraction(0)
        rate = Fraction(contract.rate.num, contract.rate.den)
        total *= rate * (1 - Fraction(contract.fee_points.num, contract.fee_points.den))
    return total


def best(contracts: list[Contract]) -> Fraction:
    """The most that one point becomes on any cycle at any instant, by trying them all."""
    moments = {c.valid_from for c in contracts} | {min(c.valid_to, c.ended_at) for c in contracts}
    return max(
        product(in_force(contracts, moment), cycle) for moment in moments for cycle in cycles()
    )


@HEAVY
@given(offers())
def test_a_loop_is_found_where_there_is_one(contracts: list[Contract]) -> None:
    """An acceptance is refused exactly where some cycle would at some instant exceed 1."""
    reference = Reference()
    accepted: list[Contract] = []
    for seq, contract in enumerate(contracts, start=1):
        candidate = replace(contract, accepted_seq=seq)
        reference.put_contract(contract)
        loop = find_loop(reference, candidate)
        opened = best([*accepted, candidate])
        if loop is None:
            assert opened <= 1
            accepted.append(candidate)
            reference.put_contract(candidate)
            continue
        assert opened > 1
        assert loop.units[0] == loop.units[-1] == candidate.source
        assert 1 < loop.product <= opened
        assert any(
            product(in_force([*accepted, candidate], moment), loop.units) == loop.product
            for moment in range(1, 18)
        )
