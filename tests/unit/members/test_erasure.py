"""Erasing a member: what its book comes to, and what is refused from then on (LEDGER section 9)."""

from dataclasses import replace

import pytest

from domain.clock import DAY
from domain.ledger.commands import (
    Command,
    EraseMember,
    PlaceHold,
    ReverseTransfer,
    RevokeConsent,
)
from domain.ledger.model import DEBT, EXPIRED, LOT_USES_MAX, WALLET, Decision
from tests.unit.ledger.test_precedence import CASES
from tests.world.faults.ledger import MINA, scene
from tests.world.faults.records import enroll
from tests.world.network import World, by, named, operator

TOUCHING = [kind for kind, case in CASES.items() if "MEMBER_ERASED" in case.faults]


def erasure(world: World, name: str = "mina") -> EraseMember:
    """The operator's order to erase a member."""
    return EraseMember(actor=operator(), id=world.fresh(), owner=named(name))


def test_an_erasure_ends_what_a_member_has() -> None:
    """All points expire before their time, live consents end, then the erasure stands."""
    world = scene("       wallet mina/HOTEL 7").world
    found = world.run(erasure(world))
    assert isinstance(found, Decision)
    assert [effect.kind for effect in found.effects] == [
        "points.expired", "points.expired", "consent.revoked", "consent.revoked",
        "subject.erased",
    ]  # fmt: skip
    assert found.effects[-1].fields == {"member": MINA, "commitment": named("mina") * 2}
    for unit, amount in (("AIR", 100_000), ("HOTEL", 7)):
        assert [lot.remaining for lot in world.lots("mina", unit) if lot.remaining] == []
        assert world.state.account(MINA, unit, EXPIRED).credits_posted == amount
    assert world.obligations == []


@pytest.mark.parametrize("kind", TOUCHING, ids=lambda kind: kind.__name__)
def test_nothing_touches_the_book_afterwards(kind: type[Command]) -> None:
    """Whatever was a good command on the member is refused once it is erased."""
    world, command = CASES[kind].good()
    if kind is ReverseTransfer:  # in its world HOTEL holds points for ten minutes
        world.now += DAY
    world.done(erasure(world))
    # The erasure has revoked every live consent, so that there is none left to revoke.
    code = "CONSENT_REVOKED" if kind is RevokeConsent else "MEMBER_ERASED"
    assert world.refused(command) == code


def test_a_consent_that_had_lapsed_is_not_revoked_later() -> None:
    """An entry about it would need the member's key, which is gone."""
    world = scene().world
    consents = world.state.consents[MINA]
    for id_, consent in consents.items():
        consents[id_] = replace(consent, expires_at=world.now)
    found = world.run(erasure(world))
    assert isinstance(found, Decision)
    assert "consent.revoked" not in {effect.kind for effect in found.effects}
    late = RevokeConsent(actor=by("AIR"), id=world.fresh(), owner=MINA, consent=named("k1"))
    assert world.refused(late) == "MEMBER_ERASED"


def test_a_hold_stands_in_the_way_until_its_deadline() -> None:
    """An open hold refuses the erasure and is named; an overdue one is ended by it."""
    world = scene().world
    hold = PlaceHold(
        actor=by("AIR"),
        id=world.fresh(),
        owner=MINA,
        unit="AIR",
        amount=400,
        deadline=world.now + DAY,
    )
    world.done(hold)
    assert world.refused(erasure(world)) == "MEMBER_HAS_HOLD"
    assert world.last == ("MEMBER_HAS_HOLD", ("input", "memberId"), {
        "hold": hold.id, "deadline": hold.deadline,
    })  # fmt: skip
    world.now = hold.deadline
    found = world.run(erasure(world))
    assert isinstance(found, Decision)
    assert [effect.kind for effect in found.effects][:2] == ["hold.expired", "points.expired"]
    assert world.state.account(MINA, "AIR", WALLET).debits_pending == 0


def test_a_debt_does_not_stand_in_the_way() -> None:
    """It stays in the book as it was, the issuer's loss."""
    world = scene().world
    debt = world.state.account(MINA, "AIR", DEBT)
    issued = world.state.account(MINA, "AIR", "ISSUED")
    debt.debits_posted = issued.credits_posted = 300
    world.done(erasure(world))
    assert (debt.debits_posted, debt.credits_posted) == (300, 0)


def test_a_crowded_wallet_takes_several_entries() -> None:
    """No entry uses more lots than a leaf holds, and each has an id of its own."""
    world = scene().world
    world.endow("mina", "AIR", 1, count=LOT_USES_MAX, apart=1)
    found = world.run(erasure(world))
    assert isinstance(found, Decision)
    uses = [len(effect.uses) for effect in found.effects if effect.kind == "points.expired"]
    assert uses == [LOT_USES_MAX, 1]


def test_a_quote_is_worth_nothing_afterwards() -> None:
    """It needs no entry of its own: the exchange is refused for the member."""
    kind = next(kind for kind in TOUCHING if kind.__name__ == "ExchangePoints")
    world, command = CASES[kind].good()
    world.done(erasure(world))
    assert world.refused(replace(command, quote=named("q1"))) == "MEMBER_ERASED"  # type: ignore[call-arg]


def test_a_person_may_come_back_as_somebody_else() -> None:
    """The partner's reference is free again, for a new pseudonym."""
    world, command = enroll()
    world.done(command)
    world.done(erasure(world, "sora"))
    assert world.refused(command) == "MEMBER_EXISTS"
    world.done(replace(command, id=world.fresh(), owner=named("sora again")))  # type: ignore[call-arg]
