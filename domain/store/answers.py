"""What a batch is given besides its database, and what it answers."""

from typing import NamedTuple, Protocol

from domain.errors import Refusal
from domain.ledger.apply import Stamp
from domain.ledger.commands import Command
from domain.ledger.model import Decision, Effect
from domain.ledger.state import State
from domain.ports import Head, Proofs

# Faults: nothing was decided, nothing is kept, and the same key may be sent again.
INTERNAL = "INTERNAL"
UNAVAILABLE = "UNAVAILABLE"
CLOCK = "CLOCK"
UNAUTHENTICATED = "UNAUTHENTICATED"  # the caller's key was revoked before its turn came
# A refusal that is never kept: it is about the key, not about the command first sent with it.
KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"


class Rules(Protocol):
    """The rules of every command, without a clock or a database."""

    def decide(self, state: State, command: Command, now: int) -> Decision | Refusal:
        """Return what the command does, or why not; changes nothing."""
        ...

    def apply(self, state: State, effect: Effect, stamp: Stamp) -> None:
        """Carry an effect into the state."""
        ...


class Fence(Protocol):
    """The high-water mark outside the database (AUDIT_FORMAT, "Fences")."""

    def check(self, head: Head) -> None:
        """Refuse a head that stands below or beside what was answered; raises StoreError."""
        ...

    def before_connecting(self) -> None:
        """Ask whoever else has seen the log, before a batch over a new connection.

        Raises StoreError where the database is older than what was seen, or another.
        """
        ...

    def allow(self) -> None:
        """Let a batch be written; raises StoreError where the log may sign no more."""
        ...

    def advance(self, head: Head) -> None:
        """Remember a head that is committed; called before its batch is answered."""
        ...


class Answer(NamedTuple):
    """What became of one command.

    Accepted: ``seq`` is its entry's sequence, with ``kind``, ``id``, ``time`` and ``leaf`` of the
    entry and the checkpoint (a signed note over ``size`` entries) that covers it. Refused: ``seq``
    is -1 and ``refusal`` says why. Not decided: ``fault`` is INTERNAL, UNAVAILABLE, CLOCK or
    UNAUTHENTICATED, and the same key may be sent again. ``replayed`` tells that the key was
    answered before; then ``effect`` is None, and so is ``proofs`` unless the first answer is of
    the same batch.
    """

    seq: int
    refusal: Refusal | None = None
    fault: str = ""
    replayed: bool = False
    kind: str = ""
    id: str = ""
    time: int = 0
    leaf: bytes = b""
    effect: Effect | None = None
    checkpoint: str = ""
    proofs: Proofs | None = None
    size: int = 0
