"""The order of a rule's codes is the order of its checks, for every rule there is."""

import pickle
from itertools import combinations

import pytest

from domain.errors import Refusal
from domain.ledger.codes import CODES
from domain.ledger.commands import Command
from domain.ledger.model import Decision
from domain.ledger.rules import WRITER_CODES
from tests.world.faults import agreements, disputes, keys, ledger, records, settlements, waiting
from tests.world.faults.fault import Case
from tests.world.network import World

CASES: dict[type[Command], Case] = {
    **ledger.CASES,
    **records.CASES,
    **agreements.CASES,
    **settlements.CASES,
    **disputes.CASES,
    **waiting.CASES,
    **keys.CASES,
}
every_command = pytest.mark.parametrize("command", CASES, ids=lambda command: command.__name__)


IMAGES: dict[type[Command], bytes] = {}


def image(kind: type[Command]) -> bytes:
    """The good command and its world, built once: each pair of faults spoils a copy."""
    if kind not in IMAGES:
        IMAGES[kind] = pickle.dumps(CASES[kind].good())
    return IMAGES[kind]


def answer(kind: type[Command], *codes: str) -> str:
    """The code that a command with these faults meets; the first fault is put on last."""
    world: World
    command: Command
    world, command = pickle.loads(image(kind))  # noqa: S301 -- our own bytes
    case = CASES[kind]
    for code in reversed(codes):
        command = case.faults[code](world, command)
    found = world.decide(command)
    return found.code if isinstance(found, Refusal) else ""


def test_every_command_has_its_faults() -> None:
    """No rule is left out of the walk."""
    assert set(CASES) == set(World().rules.commands())


@every_command
def test_every_code_of_a_rule_has_a_fault_in_the_rule_s_order(command: type[Command]) -> None:
    """The faults walk the tuple of codes, none left out, none that the rule does not list."""
    assert (*WRITER_CODES, *CASES[command].faults) == World().rules.codes(command)


@every_command
def test_the_good_command_is_accepted(command: type[Command]) -> None:
    """Without a fault there is a decision, so each fault is what the refusal is for."""
    world, good = CASES[command].good()
    assert isinstance(world.run(good), Decision)


@every_command
def test_every_code_can_be_reached(command: type[Command]) -> None:
    """Each fault alone meets its own code."""
    case = CASES[command]
    assert [answer(command, code) for code in case.faults] == list(case.faults)


@every_command
def test_of_two_faults_the_earlier_code_is_answered(command: type[Command]) -> None:
    """For every pair of a rule's codes, the command that deserves both meets the earlier."""
    case = CASES[command]
    wrong = {
        (first, second): found
        for first, second in combinations(case.faults, 2)
        if (found := answer(command, first, second)) != first
    }
    assert wrong == {}


def test_every_code_in_the_table_is_some_rule_s() -> None:
    """The table of codes holds nothing that no rule can answer."""
    rules = World().rules
    assert {code for command in rules.commands() for code in rules.codes(command)} == set(CODES)
