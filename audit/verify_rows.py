"""A table's lines held against the rows that the log makes: each has exactly one of the other.

Both come in the table's order, so one pass tells which row was changed, which is missing and
which no entry made. Rows are compared many at a time as the bytes of their lines. Where these
differ, and from there on, they are compared one by one: only a tampered file is ever parsed.
"""

import json
from collections.abc import Sequence
from typing import Final

from audit.bundle import BundleError, BundleReader, RowFile, ledger_path
from audit.findings import Findings
from audit.replay import Row, Table

# Enough for the cost of a comparison to vanish, little enough that its rows stay in the cache.
ROWS_AT_ONCE: Final = 256


class TableCheck:
    """One table's lines, read as far as the rows expected so far.

    Args:
        table: its columns and order.
        reader: the bundle that has its file.
        findings: where differences are told.
    """

    def __init__(self, table: Table, reader: BundleReader, findings: Findings) -> None:
        self._table = table
        self._findings = findings
        self._waiting: list[Row] = []  # expected rows, not compared yet
        self._single = False  # whether a difference was seen, and lines are read one by one
        self._last: Row | None = None  # the last row that stood in order
        self._line: bytes | None = None
        self._next: bytes | None = None
        self._file: RowFile | None = None
        try:
            self._file = reader.open_rows(ledger_path(table.name))
        except BundleError as error:
            self._break(error)

    def expect(self, rows: Sequence[Row]) -> None:
        """The next rows that the log makes, in the table's order."""
        self._waiting.extend(rows)
        if len(self._waiting) >= ROWS_AT_ONCE:
            self._compare()

    def finish(self) -> None:
        """No more rows are expected: whatever lines are left are extra."""
        self._compare()
        if self._file is not None:
            if not self._single:
                self._read_singly()
            while self._line is not None:
                found = self._row_in_order()
                if found is not None:
                    self._tell("ROW_EXTRA", found)
                    self._last = found
                self._advance()
        self.close()

    def close(self) -> None:
        """Leave the rest of the file unread."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _compare(self) -> None:
        """Compare the expected rows that wait."""
        rows, self._waiting = self._waiting, []
        if not rows or self._file is None:
            return
        try:
            if not self._single and self._file.skip(self._table.lines(rows)):
                self._last = rows[-1]
                return
        except BundleError as error:
            self._break(error)
            return
        if not self._single:
            self._read_singly()
        for row in rows:
            if self._line == self._table.line(row):
                self._last = row
                self._advance()
            else:
                self._differs(row)

    def _read_singly(self) -> None:
        self._single = True
        self._next = self._read()
        self._advance()

    def _break(self, error: BundleError) -> None:
        """The file gives no more lines; one finding says so, and no row is called missing."""
        self._findings.add_error(error)
        self.close()

    def _differs(self, row: Row) -> None:
        """The current line is not the expected one: tell how, and go on where they agree."""
        while self._line is not None:
            found = self._row_in_order()
            if found is not None:
                if _before(self._table, row, found):
                    break
                self._last = found
                if not _before(self._table, found, row):
                    self._tell_changes(row, found)
                    self._advance()
                    return
                self._tell("ROW_EXTRA", found)
            self._advance()
        if self._file is not None:
            self._tell("ROW_MISSING", row)

    def _row_in_order(self) -> Row | None:
        """The current line's row; None, and told, where it is not one or stands out of order.

        A single row moved forward is seen by the line after it, so that it does not make all the
        rows between its two places look missing.
        """
        assert self._line is not None
        row = _parse(self._table, self._line)
        if row is None:
            shown = self._line.decode("ascii", "replace")
            self._findings.add("ROW_INVALID", table=self._table.name, line=shown)
            return None
        following = _parse(self._table, self._next) if self._next is not None else None
        late = self._last is not None and not _before(self._table, self._last, row)
        early = following is not None and _before(self._table, following, row)
        if early and self._last is not None and following is not None:
            early = _before(self._table, self._last, following)
        if late or early:
            self._tell("ROW_ORDER", row)
            return None
        return row

    def _tell(self, code: str, row: Row) -> None:
        self._findings.add(code, table=self._table.name, key=self._table.key_text(row))

    def _tell_changes(self, row: Row, found: Row) -> None:
        for column, expected, value in zip(self._table.columns, row, found, strict=True):
            if expected != value:
                self._findings.add(
                    "ROW_CHANGED",
                    table=self._table.name,
                    key=self._table.key_text(row),
                    column=column,
                    expected=expected,
                    found=value,
                )

    def _advance(self) -> None:
        self._line = self._next
        self._next = self._read() if self._line is not None else None

    def _read(self) -> bytes | None:
        if self._file is None:
            return None
        try:
            return self._file.line()
        except BundleError as error:
            self._break(error)
            return None


def _before(table: Table, one: Row, other: Row) -> bool:
    """Whether a row stands before another: text in byte order, integers by value."""
    for place in table.order:
        left, right = one[place], other[place]
        if left != right:
            if isinstance(left, int) and isinstance(right, int):
                return left < right
            return str(left) < str(right)
    return False


def _pairs(pairs: list[tuple[str, object]]) -> list[tuple[str, object]]:
    """Keep an object's members as they stand, doubles too."""
    return pairs


def _parse(table: Table, line: bytes) -> Row | None:
    """The row that a line holds, None unless it is the one form of that row."""
    try:
        found: object = json.loads(line, object_pairs_hook=_pairs)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != len(table.columns):
        return None
    values: list[str | int] = []
    for column, member in zip(table.columns, found, strict=True):
        if not isinstance(member, tuple) or member[0] != column:
            return None
        value = member[1]
        if type(value) is not (int if column in table.integers else str):
            return None
        assert isinstance(value, str | int)
        values.append(value)
    row = tuple(values)
    try:
        return row if table.line(row) == line else None
    except UnicodeEncodeError:
        return None
