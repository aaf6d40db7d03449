"""Partners, units and keys: what the operator may set, and what a change leaves as it was."""

from dataclasses import replace

import pytest

from domain.errors import Refusal
from domain.ledger.commands import Command
from domain.ledger.records import Window
from domain.money import Ratio
from domain.partners.commands import GrantKey, UpdatePartner
from tests.world.faults.records import create_partner, create_unit, grant_key, update_partner
from tests.world.network import World, operator, public_key

# Points of small order, and one that is not below the field's prime: anything verifies under them.
BAD_KEYS = ("01" + "00" * 31, "00" * 32, "ed" + "ff" * 30 + "7f", "ab", "Z" * 64)


def refusal(good: tuple[World, Command], **changes: object) -> Refusal:
    """What a command with other values is refused with."""
    found = good[0].run(replace(good[1], **changes))  # type: ignore[arg-type]  # its fields
    assert isinstance(found, Refusal)
    return found


def test_the_first_partner_of_a_currency_opens_its_first_window() -> None:
    """Another partner of the same currency opens none."""
    world, command = create_partner()
    assert list(world.state.reference.windows) == [(1, "KRW")]
    world.done(command)
    world.done(replace(command, partner="BAR", currency="EUR", signing_key=""))  # type: ignore[call-arg]
    windows = world.state.reference.windows
    assert windows[1, "EUR"] == Window(1, "EUR", "OPEN", world.state.size - 1, 0)
    assert set(windows) == {(1, "KRW"), (1, "EUR")}


@pytest.mark.parametrize(
    "changes",
    [
        {"partner": "bank"},
        {"partner": "B"},
        {"partner": "B" * 17},
        {"partner": "OPERATOR"},
        {"partner": "SYSTEM"},
        {"currency": "WON1"},
        {"reversal": "ASK"},
    ],
)
def test_codes_currencies_and_policies_have_a_form(changes: dict[str, object]) -> None:
    """Each is VALUE_INVALID, the names that the ledger keeps for itself too."""
    assert refusal(create_partner(), **changes).code == "VALUE_INVALID"


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_under_which_forgeries_verify_does_not_enter(key: str) -> None:
    """Small order, not canonical, not 64 hex digits: refused at admission and at change."""
    assert refusal(create_partner(), signing_key=key).code == "PUBLIC_KEY_INVALID"
    assert refusal(update_partner(), signing_key=key).code == "PUBLIC_KEY_INVALID"


def test_an_update_leaves_what_it_does_not_name() -> None:
    """A new policy alone keeps cap, key and roles; the cap can be lowered and not raised."""
    world, _ = update_partner()
    before = world.state.reference.partners["AIR"]
    line = world.state.credit_line("AIR", "KRW")
    cap = line.cap
    world.done(
        UpdatePartner(actor=operator(), id=world.fresh(), partner="AIR", reversal="ALLOW_DEBT")
    )
    assert world.state.reference.partners["AIR"] == replace(before, reversal="ALLOW_DEBT")
    assert line.cap == cap
    change = UpdatePartner(actor=operator(), id=world.fresh(), partner="AIR", cap=cap - 1)
    world.done(change)
    assert line.cap == cap - 1
    found = world.run(replace(change, cap=cap))
    assert isinstance(found, Refusal)
    assert found.facts == {"available": cap - 1, "required": cap}


def test_a_partner_can_stop_issuing_and_change_its_key() -> None:
    """What it names is changed: AIR issues no more, and signs with another key."""
    world, _ = update_partner()
    world.done(
        UpdatePartner(
            actor=operator(),
            id=world.fresh(),
            partner="AIR",
            issuer=False,
            signing_key=public_key("OTHER"),
        )
    )
    partner = world.state.reference.partners["AIR"]
    assert (partner.issuer, partner.acceptor) == (False, True)
    assert partner.signing_key == public_key("OTHER")


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "shop"},
        {"scale": 5},
        {"scale": -1},
        {"expiry": "DAYS 0"},
        {"expiry": "DAYS 36501"},
        {"expiry": "CALENDAR WEEK 1"},
        {"expiry": "CALENDAR MONTH 1201"},
        {"expiry": "NEVER "},
        {"zone": "Asia/Nowhere"},
        {"zone": "../etc/passwd"},
    ],
)
def test_a_unit_s_terms_have_a_form(changes: dict[str, object]) -> None:
    """Code, scale, expiry rule and zone are looked at: VALUE_INVALID."""
    assert refusal(create_unit(), **changes).code == "VALUE_INVALID"


def test_a_unit_is_as_it_was_declared() -> None:
    """Fractions stay as written, and the version is the first."""
    world, command = create_unit()
    world.done(replace(command, nominal=Ratio(20, 4), earn=Ratio(1, 1000), prepaid=True))  # type: ignore[call-arg]
    unit = world.state.reference.units["SHOP"]
    assert (str(unit.nominal), str(unit.earn), unit.prepaid, unit.version) == (
        "20/4",
        "1/1000",
        True,
        1,
    )


def test_a_signing_key_belongs_to_one_partner() -> None:
    """A key that another partner has registered is refused: one signature would serve for both."""
    world, command = create_partner()
    world.done(command)
    again = world.run(replace(command, id=world.fresh(), partner="BAR"))  # type: ignore[call-arg]
    assert isinstance(again, Refusal)
    assert again.code == "PUBLIC_KEY_INVALID"


def test_a_key_gives_no_more_than_it_has() -> None:
    """An operator's key gives operator's keys its own scopes at most; a partner's key is free."""
    world, command = grant_key()
    assert isinstance(command, GrantKey)
    world.done(command)
    narrow = replace(
        command, partner="", role="AUDITOR", prefix="narrow", scopes=("network:admin",)
    )
    world.done(replace(narrow, id=world.fresh()))
    by_narrow = operator()._replace(key="narrow")
    more = ("network:admin", "settlement:decide")
    refused = world.run(
        replace(narrow, id=world.fresh(), actor=by_narrow, prefix="wide", scopes=more)
    )
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.path) == ("NOT_PERMITTED", ("input", "scopes"))
    world.done(replace(command, id=world.fresh(), actor=by_narrow, prefix="till"))
