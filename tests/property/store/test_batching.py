"""How commands fall into batches decides nothing: only the checkpoints differ."""

import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from domain.clock import MINUTE, SimulatedClock
from domain.ledger.commands import (
    CaptureHold,
    Command,
    ExchangePoints,
    GiftPoints,
    IssuePoints,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
    VoidHold,
)
from domain.store.batch import Answer
from domain.store.doctor import examine
from domain.store.engine import reading
from domain.store.tables import METADATA
from tests.integration.store.rows import assert_rows_follow_from_leaves
from tests.integration.store.world import World, actor, furnished_world, open_world

# What differs by its nature: the head's checkpoint is of the last batch, nonces are random.
DIFFERS = ("log_head", "member_key", "payload")


@dataclass(frozen=True)
class Step:
    """One thing somebody does: which, to whom, how much, and to which earlier transfer."""

    what: str
    member: int
    amount: int
    earlier: int


steps = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(
            ["issue", "exchange", "redeem", "gift", "hold", "capture", "void", "reverse", "repeat"]
        ),
        member=st.integers(0, 1),
        amount=st.integers(1, 6_000),
        earlier=st.integers(0, 30),
    ),
    min_size=1,
    max_size=30,
)


def commands_of(story: list[Step], members: list[str], now: int) -> list[Command]:
    """Turn a story into commands with ids of their own."""
    made: list[Command] = []
    for n, step in enumerate(story):
        if step.what == "repeat" and n:
            made.append(made[step.earlier % n])
        else:
            made.append(_command(step, n, members, now))
    return made


def _command(step: Step, n: int, members: list[str], now: int) -> Command:
    owner, other = members[step.member], members[1 - step.member]
    earlier, amount = f"{step.earlier % (n + 1):032x}", step.amount
    who: dict[str, Any] = {
        "actor": actor("AIR"),
        "id": f"{n:032x}",
        "key": f"key-{n}",
        "request": f"{step.what} {n} {amount}".encode(),
        "owner": owner,
    }
    wallet: dict[str, Any] = {"unit": "AIR", "amount": amount}
    made: dict[str, Callable[[], Command]] = {
        "issue": lambda: IssuePoints(**who, **wallet),
        "exchange": lambda: ExchangePoints(**who, source="AIR", target="HOTEL", amount=amount),
        "redeem": lambda: RedeemPoints(**who, **wallet),
        "gift": lambda: GiftPoints(**who, **wallet, recipient=other),
        "hold": lambda: PlaceHold(**who, **wallet, deadline=now + 60 * MINUTE),
        "capture": lambda: CaptureHold(**who, hold=earlier, amount=amount // 8),
        "void": lambda: VoidHold(**who, hold=earlier),
        "reverse": lambda: ReverseTransfer(**who, transfer=earlier, amount=amount // 4 + 1),
        "repeat": lambda: IssuePoints(**who, **wallet),
    }
    return made[step.what]()


def every_row(engine: Engine) -> dict[str, list[tuple[str | int | bytes, ...]]]:
    """Return the rows of every table that should not differ."""
    with engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(t).order_by(*t.primary_key))]
            for name, t in METADATA.tables.items()
            if name not in DIFFERS
        }


def twin(path: Path, other: Path, now: int) -> World:
    """Copy a network that nobody writes to, with its log, and open the copy."""
    other.write_bytes(path.read_bytes())
    return open_world(f"sqlite:///{other}", SimulatedClock(now))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], int]:
    """A furnished network's file, its members, and its clock's time."""
    path = tmp_path_factory.mktemp("template") / "dure.sqlite3"
    world = furnished_world(f"sqlite:///{path}")
    world.close()  # the last connection moves all of the write-ahead log into the file
    return path, world.members, world.clock.now()


@settings(max_examples=40, deadline=None)
@given(story=steps, cuts=st.sets(st.integers(1, 29)))
def test_batches_decide_nothing(
    template: tuple[Path, list[str], int], story: list[Step], cuts: set[int]
) -> None:
    """The same commands one by one, from a cold start each, or in batches: the same rows."""
    path, members, now = template
    with tempfile.TemporaryDirectory() as directory:
        one, many = (twin(path, Path(directory) / name, now) for name in ("one", "many"))
        commands = commands_of(story, members, now)
        try:
            singly: list[Answer] = []
            for command in commands:
                one.restart()  # what the other keeps in memory, this one reads anew
                singly += one.run(command)
            bounds = [0, *sorted(cut for cut in cuts if cut < len(commands)), len(commands)]
            batched = [
                answer
                for start, end in itertools.pairwise(bounds)
                for answer in many.run(*commands[start:end])
            ]
            assert every_row(one.engine) == every_row(many.engine)
            for alone, together in zip(singly, batched, strict=True):
                assert alone.fault == together.fault == ""
                assert (alone.leaf, alone.refusal) == (together.leaf, together.refusal)
            assert_rows_follow_from_leaves(many.engine)
            with reading(many.engine) as connection:
                assert list(examine(connection)) == []
        finally:
            one.close()
            many.close()
