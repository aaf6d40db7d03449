"""Whose keys take two people, and who counts as one of the operator's people."""

from dataclasses import replace

import pytest

from api.auth.scopes import OPERATOR_ONLY, ROLE_SCOPES, Role, effective
from domain.errors import Refusal
from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from domain.ledger.model import Decision
from domain.ledger.records import ApiKey
from domain.partners.commands import GrantKey, RevokeKey
from domain.partners.people import Asked, living, people, read_asked, takes_two
from tests.world.network import World, operator

TABLE = """
operator | OPERATOR | two
operator | FINANCE  | two
operator | AUDITOR  | one
operator | PARTNER  | two
AIR      | PARTNER  | one
AIR      | FINANCE  | one
AIR      | AUDITOR  | one
AIR      | OPERATOR | one
"""
FOUNDER = Actor(OPERATOR, "system/init", "init", person=False)


@pytest.mark.parametrize("row", TABLE.strip().splitlines())
def test_whose_keys_take_two(row: str) -> None:
    """Whoever could act for the operator is agreed on by two, and nobody else."""
    of, role, many = (cell.strip() for cell in row.split("|"))
    partner = "" if of == "operator" else of
    assert takes_two(partner, role) is (many == "two")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("partner", ["", "AIR"])
def test_what_one_person_gives_takes_no_part(role: Role, partner: str) -> None:
    """No scope of the operator's alone counts for a key that one person may give."""
    if not takes_two(partner, role.value):
        assert not effective(role, partner, ROLE_SCOPES[role]) & OPERATOR_ONLY


def _grant(world: World, subject: str, *, person: bool = True, role: str = "OPERATOR") -> GrantKey:
    return GrantKey(
        actor=FOUNDER, id=world.fresh(), prefix=f"key{world.count}", partner="", subject=subject,
        person=person, role=role, scopes=("network:admin",), hash=f"{world.count:064x}",
    )  # fmt: skip


def _code(world: World, command: GrantKey | RevokeKey) -> str:
    found = world.run(command)
    return found.code if isinstance(found, Refusal) else ""


def test_the_first_two_people_come_once() -> None:
    """The founder gives two, in whatever letters, and none after them; a service is none."""
    world = World()
    assert _code(world, _grant(world, "robot", person=False)) == "KEY_NEEDS_PROPOSAL"
    assert _code(world, replace(_grant(world, "ann"), actor=operator("ann"))) == (
        "KEY_NEEDS_PROPOSAL"
    )
    assert _code(world, _grant(world, "reader", role="AUDITOR")) == ""
    told = [_code(world, _grant(world, name)) for name in ("ann", "ANN", "bob", "cid")]
    assert told == ["", "", "", "KEY_NEEDS_PROPOSAL"]
    keys = world.state.reference.keys
    assert people(keys.values()) == {"ann", "bob"}
    for name, key in keys.items():
        keys[name] = replace(key, revoked_seq=9)
    assert living(keys.values()) == set()
    assert _code(world, _grant(world, "cid")) == "KEY_NEEDS_PROPOSAL"


def test_two_people_always_stay() -> None:
    """A second key of a person ends; the last of one of two does not, nor one of the last."""
    world = World()
    for name in ("ann", "Ann", "bob"):
        world.done(_grant(world, name))
    ann, again, bob = sorted(world.state.reference.keys)

    def end(key: str) -> str:
        return _code(world, RevokeKey(actor=operator("ann"), id=world.fresh(), prefix=key))

    assert [end(bob), end(ann), end(again)] == ["PERSONS_TOO_FEW", "", "PERSONS_TOO_FEW"]
    world.state.reference.keys["third"] = ApiKey(
        "third", "", "cid", True, "FINANCE", (), "f" * 64, 9, 0
    )
    assert end(bob) == ""


@pytest.mark.parametrize("person", [True, False])
def test_what_is_proposed_is_read_back(person: bool) -> None:
    """A proposal's value names all of its key, and nothing of its secret."""
    asked = Asked(f"abcdefgh.{'0' * 64}", "c.i-d_1", person, "FINANCE", ("audit:read", "a:b"))
    assert asked.fault() is None
    assert read_asked(asked.text()) == asked
    assert (asked.prefix, asked.hash) == ("abcdefgh", "0" * 64)


@pytest.mark.parametrize(
    "own",
    [
        {"fingerprint": "abcdefgh"},
        {"fingerprint": f"abcdefgh.{'0' * 64}\n"},
        {"subject": "a,b"},
        {"subject": "an n"},
        {"subject": "\u0430nn"},
        {"role": "AUDITOR"},
        {"role": "PARTNER"},
        {"scopes": ()},
        {"scopes": ("a;b",)},
        {"scopes": ("a:b",) * 65},
    ],
)
def test_what_could_be_read_as_another_key_is_refused(own: dict[str, object]) -> None:
    """No part of a proposal holds what parts them, a blank or a letter that looks like another."""
    good = Asked(f"abcdefgh.{'0' * 64}", "cid", True, "FINANCE", ("audit:read",))
    fault = good._replace(**own).fault()  # type: ignore[arg-type]  # fields of it
    assert fault is not None
    assert fault[0] == next(iter(own))


def test_a_good_founding_is_a_decision() -> None:
    """The founder's entry is of a kind of its own, which says that the rule holds from here."""
    world = World()
    found = world.run(_grant(world, "ann"))
    assert isinstance(found, Decision)
    assert [effect.kind for effect in found.effects] == ["key.founded"]
