"""A statement as a workbook: typed cells, and every total a formula over the cells it sums.

Numbers go in as exact decimals; a spreadsheet keeps 15 digits, so greater amounts are refused
rather than rounded. The workbook's bytes depend on the statement alone.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell as cell

from domain.clock import to_datetime
from settlement.currencies import exact, places
from settlement.statements.model import StatementError
from settlement.statements.words import code_words, say

if TYPE_CHECKING:
    from settlement.statements.model import Parties, Statement

EXCEL_DIGITS_MAX = 15  # IEEE 754 double, which every spreadsheet computes in
ROWS_MAX = 1_048_000  # a sheet holds 1,048,576 rows; some are headings and totals
_WIDTH_MAX = 40
_SUMS_AT = 19  # the row of the first sum, below the header and the summary


class _Book:
    """A workbook, its formats and its language."""

    def __init__(self, statement: Statement, language: str) -> None:
        """Begin an empty one."""
        self.out = io.BytesIO()
        # Strings that look like formulas or addresses stay strings.
        self.book = xlsxwriter.Workbook(
            self.out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        # The library stamps the time of making, and the same statement would differ by it.
        self.book.set_properties(
            {
                "title": f"{say('title', language)} {statement.number}",
                "created": to_datetime(statement.scope.closed.time).replace(tzinfo=None),
            }
        )
        self.currency = statement.scope.currency
        self.language = language
        decimals = places(self.currency)
        number = "#,##0" + (f".{'0' * decimals}" if decimals else "")
        self.money = self.book.add_format({"num_format": f"{number};[Red]-{number};{number}"})
        self.total = self.book.add_format(
            {"num_format": f"{number};[Red]-{number};{number}", "bold": True, "top": 1}
        )
        self.head = self.book.add_format(
            {"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF", "text_wrap": True}
        )
        self.bold = self.book.add_format({"bold": True})
        self.title = self.book.add_format({"bold": True, "font_size": 16})
        self.time = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def words(self, code: str) -> str:
        """Return what a kind or an event is called in the workbook's language."""
        return code_words(code, self.language)

    def label(self, key: str) -> str:
        """Return a label in the workbook's language."""
        return say(key, self.language)

    def sheet(self, key: str, widths: tuple[int, ...]) -> xlsxwriter.worksheet.Worksheet:
        """Add a sheet with its columns' widths."""
        sheet = self.book.add_worksheet(self.label(key)[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDTH_MAX))
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def heads(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, *keys: str) -> None:
        """Write a table's headings."""
        for column, key in enumerate(keys):
            sheet.write_string(row, column, self.label(key), self.head)

    def amount(
        self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, amount: int
    ) -> None:
        """Write an amount as a number; raises StatementError ``AMOUNT_TOO_LARGE``."""
        if abs(amount) >= 10**EXCEL_DIGITS_MAX:
            raise StatementError("AMOUNT_TOO_LARGE", amount=amount, digits=EXCEL_DIGITS_MAX)
        sheet.write_number(row, column, exact(amount, self.currency), self.money)

    def formula(
        self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, text: str, value: int
    ) -> None:
        """Write a formula with what it comes to, for readers that do not compute."""
        if abs(value) >= 10**EXCEL_DIGITS_MAX:
            raise StatementError("AMOUNT_TOO_LARGE", amount=value, digits=EXCEL_DIGITS_MAX)
        sheet.write_formula(row, column, f"={text}", self.total, exact(value, self.currency))

    def sum(
        self, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, first: int, value: int
    ) -> None:
        """Write the sum of the column from ``first`` to the row above."""
        cells = f"{cell(first, column)}:{cell(row - 1, column)}" if row > first else "0"
        text = f"SUM({cells})"  # of a table without rows, nothing
        self.formula(sheet, row, column, text, value)


def as_xlsx(statement: Statement, parties: Parties, language: str) -> bytes:
    """Return the statement as a workbook of three sheets: summary, invoices, lines.

    Raises StatementError ``AMOUNT_TOO_LARGE`` above 15 digits, ``STATEMENT_TOO_LONG`` above
    ``ROWS_MAX`` lines.
    """
    if len(statement.lines) > ROWS_MAX:
        raise StatementError("STATEMENT_TOO_LONG", maximum=ROWS_MAX)
    book = _Book(statement, language)
    _summary(book, statement, parties)
    _invoices(book, statement)
    _lines(book, statement)
    book.book.close()
    return book.out.getvalue()


def _summary(book: _Book, statement: Statement, parties: Parties) -> None:
    scope = statement.scope
    sheet = book.sheet("summary", (30, 18, 20, 12, 20, 12, 20, 40, 16))
    sheet.write_string(0, 0, book.label("title"), book.title)
    windows = ", ".join(map(str, scope.periods))
    facts = (
        ("number", statement.number),
        ("partner", parties.titled(scope.partner)),
        ("network", scope.origin),
        ("currency", scope.currency),
        ("windows", windows),
    )
    for row, (key, text) in enumerate(facts, 1):
        sheet.write_string(row, 0, book.label(key), book.bold)
        sheet.write_string(row, 1, text)
    for row, (key, moment) in enumerate((("from", scope.opened), ("to", scope.closed)), 6):
        sheet.write_string(row, 0, book.label(key), book.bold)
        sheet.write_datetime(row, 1, to_datetime(moment.time).replace(tzinfo=None), book.time)
        sheet.write_string(row, 2, f"{book.label('entry')} {moment.seq}")
    cites = say(
        "cites",
        book.language,
        origin=scope.origin,
        size=scope.citation.size,
        root=scope.citation.root,
    )
    sheet.write_string(8, 0, cites)
    sheet.write_string(9, 0, book.label("sign"))
    _sums(book, sheet, statement, parties)


