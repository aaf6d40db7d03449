"""The live rows held against the rows that the log makes (DESIGN invariant 10).

Leaves and rows come from one snapshot and pass by side by side, each table in its order; of each
table the first difference is told. Nothing is held of what has passed but the ledger's state.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from api.breach import Breach
from audit.entry import decode
from audit.errors import AuditError
from audit.findings import Findings
from audit.replay import TABLES, Made, Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from audit.replay import Row, Table

ROWS_AT_ONCE = 256  # enough for the cost of a comparison to vanish
ENTRIES_AT_ONCE = 256  # a tile of leaves; their rows stay in the cache until compared

CODES = (
    "ROW_CHANGED",
    "ROW_MISSING",
    "ROW_EXTRA",
    "EFFECT_MALFORMED",
    "EFFECT_IMPOSSIBLE",
    "APPROVAL_MISSING",
    "CHARGE_MISSING",
    "CHARGE_AMOUNT",
    "CHARGE_PARTNER",
    "CHARGE_INVENTED",
    "DRAW_MISMATCH",
    "LOSS_MISMATCH",
)


class Compared(NamedTuple):
    """What a comparison saw: entries by kind, rows by table, and the first breach of each table."""

    entries: int
    kinds: Counter[str]
    rows: dict[str, int]
    breaches: list[Breach]


class _Rows:
    """One table's live rows, read as far as the rows expected so far."""

    def __init__(self, table: Table, live: Iterator[Row]) -> None:
        self._table = table
        self._live = live
        self._waiting: list[Row] = []
        self.seen = 0
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
                self.seen += 1
                self.breach = self._differs(None, found)
        self.seen += _drain(self._live)

    def _compare(self) -> None:
        rows, self._waiting = self._waiting, []
        live = list(islice(self._live, len(rows)))
        self.seen += len(live)
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


def _drain(rows: Iterator[object]) -> int:
    """Read to the end, for a cursor on the server is closed by its last row; count the rest."""
    return sum(1 for _ in rows)


def compare(
    leaves: Iterator[bytes],
    tables: Mapping[str, Iterator[Row]],
    advance: Callable[[int], None],
) -> Compared:
    """Replay the leaves and hold what they make against the live rows.

    The replay ends at a leaf that cannot be read, which the check of the log tells.

    Args:
        leaves: every leaf, in order.
        tables: every logged table's rows, in its order; all of one snapshot with the leaves.
        advance: told now and then how many entries have been replayed.
    """
    findings = Findings()
    replay = Replay(findings)
    kinds: Counter[str] = Counter()
    made = Made()
    live = {name: _Rows(table, tables[name]) for name, table in TABLES.items()}
    entries = 0
    for leaf in leaves:
        try:
            fields = decode(leaf)
        except AuditError:
            break
        kinds[str(fields["kind"])] += 1
        made.add(replay.apply(fields))
        entries += 1
        if entries % ENTRIES_AT_ONCE == 0:
            _expect(live, made)
            advance(entries)
    _expect(live, made)
    _drain(leaves)
    advance(entries)
    replay.finish()
    for name, made_rows in replay.tables().items():
        while chunk := list(islice(made_rows, ROWS_AT_ONCE)):
            live[name].expect(chunk)
    for one in live.values():
        one.finish()
    breaches = [Breach(finding.code, dict(finding.facts)) for finding in findings.kept]
    breaches += [one.breach for one in live.values() if one.breach is not None]
    rows = {name: one.seen for name, one in live.items()}
    return Compared(entries, kinds, rows, breaches)
