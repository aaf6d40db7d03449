"""A statement as a PDF: who and when, what is due, by whom and what for, every line, the citation.

Amounts stand right-aligned under each other; a long name is cut, an amount never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.clock import to_datetime
from settlement.currencies import grouped
from settlement.statements.pages import (
    BAND,
    DARK,
    FAINT,
    HEIGHT,
    LEFT,
    RIGHT,
    RULE,
    WHITE,
    Pages,
)
from settlement.statements.words import code_words, say

if TYPE_CHECKING:
    from settlement.statements.model import Moment, Parties, Statement

LINES_PRINTED_MAX = 5_000  # some 160 pages; who needs more reads the CSV
_BODY, _SMALL, _TINY = 9, 8, 6
_ROW, _HEAD, _DEEP = 17, 19, 26  # heights of a row, of a heading, of a row of two lines
_FULL = RIGHT - LEFT


class _Column(NamedTuple):
    """A table's column: its label, its left edge and width, and whether it holds figures."""

    key: str
    x: int
    width: int
    figure: bool = False


_SUMS = (
    _Column("counterparty", LEFT, 170),
    _Column("kind", 210, 80),
    _Column("count", 290, 40, figure=True),
    _Column("payable", 330, 75, figure=True),
    _Column("receivable", 405, 75, figure=True),
    _Column("net", 480, 75, figure=True),
)
_INVOICES = (
    _Column("invoice", LEFT, 175),
    _Column("kind", 215, 70),
    _Column("creditor", 285, 85),
    _Column("debtor", 370, 85),
    _Column("count", 455, 30, figure=True),
    _Column("amount", 485, 70, figure=True),
)
_LINES = (
    _Column("sequence", LEFT, 60),
    _Column("time", 100, 82),
    _Column("event", 182, 58),
    _Column("counterparty", 240, 92),
    _Column("kind", 332, 73),
    _Column("payable", 405, 75, figure=True),
    _Column("receivable", 480, 75, figure=True),
)
_CARRIED = (
    _Column("window", LEFT, 290),
    _Column("payable", 330, 75, figure=True),
    _Column("receivable", 405, 75, figure=True),
    _Column("net", 480, 75, figure=True),
)


def as_pdf(statement: Statement, parties: Parties, language: str) -> bytes:
    """Return the statement as a PDF in ``language``; the same statement gives the same bytes."""
    pages = Pages()
    layout = _Layout(pages, statement, parties, language)
    layout.header()
    layout.summary()
    layout.carried()
    layout.sums()
    layout.invoices()
    layout.lines()
    layout.footers()
    title = f"{say('title', language)} {statement.number}"
    return pages.draw(title, statement.scope.origin)


