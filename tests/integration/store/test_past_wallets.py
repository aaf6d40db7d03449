"""Balances of the past, held against those that were read when they were present."""

import random
from typing import Any

from sqlalchemy import text

from audit.entry import decode
from domain.clock import MINUTE, format_instant, parse_instant
from domain.ledger.commands import (
    Command,
    GiftPoints,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
    VoidHold,
)
from domain.store.engine import reading
from domain.store.queries import log, wallets
from domain.store.queries.past_wallets import PastBalance, PastSums
from tests.integration.store.world import World, actor, new_id

Seen = tuple[str, int, int, int]


def now_of(world: World, owner: str) -> list[Seen]:
    """Return a member's units as they stand: code, posted, pending, debt."""
    with reading(world.engine) as connection:
        found = wallets.balances(connection, owner, world.clock.now())
    return [(one.unit, one.posted, one.pending, one.debt) for one in found]


def play(world: World) -> dict[tuple[str, int], list[Seen]]:
    """Let two members do all kinds of things; return what each had after each entry."""
    rng = random.Random(7)
    mina, jun = world.members
    seen: dict[tuple[str, int], list[Seen]] = {}
    holds: list[tuple[str, str]] = []
    moved: list[tuple[str, str]] = []
    for _ in range(60):
        owner, other = rng.sample((mina, jun), 2)
        who: dict[str, Any] = {"actor": actor("AIR"), "id": new_id(), "owner": owner}
        command: Command
        what = rng.choice(["redeem", "gift", "hold", "void", "exchange", "reverse"])
        if what == "void" and holds:
            owner, hold = holds.pop()
            command = VoidHold(**{**who, "owner": owner}, hold=hold)
        elif what == "reverse" and moved:
            owner, transfer = moved.pop()
            command = ReverseTransfer(**{**who, "owner": owner}, transfer=transfer)
        elif what == "gift":
            command = GiftPoints(**who, recipient=other, unit="AIR", amount=rng.randint(1, 90))
        elif what == "hold":
            deadline = world.clock.now() + 600 * MINUTE
            command = PlaceHold(**who, unit="AIR", amount=rng.randint(1, 90), deadline=deadline)
            holds.append((owner, command.id))
        elif what == "exchange":
            command = world.exchange(owner, 200)
            moved.append((owner, command.id))
        else:
            command = RedeemPoints(**who, unit="AIR", amount=rng.randint(1, 90))
            moved.append((owner, command.id))
        (answer,) = world.must(command)
        for member in world.members:
            seen[member, answer.seq] = now_of(world, member)
    return seen


def past(
    world: World, owner: str, seq: int, at_once: int, unit: str | None = None
) -> tuple[list[PastBalance], int]:
    """Return what a member had, and how many reads it took, each in a transaction of its own."""
    sums = PastSums(owner, seq, unit, at_once=at_once)
    reads, more = 0, True
    while more:
        with reading(world.engine) as connection:
            more = sums.take(connection)
        reads += 1
    return sums.balances(), reads


def test_a_balance_as_of_an_entry_is_what_it_was_then(world: World) -> None:
    """After any later history, the balance as of each entry is the one read right after it."""
    seen = play(world)
    for (owner, seq), expected in seen.items():
        assert [tuple(one) for one in past(world, owner, seq, 1_000)[0]] == expected
    assert past(world, world.members[0], 0, 1_000) == ([], 1)


def test_a_long_history_is_summed_in_parts(world: World) -> None:
    """However few transfers are read at once, the sums are those of one read, none read twice."""
    seen = play(world)
    owner, seq = list(seen)[-1]
    whole, _ = past(world, owner, seq, 1_000)
    with reading(world.engine) as connection:
        count = text("SELECT COUNT(*) FROM transfer WHERE owner = :owner AND seq <= :seq")
        transfers = int(connection.execute(count, {"owner": owner, "seq": seq}).scalar_one())
    for at_once in (1, 3, transfers, transfers + 1):
        assert past(world, owner, seq, at_once) == (whole, transfers // at_once + 1)


def test_one_unit_is_summed_alone(world: World) -> None:
    """Asked for one unit, the sums are that unit's row of all of them, in parts as well."""
    seen = play(world)
    owner, seq = list(seen)[-1]
    whole, _ = past(world, owner, seq, 1_000)
    assert len({row.unit for row in whole}) > 1
    for row in whole:
        assert past(world, owner, seq, 3, row.unit)[0] == [row]
    assert past(world, owner, seq, 1_000, "NOBODY")[0] == []


def test_an_instant_names_the_last_entry_recorded_by_then(world: World) -> None:
    """Between two entries' times the earlier counts, at its own time too; before all, none."""
    play(world)
    with reading(world.engine) as connection:
        entries = log.entries(connection, 1_000)
        times = [parse_instant(str(decode(one.leaf)["time"])) for one in entries]
        assert log.last_by(connection, times[0] - 1) == -1
        for seq, time in enumerate(times):
            assert log.last_by(connection, time) == seq, format_instant(time)
            assert log.last_by(connection, time - 1) == seq - 1
        assert log.last_by(connection, times[-1] + 1) == len(times) - 1
