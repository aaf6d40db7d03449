"""Contracts: terms, signatures, notice, versions, ends (LEDGER sections 6 and 7)."""

from dataclasses import replace

import pytest

from domain.clock import DAY, MINUTE, NEVER
from domain.contracts.commands import EndContract
from domain.errors import Refusal
from domain.ledger.records import ACCEPTANCE, CONVERSION, FUNDING
from domain.money import Ratio
from tests.world.network import World, by, operator, signed
from tests.world.script import play


@pytest.fixture
def world() -> World:
    """Three brands with a unit each."""
    return play("""
        given  partner AIR; partner HOTEL; partner SHOP
               unit AIR scale 2; unit HOTEL; unit SHOP
               member mina
    """).world


def end(world: World, contract: str, at: int = 0, partner: str = "AIR") -> EndContract:
    """The command that ends a contract's first version."""
    return EndContract(
        actor=by(partner), id=world.fresh(), contract=contract, version=1, ends_at=at
    )


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("origin", {"origin": "dure.example/other"}),
        ("contractId", {"contract": "ABC"}),
        ("version", {"version": 0}),
        ("version", {"version": 2}),
        ("type", {"type": "barter"}),
        ("counterparty", {"counterparty": "AIR"}),
        ("counterparty", {"counterparty": "NOPE"}),
        ("counterparty", {"counterparty": "SHOP"}),
        ("source", {"source": "NOPE"}),
        ("target", {"target": "AIR"}),
        ("target", {"target": "NOPE"}),
        ("partner", {"partner": "HOTEL"}),
        ("rate", {"rate": Ratio(0, 1)}),
        ("expiry", {"expiry": ""}),
        ("feePoints", {"fee_points": Ratio(1, 1)}),
        ("memberDailyCap", {"member_cap": -1}),
        ("pairDailyCap", {"pair_cap": 10**15 + 1}),
        ("validTo", {"valid_to": 1}),
        ("zone", {"zone": "Mars/Olympus"}),
    ],
)
def test_terms_that_nobody_can_agree_on(
    world: World, field: str, changes: dict[str, object]
) -> None:
    """Each is refused with the name of the field, though it is signed."""
    found = world.run(world.propose(world.terms(CONVERSION, "AIR", "HOTEL", **changes)))
    assert isinstance(found, Refusal)
    assert (found.code, found.facts["field"]) == ("TERMS_INVALID", field)


@pytest.mark.parametrize(
    ("type_", "field", "changes"),
    [
        (ACCEPTANCE, "type", {"rate": Ratio(1, 1)}),
        (ACCEPTANCE, "type", {"expiry": "SOURCE_KEPT"}),
        (ACCEPTANCE, "target", {"target": "HOTEL"}),
        (ACCEPTANCE, "partner", {"partner": ""}),
        (FUNDING, "memberDailyCap", {"member_cap": 5}),
        (FUNDING, "type", {"fee_money": Ratio(1, 1)}),
        (FUNDING, "counterparty", {"partner": "AIR"}),
    ],
)
def test_terms_of_other_kinds_have_fewer_fields(
    world: World, type_: str, field: str, changes: dict[str, object]
) -> None:
    """Only a conversion has a target, a rate, fees, expiry; a funding has no caps."""
    found = world.run(world.propose(world.terms(type_, "AIR", "HOTEL", **changes)))
    assert isinstance(found, Refusal)
    assert (found.code, found.facts["field"]) == ("TERMS_INVALID", field)


def test_both_signatures_stand_in_the_contract(world: World) -> None:
    """After acceptance the row has the proposer's and the counterparty's, each over the terms."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL", valid_to=world.now + DAY)
    contract = world.agree(terms)
    row = world.state.reference.contracts[contract, 1]
    assert row.proposer_signature == signed("AIR", terms)
    assert row.counterparty_signature == signed("HOTEL", terms)
    assert row.proposed_seq < row.accepted_seq


@pytest.mark.parametrize(
    "changes",
    [
        {"rate": Ratio(3, 4)},
        {"price": Ratio(2, 1)},
        {"valid_to": 1_900_000_000_000_000},
        {"fee_points": Ratio(1, 100)},
        {"member_cap": 1},
        {"zone": "Asia/Seoul"},
        {"origin": "dure.example/sandbox"},
    ],
)
def test_a_signature_is_for_these_very_terms(world: World, changes: dict[str, object]) -> None:
    """What HOTEL signed of other terms, or for another network, accepts nothing."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL", rate=Ratio(1, 2))
    world.done(world.propose(terms))
    other = signed("HOTEL", replace(terms, **changes))  # type: ignore[arg-type]  # their fields
    assert world.refused(world.accept(terms, signature=other)) == "SIGNATURE_INVALID"
    assert world.refused(world.accept(terms, signature=signed("AIR", terms))) == "SIGNATURE_INVALID"
    world.done(world.accept(terms))


