"""The live rows held against the rows that the log makes (DESIGN invariant 10).

Leaves and rows come from one snapshot and pass by side by side, each table in its order; of each
table the first difference is told. The log's chain, root and signature are checked on the way.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from audit.checkpoint import open_checkpoint
from audit.entry import PREV_NONE, decode
from audit.errors import AuditError
from audit.findings import Findings
from audit.merkle import Frontier, leaf_hash
from audit.note import VerifierKey
from audit.replay import TABLES, Replay
from domain.store.queries import export
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from audit.replay import Row, Table

PROGRESS_EVERY = 2_000  # entries; some tens of milliseconds


class Breach(NamedTuple):
    """One thing that should not be: a stable code, and what was found where."""

    code: str
    facts: dict[str, str | int]


class Compared(NamedTuple):
    """What a comparison saw: entries by kind, and every breach, the first of each table."""

    entries: int
    kinds: Counter[str]
    breaches: list[Breach]


class _Rows:
    """One table's live rows, read as far as the rows expected so far."""

    def __init__(self, table: Table, live: Iterator[Row]) -> None:
        self._table = table
        self._live = live
        self.breach: Breach | None = None

    def expect(self, rows: Iterable[Row]) -> None:
        """Hold the next live rows against those that the log makes."""
        if self.breach is not None:
            return
        for row in rows:
            found = next(self._live, None)
            if found != row:
                self.breach = self._differs(row, found)
                return

    def finish(self) -> None:
        """Expect no more."""
        if self.breach is None:
            found = next(self._live, None)
            if found is not None:
                self.breach = self._differs(None, found)
        _drain(self._live)

    def _differs(self, expected: Row | None, found: Row | None) -> Breach:
        table = self._table
        if expected is not None and found is not None:
            keys = [tuple(row[place] for place in table.key) for row in (expected, found)]
            if keys[0] == keys[1]:
                at = next(i for i, value in enumerate(expected) if value != found[i])
                return Breach(
                    "ROW_CHANGED",
                    {
                        "table": table.name,
                        "key": table.key_text(expected),
                        "column": table.columns[at],
                        "expected": expected[at],
                        "found": found[at],
                    },
                )
        order = [
            tuple(row[place] for place in table.order) if row is not None else None
            for row in (expected, found)
        ]
        if expected is not None and (order[1] is None or _before(order[0], order[1])):
            return Breach("ROW_MISSING", {"table": table.name, "key": table.key_text(expected)})
        row = found if found is not None else ()
        return Breach("ROW_EXTRA", {"table": table.name, "key": table.key_text(row)})


def _drain(rows: Iterator[object]) -> None:
    """Read to the end: a cursor on the server is closed by its last row."""
    for _ in rows:
        pass


def _before(one: Sequence[str | int] | None, other: Sequence[str | int]) -> bool:
    for left, right in zip(one or (), other, strict=False):
        if left != right:
            both = isinstance(left, int) and isinstance(right, int)
            return left < right if both else str(left) < str(right)  # type: ignore[operator]  # both are integers, or made text
    return False


def compare(connection: Connection, key: VerifierKey, advance: Callable[[int], None]) -> Compared:
    """Replay the log and hold it against the live rows, all in the connection's one snapshot.

    ``advance`` is told now and then how many entries have been replayed.
    """
    findings = Findings()
    replay = Replay(findings)
    kinds: Counter[str] = Counter()
    live = {name: _Rows(table, _live(connection, table)) for name, table in TABLES.items()}
    chain = _Chain(connection, key)
    leaves = log_queries.leaves(connection)
    for leaf in leaves:
        fields = chain.follow(leaf)
        if fields is None:
            break
        kinds[str(fields["kind"])] += 1
        rows = replay.apply(fields)
        if rows.transfer:
            live["transfer"].expect(rows.transfer)
            live["leg"].expect(rows.leg)
            live["lot_use"].expect(rows.lot_use)
        if rows.obligation:
            live["obligation"].expect(rows.obligation)
        if chain.size % PROGRESS_EVERY == 0:
            advance(chain.size)
    _drain(leaves)
    chain.finish()
    replay.finish()
    for name, made in replay.tables().items():
        live[name].expect(made)
    for one in live.values():
        one.finish()
    breaches = list(chain.breaches)
    breaches += [Breach(finding.code, dict(finding.facts)) for finding in findings.kept]
    breaches += [one.breach for one in live.values() if one.breach is not None]
    return Compared(chain.size, kinds, breaches)


def _live(connection: Connection, table: Table) -> Iterator[Row]:
    return (
        tuple(row[name] for name in table.columns) for row in export.rows(connection, table.name)
    )


class _Chain:
    """The log's own bonds: canonical leaves, sequence, chain, root, signature."""

    def __init__(self, connection: Connection, key: VerifierKey) -> None:
        self.size = 0
        self.breaches: list[Breach] = []
        self._head = log_queries.network(connection)
        self._key = key
        self._prev = PREV_NONE
        self._frontier = Frontier()

    def follow(self, leaf: bytes) -> dict[str, str | int] | None:
        """Return the next leaf's fields; None where the chain ends in a breach."""
        try:
            fields = decode(leaf)
        except AuditError as error:
            self.breaches.append(Breach("NOT_CANONICAL", {"seq": self.size, "why": error.code}))
            return None
        if fields["seq"] != self.size or fields["prev"] != self._prev:
            self.breaches.append(Breach("CHAIN_BROKEN", {"seq": self.size}))
            return None
        hash_ = leaf_hash(leaf)
        self._frontier.append(hash_)
        self._prev = hash_.hex()
        self.size += 1
        return fields

    def finish(self) -> None:
        """Hold size and root against the signed checkpoint."""
        if self._head is None or self.breaches:
            return
        try:
            checkpoint = open_checkpoint(self._head.head.checkpoint, self._key)
        except AuditError as error:
            self.breaches.append(Breach("SIGNATURE_INVALID", {"why": error.code}))
            return
        if checkpoint.size != self.size:
            facts: dict[str, str | int] = {"expected": checkpoint.size, "found": self.size}
            self.breaches.append(Breach("SIZE_MISMATCH", facts))
        elif checkpoint.root != self._frontier.root():
            facts = {"expected": checkpoint.root.hex(), "found": self._frontier.root().hex()}
            self.breaches.append(Breach("ROOT_MISMATCH", facts))
