"""Who calls in a simulation, and what every command bears besides what it asks."""

from random import Random
from typing import NamedTuple, TypedDict

from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from tests.model.register import Register


class Bearing(TypedDict):
    """What every command has; its key and request are given when it is sent."""

    actor: Actor
    id: str
    received_at: int


class Subject(NamedTuple):
    """Somebody of the operator."""

    name: str
    person: bool


SUBJECTS = (Subject("ann", True), Subject("bob", True), Subject("robot", False))


class Callers:
    """Draws callers and their ids; `time` is that of the process they call."""

    def __init__(self, rng: Random, book: Register) -> None:
        self._rng, self._book = rng, book
        self.time = 0

    def new_id(self) -> str:
        """A fresh id of 32 hex digits."""
        return f"{self._rng.getrandbits(128):032x}"

    def brand(self) -> str:
        """Any brand."""
        return self._rng.choice(sorted(self._book.brands))

    def _bearing(self, actor: Actor) -> Bearing:
        # A request may have waited a while before its turn.
        waited = self._rng.choice((0, 0, 5, 2_000_000))
        return {"actor": actor, "id": self.new_id(), "received_at": self.time - waited}

    def partner(self, brand: str) -> Bearing:
        """A brand's service, mostly by a live API key, sometimes by any that it ever had."""
        keys = sorted(key for key, one in self._book.credentials.items() if one.partner == brand)
        live = [key for key in keys if not self._book.credentials[key].revoked]
        key = ""
        if keys and self._rng.random() < 0.03:
            key = self._rng.choice(keys)
        elif live and self._rng.random() < 0.8:
            key = self._rng.choice(live)
        author = f"partner:{brand}/{key or 'service'}"
        return self._bearing(Actor(brand, author, "1" * 32, person=False, key=key))

    def operator(self) -> Bearing:
        """One of the operator's people, or its service."""
        subject = self._rng.choice(SUBJECTS)
        keys = sorted(key for key, one in self._book.credentials.items() if not one.partner)
        key = self._rng.choice(keys) if keys and self._rng.random() < 0.1 else ""
        author = f"operator/{subject.name}"
        return self._bearing(Actor(OPERATOR, author, subject.name, subject.person, key))
