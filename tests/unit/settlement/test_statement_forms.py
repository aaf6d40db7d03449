"""The forms of a statement: what stands in them, and that the same statement gives the same bytes.

Workbooks are read back by openpyxl and PDFs by pypdf, which others wrote.
"""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from domain.ledger.disputes import CORRECTION
from domain.ledger.effects import CHARGE_KINDS
from domain.ledger.waiting import BANK
from domain.store.writing import TRANSFER_NAMES
from settlement.settlements.default import CLAIM
from settlement.statements.csv_form import as_csv, inert
from settlement.statements.derive import statement_of
from settlement.statements.formats import FORMATS, rendered, require
from settlement.statements.model import SUPPLY_KINDS, TAX_KINDS, Parties, StatementError
from settlement.statements.pdf_form import as_pdf
from settlement.statements.words import CODES, LANGUAGES, WORDS, code_words
from settlement.statements.xlsx_form import as_xlsx
from tests.unit.settlement.accounts import NAMES, busy, line, scope


@pytest.mark.parametrize("currency", ["KRW", "XYZ"])  # partners may settle in any three letters
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_statement_gives_the_same_bytes(name: str, language: str, currency: str) -> None:
    """A form made twice is the same byte for byte, of a currency that ISO 4217 has or not."""
    one, other = (rendered(busy(currency), NAMES, name, language) for _ in range(2))
    assert one == other


def test_what_is_no_format_is_refused() -> None:
    """An unknown format or language is refused by name before anything is made."""
    for formats, language, code in (
        (("pdf", "doc"), "en", "FORMAT_UNKNOWN"),
        ((), "en", "FORMAT_UNKNOWN"),
        (("pdf",), "fr", "LANGUAGE_UNKNOWN"),
    ):
        with pytest.raises(StatementError) as refused:
            require(formats, language)
        assert refused.value.code == code


def test_every_label_stands_in_both_languages() -> None:
    """No label lacks a language, and both take the same facts."""
    for english, korean in (*WORDS.values(), *CODES.values()):
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", korean))
        assert english
        assert korean


def test_csv_is_read_back_and_runs_nothing() -> None:
    """The rows of the CSV come to the closing, and no cell of text begins a formula."""
    data = as_csv(busy("USD"), "ko")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    by = [row for row in rows if row[0] in {"CARRIED", "LINE"}]
    assert sum(Decimal(row[12]) for row in by) == Decimal(rows[-1][12]) == Decimal("2130.40")
    assert rows[-1][0] == "CLOSING"
    assert inert("=1+1") == "'=1+1"
    assert [inert(text) for text in ("+1", "-1", "@a", "\tx", "a=1")] == [
        "'+1", "'-1", "'@a", "'\tx", "a=1",
    ]  # fmt: skip


def test_every_kind_and_event_has_words() -> None:
    """Whatever a statement can be of is told in words: kinds of obligations, entries, transfers."""
    kinds = {*SUPPLY_KINDS, *TAX_KINDS, CLAIM, CORRECTION, BANK}
    owing = {"ISSUE", "REDEEM", "EXCHANGE", "CAPTURE", "REVERSE", *CHARGE_KINDS}
    assert owing - CHARGE_KINDS <= set(TRANSFER_NAMES.values())
    assert kinds | owing <= CODES.keys()
    assert code_words("NO_SUCH_KIND", "ko") == "NO_SUCH_KIND"


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_read_words_and_programs_codes(language: str) -> None:
    """A cell for people bears no code of a kind; a column of codes is the same in each language."""
    said = {words[LANGUAGES.index(language)] for words in CODES.values()}
    rows = list(csv.reader(io.StringIO(as_csv(busy(), language).decode("utf-8-sig"), newline="")))
    assert {row[0] for row in rows[1:]} == {
        "CARRIED", "LINE", "OPENING", "SUPPLIES", "FEES", "TAX", "CLOSING",
    }  # fmt: skip
    assert all(row[14] in said for row in rows[1:])
    assert all({row[15], row[16]} <= said for row in rows[1:] if row[0] == "LINE")
    book = load_workbook(io.BytesIO(as_xlsx(busy(), NAMES, language)), data_only=True)
    summary, invoices, lines = (book[name] for name in book.sheetnames)
    for sheet, column, code, first in (
        (summary, 2, 9, 20), (invoices, 5, 9, 2), (lines, 8, 14, 2), (lines, 6, 13, 2),
    ):  # fmt: skip
        pairs = [(sheet.cell(n, column).value, sheet.cell(n, code).value)
                 for n in range(first, sheet.max_row + 1) if sheet.cell(n, code).value]  # fmt: skip
        assert pairs
        assert all(words == code_words(str(kind), language) != kind for words, kind in pairs)
    told = "\n".join(_pages(as_pdf(busy(), NAMES, language)))
    assert not re.search(r"(?<!-)\b(EXCHANGE|PERIODIC_FEE|CORRECTION|FUNDING)\b", told)
    assert code_words("PERIODIC_FEE", language) in told


