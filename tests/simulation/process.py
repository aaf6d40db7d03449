"""Processes of one network: each has its own engine, writer, memory and clock, and may die.

All run in this one process and one after another, so that a seed decides everything. What they
share is on the disk: the database and the high-water mark.
"""

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from api.bootstrap import HIGH_WATER, Network
from api.config import Settings
from api.fence import FileFence
from api.identifiers import RandomIds
from api.keyring import KeyRing
from api.log_ports import AuditLog, AuditSignatures
from api.vault import FileVault
from audit.keys import Ed25519Signer
from audit.log import Appender
from audit.note import VerifierKey
from audit.rotation import KeyHistory
from domain.clock import MINUTE, SECOND
from domain.errors import OverloadedError
from domain.ids import derived_id
from domain.ledger.commands import Command
from domain.ledger.rules import Rules
from domain.store import requests
from domain.store.answers import Answer
from domain.store.batch import BatchRunner
from domain.store.engine import open_engine, reading
from domain.store.queries import log as log_queries
from domain.store.writer import Writer
from settlement import registry
from tests.simulation.faults import Trap, TrappedConnection, TrappedFence, TrappedLog, TrappedRules

ORIGIN = "dure.example/simulation"
SIGNER = Ed25519Signer(bytes(range(32)))
VAULT = FileVault(bytes(range(32, 64)))
DATABASE = "dure.db"
AHEAD_MAX = 5 * SECOND  # LEDGER section 6, as `domain.store.batch` has it
JUMP_MAX = MINUTE
BATCH_ENTRIES_MAX = 2_000  # more than any batch here has appended


@dataclass
class ProcessClock:
    """A machine's clock: it stands still during a batch, and somebody may set it wrong."""

    wall: int = 0
    steady: int = 0
    asked: bool = False
    simulated: bool = False

    def now(self) -> int:
        """The wall clock's instant."""
        return self.wall

    def monotonic(self) -> int:
        """The clock that nobody can set; who asks for it wants to compare the two."""
        self.asked = True
        return self.steady


@dataclass
class Gate:
    """A writer's runner that lets a queue form: the first command waits until all are there."""

    runner: BatchRunner
    entered: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Hold the first batch, which is nobody's; run the next one."""
        if self.opened.is_set():
            return self.runner.run(commands)
        self.entered.set()
        self.opened.wait()
        return [Answer(-1)] * len(commands)

    def probe(self) -> str:
        """Ask the runner, as an idle writer does after a fault."""
        return self.runner.probe()

    def close(self) -> None:
        """Leave the runner as it is: the process goes on."""


class Process:
    """One process that has the network open."""

    def __init__(self, home: Path) -> None:
        """Open the network of a home as a server would."""
        self.trap = Trap()
        self.clock = ProcessClock()
        self.wrong = 0  # how far the wall clock is off
        self.seen: tuple[int, int] | None = None
        engine = open_engine(f"sqlite:///{home / DATABASE}")
        event.listen(engine, "do_connect", self._connect)
        engine.dispose()  # what was opened before has no trap
        fence = FileFence(home / HIGH_WATER, self._entry_hash)
        log = AuditLog(Appender(ORIGIN, SIGNER))
        rules = Rules(AuditSignatures(), registry.DECIDE, registry.APPLIERS)
        runner = BatchRunner(
            engine,
            TrappedLog(log, self.trap),
            self.clock,
            VAULT,
            TrappedRules(rules, self.trap),
            TrappedFence(fence, self.trap),
        )
        self.network = Network(
            home=home,
            settings=Settings(),
            engine=engine,
            clock=self.clock,
            ids=RandomIds(),
            vault=VAULT,
            log=log,
            rules=rules,
            runner=runner,
            fence=fence,
            ring=KeyRing(home, "", lambda: KeyHistory(VerifierKey(ORIGIN, SIGNER.public_key))),
            origin=ORIGIN,
            sandbox=True,
            simulated=False,
        )

    def _connect(
        self,
        _dialect: Dialect,
        _entry: ConnectionPoolEntry,
        _arguments: list[object],
        options: dict[str, object],
    ) -> None:
        def trapped(path: str, **rest: object) -> TrappedConnection:
            connection = TrappedConnection(path, **rest)  # type: ignore[arg-type]  # as sqlite3 does
            connection.trap = self.trap
            return connection

        options["factory"] = trapped
        options["timeout"] = 0  # nobody else can let go of a lock while we wait

    def _entry_hash(self, seq: int) -> bytes | None:
        with reading(self.network.engine) as connection:
            entry = log_queries.entry(connection, seq)
        return entry.hash if entry else None

    def set_clock(self, time: int) -> None:
        """Let the machine's time be this, as far as its wall clock is right."""
        self.clock.wall, self.clock.steady, self.clock.asked = time + self.wrong, time, False

    def distrusts(self, last_time: int) -> bool:
        """Tell whether this clock must refuse a batch after an entry of `last_time`."""
        now, steady = self.clock.wall, self.clock.steady
        if last_time > now + AHEAD_MAX:
            return True
        if self.seen is not None and abs((now - self.seen[0]) - (steady - self.seen[1])) > JUMP_MAX:
            return True
        self.seen = (now, steady)
        return False

    def run(self, commands: Sequence[Command]) -> list[Answer]:
        """Run commands as one batch; raises CrashError where the process dies of it."""
        return self.network.runner.run(commands)

    def queue(self, commands: Sequence[Command], room: int) -> list[Answer | None]:
        """Queue commands in the writer, which has room for so many; None where it had none."""
        gate = Gate(self.network.runner)
        writer = Writer(gate, queue_max=room)
        loop = asyncio.new_event_loop()
        try:
            plug = writer.submit(commands[0], loop)
            gate.entered.wait()  # the writer has taken it, so that the queue is empty again
            waiting: list[asyncio.Future[Answer] | None] = []
            for command in commands:
                try:
                    waiting.append(writer.submit(command, loop))
                except OverloadedError:
                    waiting.append(None)
            gate.opened.set()
            taken = [one for one in waiting if one is not None]
            loop.run_until_complete(asyncio.wait_for(_all(plug, taken), 60))
            return [None if one is None else one.result() for one in waiting]
        finally:
            gate.opened.set()
            writer.close()
            loop.close()

    def close(self) -> None:
        """Stop as a server does that is asked to, or let go of what a dead one held."""
        self.network.close()


