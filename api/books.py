"""Books of a network in a folder: journals of every partner, and the report of liability."""

from __future__ import annotations

import errno
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from api.files import folder_beside
from api.schema.audit.evidence import root_of
from domain.clock import zone as time_zone
from domain.store.engine import scanning
from domain.store.queries import books, reference, settled
from domain.store.queries import log as log_queries
from settlement.books import csv_form
from settlement.books.breakage import NO_ESTIMATE
from settlement.books.chart import BooksError
from settlement.books.daily import Ledger
from settlement.books.journal import Journal
from settlement.books.liability import liabilities
from settlement.books.plain_text import Heading, beancount, hledger
from settlement.books.rows import Event, Opened, Owed, Used
from settlement.books.settling import Claims, finished, funded, paid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from api.bootstrap import Network
    from api.schema.core.reading import Connection
    from domain.store.queries.settled import Step
    from settlement.books.chart import Policy
    from settlement.books.journal import Entry
    from settlement.books.liability import Liability

BUFFER_ENTRIES = 5_000  # of one partner; some megabytes, and one opening of its file
LIABILITY = "liability.csv"


class Balance(NamedTuple):
    """What a partner's account comes to, debits positive, in minor units."""

    partner: str
    account: str
    currency: str
    amount: int


class Books(NamedTuple):
    """What was written: entries made, balances, liability, and the size of the log."""

    size: int
    entries: int
    balances: list[Balance]
    liabilities: list[Liability]


class _Folder:
    """The files of all partners, each appended to as its entries come."""

    def __init__(self, folder: Path, policies: Mapping[str, Policy], zone: str) -> None:
        self._folder = folder
        self._zone = zone
        self._waiting: dict[str, list[Entry]] = {}
        self._journal = Journal(policies)
        self.ledgers: dict[str, Ledger] = {}
        self.entries = 0

    @property
    def journal(self) -> Journal:
        """What makes the entries."""
        return self._journal

    def add(self, entries: list[Entry]) -> None:
        """Take in entries."""
        for entry in entries:
            waiting = self._waiting.setdefault(entry.partner, [])
            waiting.append(entry)
            if len(waiting) == BUFFER_ENTRIES:
                self._write(entry.partner)
        self.entries += len(entries)

    def _write(self, partner: str) -> None:
        policy = self._journal.policy(partner)
        path = self._folder / f"{partner}.csv"
        if partner not in self.ledgers:
            self.ledgers[partner] = Ledger(policy, self._zone)
            path.write_bytes(csv_form.heading().encode())
        entries = self._waiting.pop(partner, [])
        self.ledgers[partner].add(entries)
        with path.open("ab") as opened:
            opened.write(csv_form.postings(entries, policy, self._zone).encode())

    def finish(self, partners: list[str], origin: str, size: int, root: str) -> None:
        """Write what waits, and each partner's journals."""
        for partner in partners:
            self._write(partner)
            heading = Heading(partner, origin, size, root)
            for suffix, form in (("beancount", beancount), ("journal", hledger)):
                text = form(heading, self.ledgers[partner])
                (self._folder / f"{partner}.{suffix}").write_bytes(text.encode())


def export_books(
    network: Network,
    out: Path,
    policies: Mapping[str, Policy],
    zone: str,
    advance: Callable[[int], None],
) -> Books:
    """Write the books of every partner and of the operator; the folder appears whole or not at all.

    Raises BooksError ``BOOKS_EXIST``, ``BOOKS_NOT_WRITTEN``, ``PARTNER_UNKNOWN``, ``BOOKS_DIFFER``
    where journals and lots disagree; InvalidValueError ``TIME_ZONE_UNKNOWN``.
    """
    time_zone(zone)
    if out.is_symlink() or (out.exists() and (not out.is_dir() or any(out.iterdir()))):
        raise BooksError("BOOKS_EXIST", path=str(out))
    try:
        with folder_beside(out.absolute()) as beside:
            with scanning(network.engine) as connection:
                made = _write(connection, beside, policies, zone, advance)
            beside.rename(out)
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:  # another was quicker
            raise BooksError("BOOKS_EXIST", path=str(out)) from None
        reason = error.strerror or ""
        raise BooksError("BOOKS_NOT_WRITTEN", path=str(out), reason=reason) from None
    return made


def _write(
    connection: Connection,
    folder: Path,
    policies: Mapping[str, Policy],
    zone: str,
    advance: Callable[[int], None],
) -> Books:
    tables = reference.load(connection)
    head = log_queries.network(connection)
    assert head is not None  # the small tables were read
    partners = sorted({*tables.partners, "OPERATOR"})
    for partner in policies:
        if partner not in partners:
            raise BooksError("PARTNER_UNKNOWN", partner=partner)
    files = _Folder(folder, policies, zone)
    claims = Claims()
    for done, (_, event) in enumerate(_in_order(connection)):
        files.add(_posted(files.journal, claims, event))
        if done % BUFFER_ENTRIES == 0:
            advance(done)
    size = head.head.size
    files.finish(partners, head.origin, size, root_of(connection, size).hex())
    report = _report(connection, files.journal, zone)
    scales = {unit.code: unit.scale for unit in tables.units.values()}
    (folder / LIABILITY).write_bytes(csv_form.report(report, scales).encode())
    balances = [
        Balance(partner, name, currency, amount)
        for partner, ledger in sorted(files.ledgers.items())
        for (name, currency), amount in sorted(ledger.balances.items())
    ]
    return Books(size, files.entries, balances, report)


def _in_order(connection: Connection) -> Iterator[tuple[int, Event | Step]]:
    """Yield events and the steps of settlements, each with its number, in the order of the log.

    Where both are of one entry, what is owed by it comes before what it leaves of a settlement.
    """
    events: Iterator[tuple[int, Event | Step]] = ((one.seq, one) for one in _events(connection))
    steps: list[tuple[int, Event | Step]] = [(one.seq, one) for one in settled.steps(connection)]
    return merge(events, steps, key=itemgetter(0))


def _posted(journal: Journal, claims: Claims, event: Event | Step) -> list[Entry]:
    """Return the entries of one event or step."""
    if isinstance(event, settled.Moved):
        return paid(event)
    if isinstance(event, settled.Funded):
        return funded(event)
    if isinstance(event, settled.Over):
        return [*claims.due(event), *finished(event)]
    claims.note(event)
    return journal.post(event)


def _events(connection: Connection) -> Iterator[Event]:
    for entry in books.entries(connection):
        yield Event(
            entry.seq,
            entry.time,
            entry.transfer,
            entry.kind,
            entry.original,
            entry.acceptor,
            tuple(Opened(*row[1:]) for row in entry.opened),
            tuple(Used(*row[1:]) for row in entry.uses),
            tuple(Owed(*row[1:]) for row in entry.owed),
        )


def _report(connection: Connection, journal: Journal, zone: str) -> list[Liability]:
    """Return the report, held against the journals: both say what the lots carry."""
    standing = {
        key: (pool.standing, journal.policy(key[0]).breakage.get(key[1], NO_ESTIMATE))
        for key, pool in journal.pools.items()
    }
    report = liabilities(books.lots(connection), standing, zone)
    carried = dict.fromkeys(journal.pools, 0)
    for line in report:
        carried[line.partner, line.unit, line.currency] += line.carried
    for (partner, unit, currency), pool in journal.pools.items():
        found = carried[partner, unit, currency]
        if pool.carried != found:
            raise BooksError(
                "BOOKS_DIFFER", partner=partner, unit=unit, currency=currency,
                journal=pool.carried, lots=found,
            )  # fmt: skip
    return report
