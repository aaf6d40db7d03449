"""Figures that other ledgers publish or test, reproduced in our own terms.

`tests/cases/ledger.json` has them with their sources. A purse of plain points stands for their
accounts: WALLET is the debited account, REDEEMED the credited one.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from domain.clock import DAY, SECOND, parse_instant
from domain.errors import Refusal
from domain.ledger import commands as c
from domain.ledger.model import REDEEMED, WALLET, Decision
from domain.ledger.records import CONVERSION
from domain.money import COUNTER_MAX, Ratio, split
from tests.integration.store.world import furnished_world
from tests.world.network import World, by, named

CASES_FILE = Path(__file__).parents[2] / "cases" / "ledger.json"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
}
TESTED = {"TB2", "TB4", "TB8", "TB9", "TB11", "HO1", "FL1", "FL7", "BL1"}
MINA = named("mina")


def purse(points: int) -> World:
    """A member with plain points of its one partner, who redeems them at home."""
    world = World()
    world.partner("AIR")
    world.unit("AIR")
    world.member("mina", "AIR")
    world.endow("mina", "AIR", points)
    return world


def quads(world: World, purpose: str) -> list[int]:
    """Debits pending and posted, credits pending and posted."""
    account = world.state.account(MINA, "AIR", purpose)
    return [
        account.debits_pending,
        account.debits_posted,
        account.credits_pending,
        account.credits_posted,
    ]


def debits(world: World) -> list[int]:
    """The wallet's debits pending and posted; its credits are what it was endowed with."""
    return quads(world, WALLET)[:2]


def redeem(world: World, amount: int) -> Decision | Refusal:
    """Take points at once."""
    return world.run(
        c.RedeemPoints(actor=by("AIR"), id=world.fresh(), owner=MINA, unit="AIR", amount=amount)
    )


def hold(world: World, name: str, amount: int, life: int) -> Decision | Refusal:
    """Set points aside."""
    return world.run(
        c.PlaceHold(
            actor=by("AIR"),
            id=named(name),
            owner=MINA,
            unit="AIR",
            amount=amount,
            deadline=world.now + life,
        )
    )


def capture(world: World, name: str, amount: int | None) -> str:
    """Take what was set aside; the code of the refusal, or nothing."""
    found = world.run(
        c.CaptureHold(
            actor=by("AIR"), id=world.fresh(), owner=MINA, hold=named(name), amount=amount
        )
    )
    return found.code if isinstance(found, Refusal) else ""


def void(world: World, name: str) -> str:
    """Let go what was set aside; the code of the refusal, or nothing."""
    found = world.run(c.VoidHold(actor=by("AIR"), id=world.fresh(), owner=MINA, hold=named(name)))
    return found.code if isinstance(found, Refusal) else ""


def test_every_case_of_the_file_is_tested() -> None:
    """No case in the data is passed over, and none is tested that is not there."""
    assert set(CASES) == TESTED