def _sums(
    book: _Book,
    sheet: xlsxwriter.worksheet.Worksheet,
    statement: Statement,
    parties: Parties,
) -> None:
    """Write the sums by counterparty, and above them the summary as formulas over them."""
    head = _SUMS_AT - 1
    book.heads(
        sheet, head, "counterparty", "kind", "payable", "count", "receivable", "count", "net",
        "contracts", "kind_code",
    )  # fmt: skip
    row = _SUMS_AT
    for one in statement.sums:
        sheet.write_string(row, 0, parties.titled(one.counterparty))
        sheet.write_string(row, 1, book.words(one.kind))
        book.amount(sheet, row, 2, one.payable)
        sheet.write_number(row, 3, one.payable_lines)
        book.amount(sheet, row, 4, one.receivable)
        sheet.write_number(row, 5, one.receivable_lines)
        book.formula(sheet, row, 6, f"{cell(row, 2)}-{cell(row, 4)}", one.net)
        sheet.write_string(row, 7, ", ".join(one.contracts))
        sheet.write_string(row, 8, one.kind)
        row += 1
    sheet.write_string(row, 0, book.label("total"), book.bold)
    for column, value in ((2, statement.payable), (4, statement.receivable), (6, statement.net)):
        book.sum(sheet, row, column, _SUMS_AT, value)
    last = max(row - 1, _SUMS_AT)
    kinds = f"{cell(_SUMS_AT, 8)}:{cell(last, 8)}"
    nets = f"{cell(_SUMS_AT, 6)}:{cell(last, 6)}"
    fees = f'SUMIF({kinds},"FEE",{nets})+SUMIF({kinds},"PERIODIC_FEE",{nets})'
    tax = f'SUMIF({kinds},"TAX",{nets})'
    book.heads(sheet, 11, "summary", "amount")
    at = 12
    sheet.write_string(at, 0, book.label("opening"))
    book.amount(sheet, at, 1, statement.opening)
    for n, (key, text, value) in enumerate(
        (
            ("supplies", f"{cell(row, 6)}-{cell(at + 2, 1)}-{cell(at + 3, 1)}", statement.supplies),
            ("fees", fees, statement.fees),
            ("tax", tax, statement.tax),
            ("closing", f"SUM({cell(at, 1)}:{cell(at + 3, 1)})", statement.closing),
        ),
        at + 1,
    ):
        sheet.write_string(n, 0, book.label(key), book.bold if key == "closing" else None)
        book.formula(sheet, n, 1, text, value)


def _invoices(book: _Book, statement: Statement) -> None:
    sheet = book.sheet("invoices", (40, 10, 20, 20, 16, 20, 10, 40, 16))
    book.heads(
        sheet, 0, "invoice", "window", "creditor", "debtor", "kind", "amount", "count",
        "contracts", "kind_code",
    )  # fmt: skip
    sheet.freeze_panes(1, 0)
    for row, one in enumerate(statement.invoices, 1):
        sheet.write_string(row, 0, one.number)
        sheet.write_number(row, 1, one.period)
        for column, text in enumerate((one.creditor, one.debtor, book.words(one.kind)), 2):
            sheet.write_string(row, column, text)
        book.amount(sheet, row, 5, one.amount)
        sheet.write_number(row, 6, one.lines)
        sheet.write_string(row, 7, ", ".join(one.contracts))
        sheet.write_string(row, 8, one.kind)


def _lines(book: _Book, statement: Statement) -> None:
    sheet = book.sheet("lines", (8, 12, 6, 20, 36, 14, 18, 16, 40, 18, 18, 18, 20, 16))
    book.heads(
        sheet, 0, "window", "sequence", "place", "time", "transfer", "event", "counterparty",
        "kind", "contract", "payable", "receivable", "net", "event_code", "kind_code",
    )  # fmt: skip
    sheet.freeze_panes(1, 0)
    row = 1
    for line in statement.lines:
        payable, receivable = statement.sides(line)
        for column, number in enumerate((line.period, line.seq, line.n)):
            sheet.write_number(row, column, number)
        sheet.write_datetime(row, 3, to_datetime(line.time).replace(tzinfo=None), book.time)
        texts = (
            *(line.transfer, book.words(line.event), statement.counterparty(line)),
            *(book.words(line.kind), line.contract),
        )
        for column, text in enumerate(texts, 4):
            sheet.write_string(row, column, text)
        book.amount(sheet, row, 9, payable)
        book.amount(sheet, row, 10, receivable)
        book.formula(sheet, row, 11, f"{cell(row, 9)}-{cell(row, 10)}", payable - receivable)
        for column, code in enumerate((line.event, line.kind), 12):
            sheet.write_string(row, column, code)
        row += 1
    sheet.write_string(row, 0, book.label("total"), book.bold)
    sums = ((9, statement.payable), (10, statement.receivable), (11, statement.net))
    for column, value in sums:
        book.sum(sheet, row, column, 1, value)