async def _all(plug: "asyncio.Future[Answer]", rest: Sequence["asyncio.Future[Answer]"]) -> None:
    await asyncio.gather(plug, *rest)


def cut_power(home: Path, other: Path) -> None:
    """Copy what is on the disk at this instant; whoever has it open knows nothing of the copy."""
    other.mkdir()
    for name in (DATABASE, f"{DATABASE}-wal", HIGH_WATER):
        if (home / name).exists():
            shutil.copyfile(home / name, other / name)


def scope(command: Command) -> tuple[str, str]:
    """Return what tells a command from others: its key, or, of a job's, its entry's id."""
    return command.actor.partner, command.key or command.id


def committed(home: Path, commands: Sequence[Command]) -> set[tuple[str, str]]:
    """Return which of the commands' scopes the database knows, keys with that very request."""
    with closing(sqlite3.connect(home / DATABASE)) as connection:
        return {
            scope(one) for one in commands if (_known if one.key else _entered)(connection, one)
        }


def _entered(connection: sqlite3.Connection, command: Command) -> bool:
    """Tell whether one of the latest entries bears the command's id, or the first made of it."""
    sql = (
        "SELECT COUNT(*) FROM log_entry WHERE (instr(leaf, CAST(? AS BLOB))"
        " OR instr(leaf, CAST(? AS BLOB))) AND seq > (SELECT size FROM log_head) - ?"
    )
    ids = (command.id, derived_id(command.id, 0))
    return bool(connection.execute(sql, (*ids, BATCH_ENTRIES_MAX)).fetchone()[0])


def _known(connection: sqlite3.Connection, command: Command) -> bool:
    row = connection.execute(
        "SELECT request_hash, seq, leaf FROM command LEFT JOIN log_entry USING (seq)"
        " WHERE partner = ? AND key = ?",
        (command.actor.partner, command.key),
    ).fetchone()
    if row is None or row[1] < 0:
        return row is not None and row[0] == requests.of_refusal(VAULT, command.request)
    kept, seq, leaf = row
    fields = requests.leaf_fields(leaf)
    keys: dict[str, bytes] = {}
    for owner in requests.members_of(fields):
        for (wrapped,) in connection.execute(
            "SELECT wrapped FROM member_key WHERE owner = ?", (owner,)
        ):
            keys[owner] = requests.entry_key(VAULT.unwrap(wrapped), seq)
    return requests.Kept(kept, fields, keys).is_of(command)


def log_size(home: Path) -> int:
    """Return how many entries the database's log has."""
    connection = sqlite3.connect(home / DATABASE)
    try:
        return int(connection.execute("SELECT size FROM log_head").fetchone()[0])
    finally:
        connection.close()
