"""The live rows held against the rows that the log makes (DESIGN invariant 10).

Leaves and rows come from one snapshot and pass by side by side, each table in its order; of each
table the first difference is told. The log's chain, root and signature are checked on the way.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from audit.bundle import TileStream
from audit.checkpoint import open_checkpoint
from audit.entry import PREV_NONE, decode
from audit.errors import AuditError
from audit.findings import Findings
from audit.merkle import leaf_hash
from audit.replay import TABLES, Made, Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from audit.note import VerifierKey
    from audit.replay import Row, Table
    from domain.ports import Head

ROWS_AT_ONCE = 256  # enough for the cost of a comparison to vanish
ENTRIES_AT_ONCE = 256  # a tile of leaves; their rows stay in the cache until compared


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
        self._waiting: list[Row] = []
        self.breach: Breach | None = None

    def expect(self, rows: Iterable[Row]) -> None:
        """Hold the next live rows against those that the log makes, many at a time."""
        if self.breach is None:
            self._waiting.extend(rows)
            if len(self._waiting) >= ROWS_AT_ONCE:
                self._compare()

    def finish(self) -> None:
        """Expect no more."""
        self._compare()
        if self.breach is None:
            found = next(self._live, None)
            if found is not None:
                self.breach = self._differs(None, found)
        _drain(self._live)

    def _compare(self) -> None:
        rows, self._waiting = self._waiting, []
        live = list(islice(self._live, len(rows)))
        if self.breach is None and live != rows:
            pairs = zip_longest(rows, live)
            self.breach = next(self._differs(row, found) for row, found in pairs if row != found)

    def _differs(self, expected: Row | None, found: Row | None) -> Breach:
        if expected is None or (found is not None and self._comes_before(found, expected)):
            return self._told("ROW_EXTRA", found or ())
        if found is None or self._comes_before(expected, found):
            return self._told("ROW_MISSING", expected)
        at = next(i for i, value in enumerate(expected) if value != found[i])
        breach = self._told("ROW_CHANGED", expected)
        breach.facts["column"] = self._table.columns[at]
        breach.facts.update({"expected": expected[at], "found": found[at]})
        return breach

    def _told(self, code: str, row: Row) -> Breach:
        return Breach(code, {"table": self._table.name, "key": self._table.key_text(row)})

    def _comes_before(self, one: Row, other: Row) -> bool:
        """Tell whether a row stands before another: text in byte order, integers by value."""
        for place in self._table.order:
            left, right = one[place], other[place]
            if left != right:
                if isinstance(left, int) and isinstance(right, int):
                    return left < right
                return str(left) < str(right)
        return False


def _expect(live: Mapping[str, _Rows], made: Made) -> None:
    for name, rows in made.take().items():
        live[name].expect(rows)


def _drain(rows: Iterator[object]) -> None:
    """Read to the end: a cursor on the server is closed by its last row."""
    for _ in rows:
        pass


def compare(
    head: Head,
    leaves: Iterator[bytes],
    tables: Mapping[str, Iterator[Row]],
    key: VerifierKey,
    advance: Callable[[int], None],
) -> Compared:
    """Replay the leaves and hold what they make against the live rows.

    Args:
        head: the log's head as the database has it.
        leaves: every leaf, in order.
        tables: every logged table's rows, in its order; all of one snapshot with the head.
        key: the key that the checkpoint must be signed with.
        advance: told now and then how many entries have been replayed.
    """
    findings = Findings()
    replay = Replay(findings)
    kinds: Counter[str] = Counter()
    made = Made()
    live = {name: _Rows(table, tables[name]) for name, table in TABLES.items()}
    chain = _Chain(head, key)
    for leaf in leaves:
        fields = chain.follow(leaf)
        if fields is None:
            break
        kinds[str(fields["kind"])] += 1
        made.add(replay.apply(fields))
        if chain.size % ENTRIES_AT_ONCE == 0:
            _expect(live, made)
            advance(chain.size)
    _expect(live, made)
    _drain(leaves)
    chain.finish()
    replay.finish()
    for name, rows in replay.tables().items():
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            live[name].expect(chunk)
    for one in live.values():
        one.finish()
    breaches = list(chain.breaches)
    breaches += [Breach(finding.code, dict(finding.facts)) for finding in findings.kept]
    breaches += [one.breach for one in live.values() if one.breach is not None]
    return Compared(chain.size, kinds, breaches)


class _Chain:
    """The log's own bonds: canonical leaves, sequence, chain, root, signature."""

    def __init__(self, head: Head, key: VerifierKey) -> None:
        self.size = 0
        self.breaches: list[Breach] = []
        self._head = head
        self._key = key
        self._prev = PREV_NONE
        self._tree = TileStream()
        self._hashes: list[bytes] = []  # not in the tree yet

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
        self._hashes.append(hash_)
        if len(self._hashes) == ENTRIES_AT_ONCE:
            self._grow()
        self._prev = hash_.hex()
        self.size += 1
        return fields

    def _grow(self) -> None:
        self._tree.extend(self._hashes)
        self._hashes.clear()

    def finish(self) -> None:
        """Hold size and root against the signed checkpoint."""
        if self.breaches:
            return
        try:
            checkpoint = open_checkpoint(self._head.checkpoint, self._key)
        except AuditError as error:
            self.breaches.append(Breach("SIGNATURE_INVALID", {"why": error.code}))
            return
        if checkpoint.size != self.size:
            facts: dict[str, str | int] = {"expected": checkpoint.size, "found": self.size}
            self.breaches.append(Breach("SIZE_MISMATCH", facts))
            return
        self._grow()
        root = self._tree.root()
        if checkpoint.root != root:
            facts = {"expected": checkpoint.root.hex(), "found": root.hex()}
            self.breaches.append(Breach("ROOT_MISMATCH", facts))
