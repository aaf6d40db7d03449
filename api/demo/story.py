"""Plays eighteen months: purchases in date order, what the rule makes of them, points that expire.

The shop hands its purchases in at eight in the evening, Seoul time, when there are enough of them
or a week has passed; each is dated its own day. Then comes what was left from the time before, then
what the customers do elsewhere.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from api.demo.acts import Acts
from api.demo.brands import BY_UNIT, MUSIC, NOTE, ZONE
from api.demo.rule import acts_after
from api.purchases import (
    Columns,
    ImportOptions,
    Purchase,
    PurchaseImporter,
    RefusedRow,
    read_purchases,
)
from domain.clock import SECOND, from_datetime, zone
from domain.errors import StoreError
from domain.ids import SYSTEM
from domain.ledger.commands import Actor, Command, ExpireWallet
from domain.store.engine import reading
from domain.store.queries import reference
from domain.store.queries.jobs import wallets_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from api.bootstrap import Network
    from api.demo.admit import People
    from api.purchases.importer import Outcome
    from domain.clock import SimulatedClock

DATA = "cdnow_purchases.csv.gz"
BATCH = "cdnow"
COMMANDS_A_BATCH = 500  # the writer's own; one signature and one commit for all of them
HANDED_IN_MIN = (
    400  # purchases; fewer make batches that cost more to sign and commit than to decide
)
EVENING = time(20)
WEEK = timedelta(weeks=1)
EXPIRY_AUTHOR = "system/expiry"


class Played(NamedTuple):
    """What came of the story."""

    purchases: int
    zero_earning: int
    members: int
    commands: int
    refusals: Counter[str]


def shipped_purchases() -> list[Purchase]:
    """Return the purchases that the package ships, as they are, in the order of the file.

    Raises StoreError ``DEMO_DATA_DAMAGED`` where a row is none.
    """
    with as_file(files("api.demo") / "data" / DATA) as path:
        rows = list(read_purchases(path, Columns(amount="amount_usd")))
    purchases = [row for row in rows if isinstance(row, Purchase)]
    if len(purchases) != len(rows):
        raise StoreError("DEMO_DATA_DAMAGED", file=DATA, rows=len(rows) - len(purchases))
    return purchases


def shifted(purchases: Sequence[Purchase], today: date) -> list[Purchase]:
    """Return the purchases in date order, moved by whole weeks so that the last is before today.

    Whole weeks keep Saturdays Saturdays; the last purchase falls on yesterday or up to six days
    before it.
    """
    last = max(purchase.day for purchase in purchases)
    weeks = (today - timedelta(days=1) - last) // WEEK
    moved = [purchase._replace(day=purchase.day + weeks * WEEK) for purchase in purchases]
    moved.sort(key=lambda purchase: (purchase.day, purchase.row))
    return moved


def evening(day: date) -> int:
    """Return the instant at which a day's commands are written."""
    return from_datetime(datetime.combine(day, EVENING, tzinfo=zone(ZONE)))


def handed_in(purchases: Sequence[Purchase]) -> Iterator[list[Purchase]]:
    """Yield purchases in date order, whole days at a time, as the shop hands them in."""
    waiting: list[Purchase] = []
    for day, rows in groupby(purchases, key=lambda purchase: purchase.day):
        if waiting and (len(waiting) >= HANDED_IN_MIN or day - waiting[0].day >= WEEK):
            yield waiting
            waiting = []
        waiting.extend(rows)
    if waiting:
        yield waiting


class Story:
    """One run of the story in a new network."""

    def __init__(self, network: Network, clock: SimulatedClock, people: People) -> None:
        """Play in ``network``, moving ``clock``."""
        self._network = network
        self._clock = clock
        self._acts = Acts(network, people)
        self._refusals: Counter[str] = Counter()
        self._commands = 0
        with reading(network.engine) as connection:
            unit = reference.load(connection).units[NOTE]
        # The file is the music shop's own: the shop's key imports it.
        options = ImportOptions(
            unit=unit,
            rate=BY_UNIT[NOTE].earn,
            batch=BATCH,
            enroll=True,
            actor=people.brands[MUSIC],
        )
        self._importer = PurchaseImporter(network, options, self._refuse)

    def play(self, purchases: Sequence[Purchase], advance: Callable[[int], None]) -> Played:
        """Play all purchases, which are in date order; ``advance`` is told how many are done."""
        month = ""
        for rows in handed_in(purchases):
            day = rows[-1].day
            self._clock.advance_to(evening(day))
            if day.isoformat()[:7] != month:
                month = day.isoformat()[:7]
                self.expire()
            self._evening(rows)
            advance(self._importer.report.rows)
        # Another evening, for what was left for a day after the last purchase.
        self._clock.advance_to(self._clock.now() + 60 * SECOND)
        self._run(self._acts.begin_evening())
        report = self._importer.report
        return Played(
            purchases=report.rows,
            zero_earning=report.zero_earning,
            members=report.enrolled,
            commands=self._commands + report.issued + report.enrolled,
            refusals=self._refusals,
        )

    def expire(self) -> None:
        """Do what the expiry job of a server does: end what is past its time."""
        job = Actor(SYSTEM, EXPIRY_AUTHOR)
        while True:
            now = self._clock.now()
            with reading(self._network.engine) as connection:
                due = wallets_due(connection, now, COMMANDS_A_BATCH)
            if not due:
                return
            self._run(
                [
                    ExpireWallet(
                        actor=job,
                        id=self._network.ids.entity(),
                        received_at=now,
                        owner=owner,
                        unit=unit,
                    )
                    for owner, unit in due
                ]
            )

    def _evening(self, rows: Sequence[Purchase]) -> None:
        outcomes: list[Outcome] = []
        for start in range(0, len(rows), COMMANDS_A_BATCH):
            outcomes += self._importer.write(rows[start : start + COMMANDS_A_BATCH])
        commands = self._acts.begin_evening()
        other = ""
        for outcome in outcomes:
            purchase = outcome.purchase
            acts = acts_after(purchase.row, purchase.customer, outcome.points)
            commands += self._acts.commands(acts, outcome.owner, other)
            other = outcome.owner
        self._run(commands)

    def _run(self, commands: Sequence[Command]) -> None:
        for start in range(0, len(commands), COMMANDS_A_BATCH):
            batch = commands[start : start + COMMANDS_A_BATCH]
            answers = self._network.runner.run(batch)
            self._commands += len(batch)
            for answer in answers:
                if answer.fault:
                    raise StoreError("WRITER_FAULT", step="playing", fault=answer.fault)
                if answer.refusal is not None:
                    self._refusals[answer.refusal.code] += 1
            self._acts.learn(batch, answers)

    def _refuse(self, row: RefusedRow) -> None:
        self._refusals[row.code] += 1
