"""Long random walks, each from one number: they reach further than the machines, which shrink."""

import random
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.clock import DAY, MINUTE, NEVER, SECOND
from tests.property.ledger import invariants
from tests.property.ledger.commands import LedgerCommands
from tests.property.ledger.comparison import compare
from tests.property.ledger.profile import WALK_STEPS, WALKS
from tests.property.ledger.test_replay_machine import check
from tests.property.ledger.world import BRANDS, COUNT, MEMBERS, POLICIES, UNITS, Drawn

SHARES = (100, 100, 60, 40, 33, 20, 7, 1, 120)
LIVES = (2 * SECOND, MINUTE, DAY, 12 * DAY)
STEPS = (SECOND, MINUTE, DAY, 4 * DAY)
LIMITS = (10**15, 10**15, 60_000, 5_000)
BACK = (0, 0, 0, DAY, 35 * DAY, -SECOND)
SOMEONE = ("", "", "", *BRANDS)
# How often each command is given, beside the others.
WEIGHTS = {
    "wait": 1,
    "wait_until": 1,
    "issue": 4,
    "redeem": 3,
    "exchange": 4,
    "quote": 1,
    "exchange_quoted": 1,
    "gift": 2,
    "adjust": 1,
    "expire": 2,
    "hold": 3,
    "capture": 3,
    "void": 1,
    "reverse": 4,
    "reverse_spent": 2,
    "consent": 1,
    "revoke": 1,
}


def terms(chance: random.Random) -> Drawn:
    """Any terms of a contract."""
    return Drawn(
        factor=Fraction(chance.randint(1, 400), 400),
        price=Fraction(chance.randint(0, 90), chance.randint(1, 9)),
        fee_points=Fraction(chance.choice((0, 0, 3)), chance.randint(4, 50)),
        fee_money=Fraction(chance.choice((0, 1, 7)), chance.randint(1, 5)),
        expiry=chance.choice(("MIN_OF_BOTH", "MIN_OF_BOTH", "TARGET_RULE", "SOURCE_KEPT")),
        caps=chance.choice(((0, 0), (0, 0), (0, 0), (4_000, 0), (0, 3_000))),
        lasts=chance.choice((NEVER, NEVER, NEVER, NEVER, 9 * DAY)),
    )


def arguments(chance: random.Random) -> dict[str, object]:
    """A value for every argument that a command may take."""
    return {
        "pick": chance.randrange(2**16),
        "step": chance.choice(STEPS),
        "member": chance.choice(MEMBERS),
        "recipient": chance.choice(MEMBERS),
        "unit": chance.choice(sorted(UNITS)),
        "brand": chance.choice(SOMEONE),
        "other": "",
        "amount": chance.choice((1, 17, 250, chance.randint(1, 5_000))),
        "funding": chance.choice(("FREE", "PAID")),
        "back": chance.choice(BACK),
        "share": chance.choice(SHARES),
        "spent": chance.choice(SHARES),
        "off": chance.choice((0, 0, 0, 1)),
        "sign": chance.choice((1, -1)),
        "life": chance.choice(LIVES),
        "action": chance.choice(("REDEEM", "EXCHANGE")),
        "limit": chance.choice((0, 500, 5_000)),
        "from_target": chance.random() < 0.25,
        "used": chance.random() < 0.7,
        "late": chance.random() < 0.3,
        "again": chance.random() < 0.7,
    }


def takes(method: object) -> tuple[str, ...]:
    """The names of a command's arguments."""
    code = method.__func__.__code__  # type: ignore[attr-defined]  # every command is a method
    names: tuple[str, ...] = code.co_varnames[1 : code.co_argcount]
    return names


def command(machine: LedgerCommands, chance: random.Random) -> None:
    """Give one command, by one who may give it more often than not."""
    (name,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
    method = getattr(machine, name)
    values = arguments(chance)
    if name in {"issue", "redeem", "hold", "consent", "void"}:
        values["brand"] = chance.choice(BRANDS)
    if name == "exchange_quoted":
        values["member"] = chance.choice(("", "", *MEMBERS))
    if name == "issue" and values["unit"] in {"AIR", "HOTEL"}:
        values["brand"] = UNITS[str(values["unit"])][0]
    if name == "issue" and chance.random() < 0.7:
        values["member"] = MEMBERS[0]
    method(**{argument: values[argument] for argument in takes(method)})


@WALKS
@given(st.integers(0, 2**64))
def test_a_walk_keeps_model_and_replay(seed: int) -> None:
    """Wherever a long history leads, the rules, the model and the leaves tell one ledger."""
    chance = random.Random(seed)
    machine = LedgerCommands()
    limits = tuple(chance.choice(LIMITS) for _ in BRANDS)
    policies = chance.sample(POLICIES, len(POLICIES))
    machine.begin(limits, policies, [terms(chance) for _ in range(COUNT)])
    for _ in range(WALK_STEPS):
        command(machine, chance)
        compare(machine.network, machine.book)
        invariants.check(machine.network)
    check(machine.network)