class _Layout:
    """One statement on its pages."""

    def __init__(self, pages: Pages, statement: Statement, parties: Parties, language: str) -> None:
        self.pages = pages
        self.statement = statement
        self.parties = parties
        self.language = language

    def say(self, key: str, /, **facts: str | int) -> str:
        """Return a label in the document's language."""
        return say(key, self.language, **facts)

    def money(self, amount: int) -> str:
        """Return an amount in the statement's currency."""
        return grouped(amount, self.statement.scope.currency)

    def _moment(self, moment: Moment) -> str:
        return f"{_time(moment.time)} UTC ({self.say('entry')} {moment.seq:,})"

    def header(self) -> None:
        """Write whose statement this is, over which windows, and who issues it."""
        pages, scope = self.pages, self.statement.scope
        pages.text(LEFT, pages.y + 16, self.say("title"), 20, 300, DARK)
        pages.figure(RIGHT, pages.y + 14, self.statement.number, 11, 250, FAINT)
        pages.box(LEFT, pages.y + 26, _FULL, 2, DARK)
        pages.y += 46
        windows = ", ".join(map(str, scope.periods))
        facts = (
            (LEFT, 0, "partner", self.parties.titled(scope.partner), _FULL - 70),
            (LEFT, 1, "network", scope.origin, 180),
            (LEFT, 2, "windows", windows, 180),
            (LEFT, 3, "currency", scope.currency, 180),
            (300, 1, "number", self.statement.number, 185),
            (300, 2, "from", self._moment(scope.opened), 185),
            (300, 3, "to", self._moment(scope.closed), 185),
        )
        for x, n, key, text, room in facts:
            y = pages.y + n * 16
            pages.text(x, y, self.say(key), _SMALL, 65, FAINT)
            pages.text(x + 68, y, text, _BODY, room)
        pages.y += 66

    def summary(self) -> None:
        """Write the box with what it comes to."""
        pages, statement = self.pages, self.statement
        rows = (
            ("opening", statement.opening),
            ("supplies", statement.supplies),
            ("fees", statement.fees),
            ("tax", statement.tax),
        )
        top = pages.y
        pages.box(LEFT, top, _FULL, 116, BAND)
        pages.box(LEFT, top, 4, 116, DARK)
        for n, (key, amount) in enumerate(rows):
            y = top + 20 + n * 18
            pages.text(LEFT + 16, y, self.say(key), _BODY, 140)
            pages.figure(LEFT + 250, y, self.money(amount), _BODY, 110)
        pages.box(LEFT + 16, top + 82, 234, 1, RULE)
        pages.text(LEFT + 16, top + 100, self.say("closing"), 10, 130, DARK)
        pages.figure(LEFT + 250, top + 100, self.money(statement.closing), 10, 120, DARK)
        closing = statement.closing
        key = "pays" if closing > 0 else "receives" if closing < 0 else "nothing"
        pages.figure(RIGHT - 16, top + 34, self.say(key), 11, 220, FAINT)
        due = f"{self.money(abs(closing))} {statement.scope.currency}"
        pages.figure(RIGHT - 16, top + 66, due, 24, 225, DARK)
        pages.y = top + 128
        pages.text(LEFT, pages.y + 6, self.say("sign"), 7, _FULL, FAINT)
        pages.y += 20

    def carried(self) -> None:
        """Write what earlier windows bring forward, where there are any."""
        rows = self.statement.scope.carried
        if not rows:
            return
        self._heading("carried", _CARRIED)
        for one in rows:
            amounts = (one.payable, one.receivable, one.payable - one.receivable)
            self._row("carried", _CARRIED, (str(one.period), *map(self.money, amounts)))
        self.pages.y += 14

    def sums(self) -> None:
        """Write the sums by counterparty and kind, and their total."""
        statement = self.statement
        self._heading("sums", _SUMS)
        for one in statement.sums:
            name = self.parties.coded(one.counterparty)
            amounts = (one.payable, one.receivable, one.net)
            count = f"{one.payable_lines + one.receivable_lines:,}"
            kind = code_words(one.kind, self.language)
            self._row("sums", _SUMS, (name, kind, count, *map(self.money, amounts)))
        totals = (statement.payable, statement.receivable, statement.net)
        count = f"{statement.line_count:,}"
        self._row(
            "sums", _SUMS, (self.say("total"), "", count, *map(self.money, totals)), band=True
        )
        self.pages.y += 14

    def invoices(self) -> None:
        """Write the invoices, where there are any."""
        if not self.statement.invoices:
            return
        self._heading("invoices", _INVOICES)
        for one in self.statement.invoices:
            cells = (
                *(one.number, code_words(one.kind, self.language)),
                *(
                    self.parties.coded(one.creditor),
                    self.parties.coded(one.debtor),
                    f"{one.lines:,}",
                    self.money(one.amount),
                ),
            )
            self._row("invoices", _INVOICES, cells)
        self.pages.y += 14

    def lines(self) -> None:
        """Write the lines in the order of the log, below each its transfer and contract."""
        statement = self.statement
        self._heading("lines", _LINES)
        if not statement.lines:
            total = statement.line_count
            said = self.say("elsewhere", lines=f"{total:,}") if total else self.say("none")
            self.pages.text(LEFT + 4, self.pages.y + 13, said, _BODY, _FULL, FAINT)
            self.pages.y += _ROW
        for line in statement.lines[:LINES_PRINTED_MAX]:
            sides = tuple(self.money(side) if side else "" for side in statement.sides(line))
            cells = (
                *(f"{line.seq}.{line.n}", _time(line.time), code_words(line.event, self.language)),
                *(statement.counterparty(line), code_words(line.kind, self.language), *sides),
            )
            below = "  ·  ".join(filter(None, (line.transfer, line.contract)))
            self._row("lines", _LINES, cells, below=below)
        if len(statement.lines) > LINES_PRINTED_MAX:
            if not self.pages.room(_ROW):
                self.pages.turn()
            told = self.say(
                "many", lines=f"{len(statement.lines):,}", shown=f"{LINES_PRINTED_MAX:,}"
            )
            self.pages.text(LEFT + 4, self.pages.y + 13, told, _SMALL, _FULL, FAINT)

    def footers(self) -> None:
        """Write on every page which checkpoint covers the statement, and which page it is."""
        pages, scope = self.pages, self.statement.scope
        cites = self.say(
            "cites", origin=scope.origin, size=scope.citation.size, root=scope.citation.root
        )
        laid = pages.pages
        count = len(laid)
        for page, marks in enumerate(laid, 1):
            pages.pages = [marks]
            pages.box(LEFT, HEIGHT - 56, _FULL, 1, RULE)
            pages.text(LEFT, HEIGHT - 42, cites, _TINY, _FULL, FAINT)
            pages.text(LEFT, HEIGHT - 30, self.statement.number, _SMALL, 300, FAINT)
            told = self.say("page", page=page, pages=count)
            pages.figure(RIGHT, HEIGHT - 30, told, _SMALL, 150, FAINT)
        pages.pages = laid

    def _heading(self, key: str, columns: tuple[_Column, ...]) -> None:
        """Begin a table: its name and its columns, never at the very end of a page."""
        if not self.pages.room(22 + _HEAD + 2 * _DEEP):
            self.pages.turn()
        self.pages.text(LEFT, self.pages.y + 14, self.say(key), 12, _FULL, DARK)
        self.pages.y += 22
        self._columns(columns)

    def _columns(self, columns: tuple[_Column, ...]) -> None:
        pages = self.pages
        pages.box(LEFT, pages.y, _FULL, _HEAD, DARK)
        for column in columns:
            label, y = self.say(column.key), pages.y + 13
            if column.figure:
                pages.figure(column.x + column.width - 4, y, label, _SMALL, column.width - 6, WHITE)
            else:
                pages.text(column.x + 4, y, label, _SMALL, column.width - 6, WHITE)
        pages.y += _HEAD

    def _row(
        self,
        key: str,
        columns: tuple[_Column, ...],
        cells: tuple[str, ...],
        *,
        below: str = "",
        band: bool = False,
    ) -> None:
        """Write a row; on a new page the table's columns are named again."""
        pages = self.pages
        height = _DEEP if below else _ROW
        if not pages.room(height):
            pages.turn()
            pages.text(LEFT, pages.y + 2, self.say(key), _BODY, _FULL, FAINT)
            pages.y += 8
            self._columns(columns)
        if band:
            pages.box(LEFT, pages.y, _FULL, height, BAND)
        y = pages.y + 12
        for column, cell in zip(columns, cells, strict=True):
            if column.figure:
                right = column.x + column.width - 4
                pages.figure(right, y, cell, _SMALL, column.width - 6)
            else:
                pages.text(column.x + 4, y, cell, _SMALL, column.width - 6)
        if below:
            pages.text(LEFT + 4, y + 9, below, _TINY, _FULL - 8, FAINT)
        pages.y += height
        pages.box(LEFT, pages.y - 1, _FULL, 1, BAND if not band else RULE)


def _time(instant: int) -> str:
    return f"{to_datetime(instant):%Y-%m-%d %H:%M:%S}"
