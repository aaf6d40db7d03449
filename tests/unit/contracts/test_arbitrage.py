"""No round trip through contracts creates points; the loop is named (DESIGN invariant 8)."""

import pytest

from domain.clock import DAY
from domain.contracts.commands import EndContract
from domain.contracts.terms import Terms
from domain.errors import Refusal
from domain.ledger.records import CONVERSION
from domain.money import Ratio
from tests.world.network import World, by
from tests.world.script import play


@pytest.fixture
def world() -> World:
    """Three brands with a unit each, at three scales."""
    return play("""
        given  partner AIR; partner HOTEL; partner SHOP
               unit AIR scale 2; unit HOTEL; unit SHOP scale 4
    """).world


def offer(world: World, way: str, rate: str, **changes: object) -> Terms:
    """Terms for `AIR>HOTEL`, proposed."""
    source, target = way.split(">")
    terms = world.terms(CONVERSION, source, target, rate=Ratio.parse(rate), **changes)
    world.done(world.propose(terms))
    return terms


def agree(world: World, way: str, rate: str, **changes: object) -> Terms:
    """Terms for `AIR>HOTEL`, proposed and accepted; time stands still."""
    terms = offer(world, way, rate, **changes)
    world.done(world.accept(terms))
    return terms


def loop(world: World, terms: Terms) -> tuple[str, str]:
    """The loop for which accepting the terms is refused, and what a point becomes on it."""
    found = world.run(world.accept(terms))
    assert isinstance(found, Refusal)
    assert found.code == "ARBITRAGE_LOOP"
    return str(found.facts["loop"]), str(found.facts["product"])


def test_there_and_back_for_more_than_one_is_refused(world: World) -> None:
    """1/2 there and 2/1 back is even and allowed; 3/1 back makes 3/2 of every point."""
    agree(world, "AIR>HOTEL", "1/2")
    terms = offer(world, "HOTEL>AIR", "3/1")
    assert loop(world, terms) == ("HOTEL>AIR>HOTEL", "3/2")
    agree(world, "HOTEL>AIR", "2/1", contract="a" * 32)


def test_the_smallest_gain_is_seen(world: World) -> None:
    """(10^12 - 1) / 10^12 against 10^12 / (10^12 - 1) is even; one in 10^24 more is not."""
    agree(world, "AIR>HOTEL", "999999999999/1000000000000")
    terms = offer(world, "HOTEL>AIR", "999999999999/999999999998")
    name, product = loop(world, terms)
    num, den = product.split("/")
    assert name == "HOTEL>AIR>HOTEL"
    assert int(num) - int(den) == 1
    agree(world, "HOTEL>AIR", "1000000000000/999999999999", contract="a" * 32)


def test_a_loop_of_three_is_named_whole(world: World) -> None:
    """1/2, 2/1 and 3/2 round three brands make 3/2."""
    agree(world, "AIR>HOTEL", "1/2")
    agree(world, "HOTEL>SHOP", "2/1")
    terms = offer(world, "SHOP>AIR", "3/2")
    assert loop(world, terms) == ("SHOP>AIR>HOTEL>SHOP", "3/2")


def test_a_fee_in_points_counts_and_a_fee_in_money_does_not(world: World) -> None:
    """2/1 back less 1/10 is 9/10 of a loop: allowed; a fee in money makes no points less."""
    agree(world, "AIR>HOTEL", "1/2")
    agree(world, "HOTEL>AIR", "20/9", fee_points=Ratio(1, 10))
    terms = offer(world, "HOTEL>AIR", "20/9", version=2, fee_money=Ratio(1, 1))
    assert loop(world, terms) == ("HOTEL>AIR>HOTEL", "10/9")


def test_a_loop_that_would_open_later_is_seen_now(world: World) -> None:
    """The way there improves in ten days: the way back is good until then, and not after."""
    agree(world, "AIR>HOTEL", "1/2")
    later = world.now + 10 * DAY
    agree(world, "AIR>HOTEL", "2/3", version=2, valid_from=later)
    terms = offer(world, "HOTEL>AIR", "2/1")
    assert loop(world, terms) == ("HOTEL>AIR>HOTEL", "4/3")
    agree(world, "HOTEL>AIR", "2/1", contract="a" * 32, valid_to=later)


def test_a_way_that_has_ended_by_then_opens_no_loop(world: World) -> None:
    """The way there ends before the way back begins."""
    end = world.now + DAY
    agree(world, "AIR>HOTEL", "1/1", valid_to=end)
    agree(world, "HOTEL>AIR", "2/1", valid_from=end)


def test_an_end_put_off_cannot_open_a_loop(world: World) -> None:
    """The way back was accepted because the way there ends: so it ends."""
    first = agree(world, "AIR>HOTEL", "1/1")
    world.now = first.valid_from
    at = world.now + DAY
    ending = EndContract(
        actor=by("AIR"), id=world.fresh(), contract=first.contract, version=1, ends_at=at
    )
    world.done(ending)
    agree(world, "HOTEL>AIR", "2/1", valid_from=at)
    put_off = EndContract(
        actor=by("AIR"), id=world.fresh(), contract=first.contract, version=1, ends_at=at + DAY
    )
    assert world.refused(put_off) == "CONTRACT_STATE"


def test_an_offer_and_an_ended_version_open_nothing(world: World) -> None:
    """Only accepted versions are edges: an offer of 9/1 stands in nobody's way."""
    offer(world, "AIR>HOTEL", "9/1")
    agree(world, "HOTEL>AIR", "1/1")


def test_a_better_version_is_weighed_in_place_of_the_old_one(world: World) -> None:
    """1/2 against 2/1 is even; version 2 of the way there at 1/3 is fine, at 2/3 a loop."""
    agree(world, "AIR>HOTEL", "1/2")
    agree(world, "HOTEL>AIR", "2/1")
    agree(world, "AIR>HOTEL", "1/3", version=2)
    terms = offer(world, "AIR>HOTEL", "2/3", version=3)
    assert loop(world, terms) == ("AIR>HOTEL>AIR", "4/3")


def test_what_begins_after_a_version_took_its_place_is_no_loop(world: World) -> None:
    """AIR to HOTEL at 1/1 is good for a day; the 2/1 back begins under its successor at 1/2."""
    day = world.now + DAY
    agree(world, "AIR>HOTEL", "1/2", version=1, valid_from=day, valid_to=day + DAY)
    agree(world, "HOTEL>AIR", "2/1", valid_from=day)
    # Once the 1/2 has begun this one never comes back, not even when the 1/2 has ended.
    agree(world, "AIR>HOTEL", "1/1", contract="b" * 32)