def test_two_phases_with_a_time_out() -> None:
    """TB2: 54 pending and 15 posted become 36 posted, step by step, each refusal its own."""
    case = CASES["TB2"]
    world = purse(69)
    redeem(world, case["single"]["T1"])
    for name, amount in case["pending"].items():
        life = case["timeouts"].get(name, 30 * DAY // SECOND) * SECOND
        assert isinstance(hold(world, name.lower(), amount, life), Decision)
    assert debits(world) == case["before"]["A1"][:2]
    assert quads(world, REDEEMED) == case["before"]["A2"]
    world.now += SECOND
    assert capture(world, "t2", 13) == ""
    assert void(world, "t3") == ""
    assert capture(world, "t4", None) == "HOLD_EXPIRED"
    assert capture(world, "t5", 8) == "CAPTURE_EXCEEDS_HOLD"
    assert [capture(world, name, None) for name in ("t5", "t6")] == ["", ""]
    assert capture(world, "t7", 0) == ""
    assert [capture(world, name, None) for name in ("t2", "t3")] == ["HOLD_ENDED", "HOLD_ENDED"]
    # T4 has timed out; the entry that says so is written by the first who needs its points.
    world.done(c.ExpireWallet(actor=by("AIR"), id=world.fresh(), owner=MINA, unit="AIR"))
    assert debits(world) == case["after"]["A1"][:2]
    assert quads(world, REDEEMED) == case["after"]["A2"]


def test_legs_linked_in_one_transfer_fail_together() -> None:
    """TB4: the second leg of a gift is not possible, so the first is not made; the next is."""
    case = CASES["TB4"]
    world = purse(case["credits"])
    world.member("jun", "AIR")
    linked, _, alone = case["batch"]
    full = world.state.account(named("jun"), "AIR", WALLET)
    full.credits_posted = full.debits_posted = COUNTER_MAX
    gift = c.GiftPoints(
        actor=by("AIR"),
        id=world.fresh(),
        owner=MINA,
        recipient=named("jun"),
        unit="AIR",
        amount=linked[1],
    )
    assert world.refused(gift) == "COUNTER_LIMIT"
    assert debits(world) == [0, 0]
    full.credits_posted = full.debits_posted = 0
    redeem(world, alone[1])
    assert debits(world) == [0, case["final_debits"]]


def test_many_holds_posted_and_voided_in_turn() -> None:
    """TB8: posted and pending after each step are the published ones."""
    case = CASES["TB8"]
    world = purse(sum(case["pending"]))
    for n, amount in enumerate(case["pending"], 1):
        hold(world, f"h{n}", amount, DAY)
    found = [debits(world)]
    for step in case["steps"]:
        verb, name = step[:4], f"h{step[4:]}"
        assert (capture(world, name, None) if verb == "post" else void(world, name)) == ""
        found.append(debits(world))
    assert [posted for _, posted in found] == case["posted"]
    assert [pending for pending, _ in found] == case["pending_left"]


def test_a_limit_is_looked_at_when_points_are_set_aside() -> None:
    """TB9: with 100 in and 70 out, a hold of 50 is refused at once, not at its capture."""
    case = CASES["TB9"]
    world = purse(case["credits_posted"])
    redeem(world, case["debits_posted"])
    found = hold(world, "h1", case["pending_request"], DAY)
    assert isinstance(found, Refusal)
    assert found.facts == {"unit": "AIR", "available": 30, "required": 50}


def test_an_exchange_books_the_floor() -> None:
    """TB11: 10,000 at 82.42135 are 824,213.5: 824,213 are booked, not the page's 824,214."""
    case = CASES["TB11"]
    world = purse(case["src_amount"])
    world.partner("HOTEL")
    world.unit("HOTEL")
    rate = Fraction(case["rate"])
    assert case["src_amount"] * rate == Fraction(case["exact"])
    terms = world.terms(CONVERSION, "AIR", "HOTEL", rate=Ratio(rate.numerator, rate.denominator))
    world.agree(terms)
    effect = world.done(
        c.ExchangePoints(
            actor=by("AIR"),
            id=world.fresh(),
            owner=MINA,
            source="AIR",
            target="HOTEL",
            amount=case["src_amount"],
        )
    )
    assert effect.legs[1].amount == case["floor"] == case["doc_dst"] - 1


@pytest.mark.parametrize(("total", "weights", "parts"), CASES["HO1"]["splits"])
def test_splits_lose_nothing(total: int, weights: list[int], parts: list[int]) -> None:
    """HO1: floor, then one unit each to the largest remainders, ties to the earliest."""
    assert split(total, weights) == parts


def test_balances_as_of_an_effective_time() -> None:
    """FL1: transfers entered out of order are read in the order of their effective times."""
    case = CASES["FL1"]
    world = purse(sum(amount for _, way, amount in case["insert_order"] if way == "out"))
    start = world.now
    world.now += DAY
    adjusted: list[tuple[int, int, int]] = []
    for place, (when, way, amount) in enumerate(case["insert_order"]):
        moment = start + int(when[1:]) * SECOND
        effect = world.done(
            c.AdjustPoints(
                actor=by("AIR"),
                id=world.fresh(),
                owner=MINA,
                unit="AIR",
                amount=amount if way == "in" else -amount,
                reason="MIGRATION",
                effective_at=moment,
                backdate_max=2 * DAY,
            )
        )
        (leg,) = effect.legs
        effective = parse_instant(effect.fields["effective"])
        taken = leg.amount if leg.debit == WALLET else 0
        adjusted.append((effective, leg.amount - taken, taken))
        until = [item for item in adjusted if item[0] <= moment]
        found = [sum(item[1] for item in until), sum(item[2] for item in until)]
        assert found == case["effective_after_each"][place]


def test_holds_beyond_the_balance_are_refused() -> None:
    """BL1: five holds of 1,000 fill a balance of 5,000; the sixth is refused."""
    case = CASES["BL1"]
    world = purse(case["balance"])
    found = [
        isinstance(hold(world, f"h{n}", amount, DAY), Decision)
        for n, amount in enumerate(case["holds"], 1)
    ]
    assert found == [True] * 5 + [False]


def test_a_key_answers_one_request_only(sqlite_url: str) -> None:
    """FL7: the same key and amount give the first id again; another amount is refused."""
    case = CASES["FL7"]
    network = furnished_world(sqlite_url)
    try:
        member = network.members[0]
        (first,) = network.must(network.issue(member, case["first"], key="k"))
        again, other = network.run(
            network.issue(member, case["first"], key="k"),
            network.issue(member, case["second"], key="k"),
        )
    finally:
        network.close()
    assert (again.id, again.seq, again.replayed) == (first.id, first.seq, True)
    assert other.refusal is not None
    assert other.refusal.code == "IDEMPOTENCY_KEY_REUSED"