def test_a_workbook_has_typed_cells_and_formulas() -> None:
    """Amounts are numbers, instants are dates, totals are formulas that bear their value."""
    data = as_xlsx(busy(), NAMES, "en")
    formulas = load_workbook(io.BytesIO(data))
    values = load_workbook(io.BytesIO(data), data_only=True)
    summary, told = formulas["Summary"], values["Summary"]
    at = {told.cell(row, 1).value: row for row in range(1, told.max_row + 1)}
    closing = at["To be settled"]
    assert str(summary.cell(closing, 2).value).startswith("=SUM(")
    assert told.cell(closing, 2).value == 213_040
    total = at["Total"]
    assert [told.cell(total, column).value for column in (3, 5, 7)] == [425_540, 177_300, 248_240]
    assert str(summary.cell(total, 7).value).startswith("=SUM(")
    # A name that looks like a formula is text.
    shop = next(
        row for row in range(1, told.max_row + 1) if "(SHOP)" in str(told.cell(row, 1).value)
    )
    assert summary.cell(shop, 1).data_type == "s"
    lines = values["Lines"]
    assert lines.max_row == 13
    assert isinstance(lines.cell(2, 4).value, datetime)
    assert lines.cell(2, 10).value == 350_000
    assert lines.cell(13, 12).value == 248_240


def test_a_workbook_refuses_what_it_would_round() -> None:
    """An amount of more than 15 digits is refused by name."""
    large = statement_of(scope(), [line(n, "AIR", "GRAND", 10**15 - 1) for n in range(2)])
    with pytest.raises(StatementError) as refused:
        as_xlsx(large, NAMES, "en")
    assert refused.value.code == "AMOUNT_TOO_LARGE"


def _pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_a_pdf_embeds_its_font_and_tells_all() -> None:
    """Korean text is there as text, its font is in the file, and the citation on every page."""
    data = as_pdf(busy(), NAMES, "ko")
    reader = PdfReader(io.BytesIO(data))
    for page in reader.pages:
        fonts = page["/Resources"]["/Font"].get_object()  # type: ignore[index]  # a dictionary
        shown = [fonts[name].get_object() for name in fonts]
        assert shown
        assert all("NotoSansKR" in one["/BaseFont"] for one in shown)
        assert all("/FontFile2" in one["/FontDescriptor"].get_object() for one in shown)
        text = page.extract_text()
        assert "ab" * 32 in text
        assert f"{len(reader.pages)}쪽 중" in text
    told = "\n".join(_pages(data))
    for words in ("정산서", "한가람항공 (AIR)", "213,040 KRW", "지급하실 금액", "425,540"):
        assert words in told


def test_a_pdf_of_nothing_and_of_a_credit() -> None:
    """Without lines it says so; a negative closing is what the partner receives."""
    nothing = "\n".join(_pages(as_pdf(statement_of(scope(), []), NAMES, "en")))
    assert "There are no lines in this period." in nothing
    assert "Nothing is due" in nothing
    credit = statement_of(scope("USD"), [line(0, "GRAND", "AIR", 123_456)])
    told = "\n".join(_pages(as_pdf(credit, NAMES, "en")))
    assert "You receive" in told
    assert "1,234.56 USD" in told
    assert "-1,234.56" in told
    # Sums alone, as the database makes them: the paper says how many lines are elsewhere.
    sums = "\n".join(_pages(as_pdf(replace(credit, lines=()), NAMES, "en")))
    assert "1 lines, not printed here" in sums


def test_long_names_are_cut_and_figures_are_not() -> None:
    """Names of any length and letter leave every amount whole."""
    names = Parties({"AIR": "가" * 300, "GRAND": "Très long <b>&amp; \U0001f600" * 20})
    lines = [line(n, "AIR", "GRAND", 10**15 - n) for n in range(60)]
    told = _pages(as_pdf(statement_of(scope(), lines), names, "ko"))
    assert len(told) > 1
    text = "\n".join(told)
    assert all(f"{10**15 - n:,}" in text for n in range(60))
    assert "…" in text
