"""The one way a change happens: lock the log's head, read, decide in memory, write, sign, commit.

Several processes may run batches on one database: reading and deciding come after the lock, so
they are one logical writer. A batch is all or nothing; should one command break it, its commands
run one by one, and only the culprit is told of a fault.

What is kept between batches stands or falls with the head: the small tables with
``reference_version``, the partners' sums with the last entry's hash.
"""

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from domain.clock import MINUTE, NEVER, SECOND
from domain.errors import ClockError, StoreError
from domain.ledger.commands import Command, ReverseTransfer
from domain.ledger.state import Reference
from domain.ports import Appended, Clock, Head, Log, Vault
from domain.store.answers import (
    CLOCK,
    INTERNAL,
    KEY_REUSED,
    UNAUTHENTICATED,
    UNAVAILABLE,
    Answer,
    Fence,
    Rules,
)
from domain.store.deciding import Batch, MemberKeys
from domain.store.loading import Shared, read_shared
from domain.store.reference import read_reference
from domain.store.session import LockedHead, Session, lost, open_session
from domain.store.writing import write_head, write_log

__all__ = [
    "CLOCK",
    "INTERNAL",
    "KEY_REUSED",
    "UNAUTHENTICATED",
    "UNAVAILABLE",
    "Answer",
    "BatchRunner",
    "Fence",
    "Rules",
]

AHEAD_MAX = 5 * SECOND  # LEDGER section 6: how far the last entry may lie ahead of the clock
JUMP_MAX = MINUTE  # the same: how far the wall clock may move against the monotonic one

_log = logging.getLogger("dure.store")


class _Kept(NamedTuple):
    """The rows that every batch needs, and what in the head says that they still stand."""

    reference_version: int
    last_hash: bytes
    shared: Shared


