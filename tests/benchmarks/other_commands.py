"""What the engine does besides plain exchanges, in batches, beside its rows written again."""

import random
from collections.abc import Callable
from contextlib import closing

from domain.clock import DAY
from domain.ledger.commands import (
    CaptureHold,
    Command,
    ExchangePoints,
    GiveQuote,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
)
from tests.benchmarks.engine import one_turn
from tests.benchmarks.measurement import Group, Line, Measurement, Options, Say
from tests.benchmarks.networks import BATCH, sqlite_twin
from tests.benchmarks.yardsticks import RawSqlite
from tests.integration.store.world import World, actor, new_id, new_key, request_of

ROUNDS = 7
RAW = "raw sqlite3"


def _line(what: str, unit: str, target: float) -> Line:
    return Line(f"{what}, batches of {BATCH}", RAW, "sqlite", unit, target=target)


QUOTED = _line("quote, then exchange by it", "pairs/s", 0.4)
REDEEMED = _line("redeem", "redemptions/s", 0.5)
HELD = _line("hold, then capture", "pairs/s", 0.4)
REVERSED = _line("reverse an exchange", "reversals/s", 0.35)

# Batches to run one after the other, and how many of the last of them are what is measured.
Batches = list[list[Command]]


def _quoted(world: World, owners: list[str]) -> Batches:
    quotes: list[Command] = []
    exchanges: list[Command] = []
    for owner in owners:
        made = world.exchange(owner, 200)
        given, quote = new_id(), new_id()
        quotes.append(
            GiveQuote(
                actor=made.actor, id=quote, key=given, request=request_of(given, "quote"),
                received_at=made.received_at, owner=owner, source="AIR", target="HOTEL", amount=200,
            )
        )  # fmt: skip
        exchanges.append(
            ExchangePoints(
                actor=made.actor, id=made.id, key=made.key, request=made.request,
                received_at=made.received_at, owner=owner, source="AIR", target="HOTEL", amount=200,
                quote=quote,
            )
        )  # fmt: skip
    return [quotes, exchanges]


def _redeemed(world: World, owners: list[str]) -> Batches:
    return [
        [
            RedeemPoints(
                actor=actor("AIR"), id=new_id(), key=(key := new_key()),
                request=request_of(key, "redeem"), received_at=world.clock.now(),
                owner=owner, unit="AIR", amount=200,
            )
            for owner in owners
        ]
    ]  # fmt: skip


def _held(world: World, owners: list[str]) -> Batches:
    now = world.clock.now()
    holds = [
        PlaceHold(
            actor=actor("AIR"), id=new_id(), key=(key := new_key()),
            request=request_of(key, "hold"), received_at=now, owner=owner, unit="AIR", amount=200,
            deadline=now + DAY,
        )
        for owner in owners
    ]  # fmt: skip
    captures = [
        CaptureHold(
            actor=actor("AIR"), id=new_id(), key=(key := new_key()), received_at=now,
            request=request_of(key, "capture"), owner=hold.owner, hold=hold.id,
        )
        for hold in holds
    ]  # fmt: skip
    return [[*holds], [*captures]]


def _reversed(world: World, owners: list[str]) -> Batches:
    exchanges = [world.exchange(owner, 200) for owner in owners]
    world.must(*exchanges)
    return [
        [
            ReverseTransfer(
                actor=actor("AIR"), id=new_id(), key=(key := new_key()),
                request=request_of(key, "reverse"), received_at=world.clock.now(),
                owner=made.owner, transfer=made.id,
            )
            for made in exchanges
        ]
    ]  # fmt: skip


_MAKERS: dict[Line, Callable[[World, list[str]], Batches]] = {
    QUOTED: _quoted,
    REDEEMED: _redeemed,
    HELD: _held,
    REVERSED: _reversed,
}


def measure(options: Options, say: Say) -> list[Measurement]:
    """Measure each kind on SQLite, all in every round; reversals first make what they reverse."""
    rounds: dict[Line, list[tuple[float, float]]] = {line: [] for line in _MAKERS}
    with sqlite_twin() as (world, twin), closing(RawSqlite(twin)) as raw:
        for number in range(ROUNDS):
            say(f"round {number + 1} of {ROUNDS}")
            for line, make in _MAKERS.items():
                batches = make(world, random.sample(world.members, BATCH))
                both = [one_turn(world, raw, batch) for batch in batches]
                rounds[line].append((sum(ours for ours, _ in both), sum(raw for _, raw in both)))
    return [line.speeds(found, BATCH) for line, found in rounds.items()]


GROUP = Group("commands", tuple(_MAKERS), measure)
