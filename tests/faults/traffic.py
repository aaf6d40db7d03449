"""Deterministic traffic: the n-th command of a run is the same in every process that makes it."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

from domain.clock import MINUTE
from domain.ledger.commands import (
    CaptureHold,
    Command,
    ExchangePoints,
    GiftPoints,
    IssuePoints,
    PlaceHold,
    RedeemPoints,
    ReverseTransfer,
)
from tests.integration.store.world import actor, request_of

BATCH = 40  # small enough that a kill falls between any two steps of one


def id_of(run: str, n: int) -> str:
    """Return the id of the n-th command of a run."""
    return hashlib.sha256(f"{run}/{n}".encode()).hexdigest()[:32]


def command_of(run: str, n: int, members: list[str], now: int) -> Command:
    """Make the n-th command: issues, exchanges, redemptions, gifts, holds, captures, reversals."""
    rng = random.Random(f"{run}/{n}")
    owner, other = rng.sample(members, 2)
    key = f"{run}-{n}"
    amount = rng.randrange(1, 3_000)
    earlier = id_of(run, rng.randrange(max(0, n - 60), n + 1))
    base: dict[str, Any] = {
        "actor": actor("AIR"),
        "id": id_of(run, n),
        "key": key,
        "request": request_of(key, "traffic"),
        "received_at": now,
        "owner": owner,
    }
    wallet: dict[str, Any] = {"unit": "AIR", "amount": amount}
    made: list[Callable[[], Command]] = [
        lambda: IssuePoints(**base, **wallet),
        lambda: IssuePoints(**base, **wallet),
        lambda: ExchangePoints(**base, source="AIR", target="HOTEL", amount=amount),
        lambda: ExchangePoints(**base, source="AIR", target="HOTEL", amount=amount),
        lambda: RedeemPoints(**base, **wallet),
        lambda: GiftPoints(**base, **wallet, recipient=other),
        lambda: PlaceHold(**base, **wallet, deadline=now + 60 * MINUTE),
        lambda: CaptureHold(**base, hold=earlier),
        lambda: ReverseTransfer(**base, transfer=earlier),
    ]
    return rng.choice(made)()