def test_an_offer_stands_by_its_proposers_key_of_today(world: World) -> None:
    """Its proposer's key replaced, an open offer is refused; under the old one again it stands."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL")
    world.done(world.propose(terms))
    partners = world.state.reference.partners
    before = partners["AIR"]
    partners["AIR"] = replace(before, signing_key=partners["HOTEL"].signing_key)
    found = world.run(world.accept(terms))
    assert isinstance(found, Refusal)
    assert (found.code, found.path) == ("SIGNATURE_INVALID", ("input", "contractId"))
    assert found.facts == {"partner": "AIR"}
    partners["AIR"] = before
    world.done(world.accept(terms))


def test_an_offer_is_in_force_for_nobody(world: World) -> None:
    """Proposed and not accepted, a contract converts nothing, whatever its dates."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL")
    world.done(world.propose(terms))
    world.now = terms.valid_from
    reference = world.state.reference
    assert reference.contract_at(CONVERSION, "AIR", "HOTEL", world.now) is None


def test_a_version_takes_effect_a_minute_after_its_acceptance_at_the_earliest(
    world: World,
) -> None:
    """Accepted 60 s before it begins: yes; a microsecond later: no."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL", valid_from=world.now + 2 * MINUTE)
    world.done(world.propose(terms))
    world.now = terms.valid_from - MINUTE + 1
    assert world.refused(world.accept(terms)) == "VALIDITY_TOO_SOON"
    world.now -= 1
    world.done(world.accept(terms))


def test_the_latest_begun_version_is_in_force(world: World) -> None:
    """From its beginning version 2 stands in version 1's place; when it ends, none does."""
    one = world.terms(CONVERSION, "AIR", "HOTEL")
    world.agree(one)
    two = replace(one, version=2, valid_from=world.now + DAY, valid_to=world.now + 2 * DAY)
    world.done(world.propose(two))
    world.done(world.accept(two))
    reference = world.state.reference
    found = [
        reference.contract_at(CONVERSION, "AIR", "HOTEL", moment)
        for moment in (two.valid_from - 1, two.valid_from, two.valid_to - 1, two.valid_to)
    ]
    assert [contract.version if contract else 0 for contract in found] == [1, 2, 2, 0]


def test_a_new_version_keeps_what_it_is_between(world: World) -> None:
    """Version 2 of AIR to HOTEL cannot be AIR to SHOP, nor follow a missing version."""
    one = world.terms(CONVERSION, "AIR", "HOTEL")
    world.agree(one)
    other = world.terms(CONVERSION, "AIR", "SHOP", contract=one.contract, version=2)
    assert world.refused(world.propose(other)) == "TERMS_INVALID"
    third = world.terms(CONVERSION, "AIR", "HOTEL", version=3)
    assert world.refused(world.propose(third)) == "TERMS_INVALID"


def test_either_party_or_the_operator_ends_a_contract(world: World) -> None:
    """HOTEL ends it at once; SHOP does not know it; ended, it stays ended."""
    contract = world.agree(world.terms(CONVERSION, "AIR", "HOTEL"))
    assert world.refused(end(world, contract, partner="SHOP")) == "CONTRACT_UNKNOWN"
    world.done(end(world, contract, partner="HOTEL"))
    found = world.run(end(world, contract))
    assert isinstance(found, Refusal)
    assert (found.code, found.facts["state"]) == ("CONTRACT_STATE", "ENDED")
    another = world.agree(world.terms(CONVERSION, "AIR", "SHOP"))
    world.done(replace(end(world, another), actor=operator()))


def test_an_end_can_be_moved_forward_and_never_put_off(world: World) -> None:
    """Ending in ten days, it may end in five, but neither in ten again nor in eleven."""
    contract = world.agree(world.terms(CONVERSION, "AIR", "HOTEL"))
    ten = world.now + 10 * DAY
    world.done(end(world, contract, ten))
    for at in (ten, ten + DAY):
        found = world.run(end(world, contract, at, partner="HOTEL"))
        assert isinstance(found, Refusal)
        assert (found.code, found.facts["state"]) == ("CONTRACT_STATE", "ENDING")
    world.done(end(world, contract, ten - 5 * DAY, partner="HOTEL"))
    assert world.state.reference.contracts[contract, 1].until == ten - 5 * DAY


def test_an_offer_can_be_withdrawn(world: World) -> None:
    """Ended before it was accepted, it can no longer be accepted."""
    terms = world.terms(CONVERSION, "AIR", "HOTEL")
    world.done(world.propose(terms))
    world.done(end(world, terms.contract))
    assert world.refused(world.accept(terms)) == "CONTRACT_STATE"


def test_open_terms_have_no_end(world: World) -> None:
    """Without validTo a contract is in force until one of the parties ends it."""
    contract = world.agree(world.terms(CONVERSION, "AIR", "HOTEL"))
    assert world.state.reference.contracts[contract, 1].until == NEVER
