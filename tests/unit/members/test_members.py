"""Members, memberships and consents (LEDGER section 7)."""

from dataclasses import replace

import pytest

from domain.clock import NEVER
from domain.errors import Refusal
from domain.ledger.commands import Command, GrantConsent, LinkMember
from domain.ledger.model import Decision
from tests.world.faults.records import enroll, grant, link
from tests.world.network import World, by, named, operator


def changed(good: tuple[World, Command], **changes: object) -> tuple[World, Command]:
    """A command with other values, and its world."""
    return good[0], replace(good[1], **changes)  # type: ignore[arg-type]  # the command's fields


def test_an_enrolment_makes_member_and_membership_known() -> None:
    """The reference stays out of the entry and is bound to it as payload."""
    world, command = enroll()
    found = world.run(command)
    assert isinstance(found, Decision)
    assert found.payload == {"reference": "7"}
    assert found.effects[0].fields == {
        "member": named("sora"),
        "partner": "AIR",
        "commitment": "c" * 64,
    }
    assert named("sora") in world.state.members
    assert (named("sora"), "AIR") in world.state.memberships


def test_a_reference_names_one_member_of_a_partner() -> None:
    """What AIR calls 7 cannot be another member of AIR's, but may be one of HOTEL's."""
    world, command = enroll()
    world.done(command)
    assert world.refused(replace(command, owner=named("hana"))) == "REFERENCE_TAKEN"  # type: ignore[call-arg]
    linking = LinkMember(
        actor=by("HOTEL"),
        id=world.fresh(),
        owner=named("mina"),
        partner="HOTEL",
        reference="7",
        reference_index="7" * 64,
    )
    world.done(linking)
    assert world.refused(replace(linking, owner=named("jun"))) == "REFERENCE_TAKEN"


def test_a_link_joins_no_two_members() -> None:
    """A member linked once is linked; linking again, under another reference too, is refused."""
    world, command = link()
    world.done(command)
    again = changed((world, command), reference="8", reference_index="8" * 64)[1]
    assert world.refused(again) == "ALREADY_LINKED"


def test_the_operator_enrols_and_links_for_a_partner() -> None:
    """Imports act as the operator; another partner may not."""
    for good in (enroll(), link()):
        world, command = changed(good, actor=operator())
        world.done(command)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"action": "GIFT"}, "VALUE_INVALID"),
        ({"evidence": "E" * 64}, "VALUE_INVALID"),
        ({"evidence": "e" * 63}, "VALUE_INVALID"),
        ({"expires_at": 1}, "VALUE_INVALID"),
        ({"max": -1}, "AMOUNT_OUT_OF_RANGE"),
        ({"max": 10**15 + 1}, "AMOUNT_OUT_OF_RANGE"),
        ({"actor": operator()}, "NOT_PERMITTED"),
    ],
)
def test_a_consent_is_refused_for_what_it_says(changes: dict[str, object], code: str) -> None:
    """Action, evidence, expiry and limit are looked at, and who vouches for it."""
    world, command = changed(grant(), **changes)
    found = world.run(command)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_a_consent_says_who_vouched_for_it() -> None:
    """The entry has the unit's owner, the evidence's hash, no limit as empty, no end as empty."""
    world, command = changed(grant(), expires_at=NEVER)
    assert isinstance(command, GrantConsent)
    fields = world.done(command).fields
    assert (fields["vouched"], fields["limit"], fields["expires"]) == ("AIR", "", "")
    assert fields["evidence"] == "e" * 64
