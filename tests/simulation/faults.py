"""What can go wrong around a batch, behind the ports: the database, the mark, the log, the rules.

A trap is set before a batch and springs at most once. A process that has crashed can do nothing
more: whatever it still asks of its database fails, so that no tidying up is mistaken for safety.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.errors import Refusal
from domain.ledger.apply import Stamp
from domain.ledger.commands import Command
from domain.ledger.model import Decision, Effect
from domain.ledger.state import State
from domain.ports import Head, Log, LogBatch
from domain.store.answers import INTERNAL, UNAVAILABLE, Fence, Rules

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    Parameters = Sequence[str | int | float | ReadableBuffer | None]

# Where a process may be killed, and what then stands in the database.
CRASHES = (
    "crash before the lock",
    "crash in the batch",
    "crash before COMMIT",
    "crash after COMMIT",
    "crash before the high-water mark",
    "crash after the high-water mark",
)
POISON = "rule breaks one command"
# What the batch survives, and the fault that its commands may then be answered with.
ERRORS = {
    "statement fails": UNAVAILABLE,
    "COMMIT fails": UNAVAILABLE,
    "COMMIT is done but not heard": UNAVAILABLE,
    "lock is held": UNAVAILABLE,
    "high-water mark cannot be written": UNAVAILABLE,
    "constraint breaks the batch": INTERNAL,
    "log breaks the batch": INTERNAL,
    POISON: INTERNAL,
}
# These break a batch once; its commands then run one by one, and nobody is told.
BREAKING = ("constraint breaks the batch", "log breaks the batch")


class CrashError(BaseException):
    """The process is gone; no handler of the product may take it for an error."""


@dataclass
class Trap:
    """One fault that is to come: which, after how many statements, or at which command."""

    kind: str = ""
    after: int = 0
    victim: str = ""
    sprung: bool = False
    dead: bool = False

    def springs(self, kind: str) -> bool:
        """Spring once, if this is the trap that is set."""
        if self.dead:
            raise sqlite3.OperationalError("the process is dead")
        if self.kind != kind or self.sprung:
            return False
        self.sprung = True
        return True

    def crash(self, kind: str) -> None:
        """Die here, if that is what is set."""
        if self.springs(kind):
            self.dead = True
            raise CrashError(kind)

    def fail(self, kind: str, error: Exception) -> None:
        """Raise the error, if that is what is set."""
        if self.springs(kind):
            raise error

    def statement(self, sql: str, execute: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Run a statement, or whatever happens instead of it, or after it."""
        if sql.startswith("BEGIN IMMEDIATE"):
            self.crash("crash before the lock")
            self.fail("lock is held", sqlite3.OperationalError("database is locked"))
        elif sql.startswith("COMMIT"):
            self.crash("crash before COMMIT")
            self.fail("COMMIT fails", sqlite3.OperationalError("disk I/O error"))
        else:
            self.after -= 1
            if self.after < 0:
                self.crash("crash in the batch")
                self.fail("statement fails", sqlite3.OperationalError("disk is full"))
                if sql.startswith(("INSERT", "UPDATE")):  # a read breaks no constraint
                    self.fail("constraint breaks the batch", sqlite3.IntegrityError("constraint"))
        done = execute()
        if sql.startswith("COMMIT"):
            self.crash("crash after COMMIT")
            self.fail("COMMIT is done but not heard", sqlite3.OperationalError("disk I/O error"))
        return done


class TrappedConnection(sqlite3.Connection):
    """A connection whose statements may spring its process's trap."""

    trap: Trap

    def cursor(self, *_: object) -> "TrappedCursor":  # type: ignore[override]  # of one kind only
        """A cursor under the same trap."""
        return super().cursor(TrappedCursor)

    def rollback(self) -> None:
        """Roll back; the dead cannot."""
        if self.trap.dead:
            raise sqlite3.OperationalError("the process is dead")
        super().rollback()


class TrappedCursor(sqlite3.Cursor):
    """A cursor whose statements may spring the trap."""

    connection: TrappedConnection

    def execute(self, sql: str, parameters: "Parameters" = (), /) -> "TrappedCursor":  # type: ignore[override]  # no mappings
        """Run a statement."""
        self.connection.trap.statement(
            sql, lambda: super(TrappedCursor, self).execute(sql, parameters)
        )
        return self

    def executemany(self, sql: str, parameters: "Iterable[Parameters]", /) -> "TrappedCursor":  # type: ignore[override]  # no mappings
        """Run a statement for many rows."""
        self.connection.trap.statement(
            sql, lambda: super(TrappedCursor, self).executemany(sql, parameters)
        )
        return self


class TrappedFence:
    """A high-water mark that may not be reached, or not be written."""

    def __init__(self, fence: Fence, trap: Trap) -> None:
        self._fence, self._trap = fence, trap

    def check(self, head: Head) -> None:
        """Refuse a head below or beside the mark."""
        self._fence.check(head)

    def before_connecting(self) -> None:
        """Ask whoever else has seen the log."""
        self._fence.before_connecting()

    def allow(self) -> None:
        """Let a batch be written."""
        self._fence.allow()

    def advance(self, head: Head) -> None:
        """Move the mark."""
        self._trap.crash("crash before the high-water mark")
        self._trap.fail("high-water mark cannot be written", OSError("no space left on device"))
        self._fence.advance(head)
        self._trap.crash("crash after the high-water mark")


class TrappedLog:
    """A log that may break a batch."""

    def __init__(self, log: Log, trap: Trap) -> None:
        self._log, self._trap = log, trap

    @property
    def origin(self) -> str:
        """The log's name."""
        return self._log.origin

    def begin(self, head: Head) -> LogBatch:
        """Begin a batch after a head."""
        self._trap.fail("log breaks the batch", RuntimeError("the signer is away"))
        return self._log.begin(head)


class TrappedRules:
    """Rules that may break at one command, as often as it comes."""

    def __init__(self, rules: Rules, trap: Trap) -> None:
        self._rules, self._trap = rules, trap

    def decide(self, state: State, command: Command, now: int) -> Decision | Refusal:
        """Decide, but for the trap's victim."""
        if self._trap.kind == POISON and command.id == self._trap.victim:
            self._trap.sprung = True
            raise RuntimeError("a rule has a bug")
        return self._rules.decide(state, command, now)

    def apply(self, state: State, effect: Effect, stamp: Stamp) -> None:
        """Carry an effect into the state."""
        self._rules.apply(state, effect, stamp)
