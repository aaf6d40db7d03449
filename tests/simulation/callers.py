"""Who calls in a simulation, and what every command bears besides what it asks."""

from base64 import b32encode
from hashlib import sha256
from random import Random
from typing import TypedDict

from domain.ids import OPERATOR
from domain.ledger.commands import Actor
from tests.model.register import Register


class Bearing(TypedDict):
    """What every command has; its key and request are given when it is sent."""

    actor: Actor
    id: str
    received_at: int


# The operator's people and its service; the founding gives each a key, which stays.
SUBJECTS = {"ann": True, "bob": True, "robot": False}
SCOPES = ("admin", "issue", "read", "settle")
NO_KEY = "NOKEY"  # borne by who never had one


def fingerprint(name: str) -> str:
    """What the maker of a key tells of it: its prefix, a dot and its secret's hash."""
    secret = sha256(name.encode())
    return f"{b32encode(secret.digest()[:5]).decode().lower()}.{secret.hexdigest()}"


def first_key(subject: str) -> str:
    """The API key that the founding gives to somebody of the operator."""
    return fingerprint(subject).partition(".")[0]


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

    def by(self, actor: Actor) -> Bearing:
        """What a command of this actor bears."""
        # A request may have waited a while before its turn.
        waited = self._rng.choice((0, 0, 5, 2_000_000))
        return {"actor": actor, "id": self.new_id(), "received_at": self.time - waited}

    def keys(self, partner: str, subject: str = "") -> list[str]:
        """The live API keys of a partner, "" for the operator, or of one of its subjects."""
        return sorted(
            key
            for key, one in self._book.credentials.items()
            if one.partner == partner and not one.revoked and subject in ("", one.subject)
        )

    def _by(self, partner: str, key: str) -> Bearing:
        """Whoever bears a key, as the door makes an actor of it."""
        found = self._book.credentials.get(key)
        subject, person = (found.subject, found.person) if found else ("nobody", False)
        author = f"partner:{partner}/{key}" if partner else f"operator/{subject}"
        return self.by(Actor(partner or OPERATOR, author, subject, person, key))

    def partner(self, brand: str) -> Bearing:
        """A brand's service by one of its API keys, rarely by one that has ended, or by none."""
        if brand == OPERATOR:
            return self.operator()
        live = self.keys(brand)
        if live and self._rng.random() < 0.97:
            return self._by(brand, self._rng.choice(live))
        ever = sorted(key for key, one in self._book.credentials.items() if one.partner == brand)
        return self._by(brand, self._rng.choice(ever or [NO_KEY]))

    def person(self, subject: str) -> Bearing:
        """One of the operator's people by the first key."""
        return self._by("", first_key(subject))

    def operator(self) -> Bearing:
        """One of the operator's people, or its service, mostly by the key that it always had."""
        subject = self._rng.choice(sorted(SUBJECTS))
        key = first_key(subject)
        if self._rng.random() < 0.2:
            ever = sorted(key for key, one in self._book.credentials.items() if one.acts)
            key = self._rng.choice(ever)
        return self._by("", key)