class BatchRunner:
    """Runs batches on one connection; used by one thread at a time."""

    def __init__(
        self,
        engine: Engine,
        log: Log,
        clock: Clock,
        vault: Vault,
        rules: Rules,
        fence: Fence | None = None,
    ) -> None:
        """Take the ports; the database is opened with the first batch."""
        self._engine = engine
        self._log = log
        self._clock = clock
        self._rules = rules
        self._fence = fence
        self._session: Session | None = None
        self._broken = lost(engine)
        self._lost: tuple[type[Exception], ...] = (StoreError, DBAPIError, *self._broken)
        self._kept: _Kept | None = None
        self._fenced = -1  # the size to which this process has moved the fence
        self._seen_clock: tuple[int, int] | None = None
        self._member_keys = MemberKeys(vault)
        self._keys_version = -1  # the reference version at which the keys were unwrapped
        self._scrub_at = NEVER  # when to free pages that still hold what an erasure deleted

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Run the commands in order as one batch and return their answers; raises nothing."""
        if not commands:
            return []
        cut = _self_reference(commands)
        if cut:
            return [*self.run(commands[:cut]), *self.run(commands[cut:])]
        try:
            with _no_collection():
                return self._attempt(commands)
        except Exception as error:  # noqa: BLE001 -- whatever one did, its neighbours are answered
            fault = self._fault_of(error)
            if fault != INTERNAL or len(commands) == 1:
                return [Answer(-1, fault=fault)] * len(commands)
        return [answer for command in commands for answer in self.run([command])]

    def probe(self) -> str:
        """Write the head as it stands; return the fault a batch would meet, "" for none.

        So a fault is seen to be over though nobody sends a command; raises nothing.
        """
        try:
            session, locked = self._lock()
            try:
                self._check_clock(locked.head)
                write_head(session, locked.head, locked.reference_version)
                session.commit()
            except BaseException:
                session.rollback()
                raise
            self._advance(locked.head)
        except Exception as error:  # noqa: BLE001 -- the writer's thread must outlive it
            return self._fault_of(error)
        return ""

    def hand_over(self, make: Callable[[Head, int], Appended]) -> Appended:
        """Append what ``make`` makes of the head and the time: the log passes to another key.

        The checkpoint that closes it is kept.

        Raises:
            StoreError: as a batch's faults, by their own names; ``DATABASE_UNREACHABLE``.
            ClockError: the clock cannot be trusted.
        """
        try:
            session, locked = self._lock()
            try:
                self._check_clock(locked.head)
                appended = make(locked.head, max(self._clock.now(), locked.head.last_time + 1))
                write_log(session, appended)
                write_head(session, appended.head, locked.reference_version)
                session.insert("log_handover", [(appended.head.size, appended.head.checkpoint)])
                session.commit()
            except BaseException:
                session.rollback()
                raise
        except StoreError:
            raise
        except self._lost as error:
            self._forget()
            raise StoreError("DATABASE_UNREACHABLE", path="", reason=str(error)[:200]) from error
        self._advance(appended.head)
        return appended

    def _fault_of(self, error: Exception) -> str:
        """Log what a batch died of, and name it for its callers."""
        if isinstance(error, ClockError):
            _log.error("the clock cannot be trusted; nothing is written: %s", error)
            return CLOCK
        if isinstance(error, self._lost):
            _log.error("the database did not take the batch: %s", error)
            self._forget()
            return UNAVAILABLE
        _log.error("a batch broke", exc_info=error)
        return INTERNAL

    def close(self) -> None:
        """Give the connection up, and the memory of what was kept."""
        self._forget()
        self._kept = None

    def _forget(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _attempt(self, commands: Sequence[Command]) -> list[Answer]:
        kept, self._kept = self._kept, None  # a batch changes it in place: gone unless committed
        session, locked = self._lock()
        try:
            self._check_clock(locked.head)
            if self._keys_version != locked.reference_version:
                self._member_keys.forget()
                self._keys_version = locked.reference_version
            shared = _shared(session, locked, kept)
            now = max(self._clock.now(), locked.head.last_time + 1)
            batch = Batch(session, self._log, self._rules, self._clock, self._member_keys, locked)
            answers = batch.run(commands, shared, now)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        if batch.shared is not None:
            self._kept = _Kept(batch.reference_version, batch.head.last_hash, batch.shared)
        try:
            self._conclude(batch, session)
        except StoreError:
            raise
        except Exception as error:
            # It is done, and must not be taken for what was undone and can be run once more.
            raise StoreError("ANSWER_LOST", reason=str(error) or type(error).__name__) from error
        return answers

    def _conclude(self, batch: Batch, session: Session) -> None:
        """Do what is left to do once a batch is committed."""
        if batch.erased:
            self._member_keys.forget()
            self._scrub_at = self._clock.monotonic()
        self._advance(batch.head)
        self._scrub(session)

    def _scrub(self, session: Session) -> None:
        """Free what older pages keep of erased members; readers may have to finish first."""
        if self._clock.monotonic() >= self._scrub_at:
            done = session.scrub()
            self._scrub_at = NEVER if done else self._clock.monotonic() + SECOND

    def _lock(self) -> tuple[Session, LockedHead]:
        """Lock the head, over a new connection where there is none or it died while it lay idle."""
        if self._fence is not None:
            self._fence.allow()
        if self._session is not None:
            try:
                return self._session, self._session.begin()
            except self._broken:
                self._forget()
                if self._engine.dialect.name == "sqlite":
                    raise  # locked, or full: another connection has it no better
            except BaseException:
                self._forget()  # it may hold the lock, and nobody would roll it back
                raise
        if self._fence is not None:
            self._fence.before_connecting()
        session = self._session = open_session(self._engine)
        try:
            locked = session.begin()
            self._check_database(locked)
        except BaseException:
            self._forget()
            raise
        return session, locked

    def _advance(self, head: Head) -> None:
        """Move the fence; what is committed but not fenced is not answered, a retry will be.

        A repeated answer moves it too: its entry may be one whose first answer the fence held back.
        """
        if self._fence is None or head.size == self._fenced:
            return
        try:
            self._fence.advance(head)
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise StoreError("FENCE_NOT_MOVED", size=head.size, reason=reason) from error
        self._fenced = head.size

    def _check_database(self, locked: LockedHead) -> None:
        if locked.origin != self._log.origin:
            raise StoreError("ORIGIN_MISMATCH", found=locked.origin, expected=self._log.origin)
        if self._fence is not None:
            self._fence.check(locked.head)

    def _check_clock(self, head: Head) -> None:
        if self._clock.simulated:
            return
        now, monotonic = self._clock.now(), self._clock.monotonic()
        if head.last_time > now + AHEAD_MAX:
            raise ClockError(CLOCK, last=head.last_time, now=now)
        if self._seen_clock is not None:
            seen, seen_monotonic = self._seen_clock
            jump = (now - seen) - (monotonic - seen_monotonic)
            if abs(jump) > JUMP_MAX:
                raise ClockError(CLOCK, jump=jump)
        self._seen_clock = (now, monotonic)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the garbage collector off: a batch makes many objects and no cycles to be found."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _self_reference(commands: Sequence[Command]) -> int:
    """Return the place of the first command that reads rows of its own batch, 0 where none does.

    A reversal reads its original's rows, so the original's batch must be over before it; so must
    all that falls in a window before it is closed.
    """
    for place, command in enumerate(commands):
        if place and command.begins_batch():
            return place
        if isinstance(command, ReverseTransfer) and any(
            command.transfer == other.id for other in commands[:place]
        ):
            return place
    return 0


def _shared(session: Session, locked: LockedHead, kept: _Kept | None) -> Shared:
    """Return what was kept as far as the head still vouches for it, and read the rest."""
    reference: Reference | None = None
    if kept is not None and kept.reference_version == locked.reference_version:
        if kept.last_hash == locked.head.last_hash:
            return kept.shared
        reference = kept.shared.reference
    if reference is None:
        reference = read_reference(
            session, locked.origin, sandbox=locked.sandbox, simulated=locked.simulated
        )
    return read_shared(session, reference)
