"""CSV exports by a declared mapping: Korean headings, encodings, overlaps, what is refused."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValueError
from settlement.bank.csv_mapping import read_mapping
from settlement.bank.csv_statement import read_csv
from settlement.bank.lines import BankFile
from settlement.payments.register import read_register

MAPPING = """
encoding = "cp949"
skip = 2
footer = "합계"
account = "100-123-456789"
currency = "KRW"
date_format = "YYYY.MM.DD"
thousands = ","
reversals = ["취소"]

[columns]
date = "거래일시"
credit = "입금액"
debit = "출금액"
counterparty = "상대계좌번호"
end_to_end_id = "메모"
reference = "적요"
reversal = "구분"
identity = ["거래일시", "거래후잔액"]
"""
EXPORT = """\
거래내역조회,,,,,,,
계좌번호,100-123-456789,,,,,,
거래일시,구분,적요,출금액,입금액,거래후잔액,상대계좌번호,메모
2026.11.03 09:00:01,입금,RF18539007547034,0,"1,250,000","1,250,077",123456-78-901234,
2026.11.03 09:00:02,이체,,"250,000",,"1,000,077",3333-01-2345678,0123456789abcdef0123456789abcdef

2026.11.03 09:00:03,취소,,,"250,000","1,250,077",3333-01-2345678,
합계,,,"250,000","1,500,000",,,
"""
SIGNED = """
encoding = "utf-8"
delimiter = ";"
account = "1"
currency = "EUR"
date_format = "DD/MM/YYYY"
[columns]
date = "Day"
amount = "Sum"
"""


def read(text: str = EXPORT, encoding: str = "cp949", mapping: str = MAPPING) -> BankFile:
    """Read an export from memory."""
    return read_csv(io.BytesIO(text.encode(encoding)), read_mapping(mapping))


def test_a_korean_export_is_read_as_it_says() -> None:
    """Letterhead, blank rows and total apart, each row is a line with its ids, way and day."""
    lines = read().lines
    assert [(one.value_date, one.amount, one.returned) for one in lines] == [
        ("2026-11-03", 1_250_000, False), ("2026-11-03", -250_000, False),
        ("2026-11-03", 250_000, True),
    ]  # fmt: skip
    assert {one.account for one in lines} == {"100123456789"}
    assert [one.reference for one in lines] == ["RF18539007547034", "", ""]
    assert lines[1].end_to_end_id == "0123456789abcdef0123456789abcdef"
    assert lines[0].counterparty == "123456-78-901234"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_a_heading(encoding: str) -> None:
    """An export of Excel in UTF-8 reads as one without its mark, line for line."""
    mapping = MAPPING.replace("cp949", "utf-8").replace("skip = 2", "skip = 0")
    text = EXPORT.split("\n", 2)[2]
    assert [one.identity for one in read(text, encoding, mapping).lines] == [
        one.identity for one in read().lines
    ]


def test_signed_amounts_in_one_column() -> None:
    """A minus is money that went out; cents stay exact."""
    lines = read("Day;Sum\n03/11/2026;10.5\n04/11/2026;-0.07\n", "utf-8", SIGNED).lines
    assert [(one.value_date, one.amount) for one in lines] == [
        ("2026-11-03", 1050),
        ("2026-11-04", -7),
    ]


@pytest.mark.parametrize("named", [True, False])
def test_overlapping_exports_tell_of_a_line_once(named: bool) -> None:
    """Rows of a longer export are the same lines, whether columns name them or not."""
    mapping = MAPPING if named else re.sub(r"identity = .*\n", "", MAPPING)
    longer = EXPORT.replace("합계", "2026.11.04 10:00:00,입금,,,5,6,7,\n합계")
    first, second = (
        {one.identity for one in read(text, mapping=mapping).lines} for text in (EXPORT, longer)
    )
    assert len(first) == 3
    assert first < second


def test_rows_that_agree_in_everything_are_two_lines() -> None:
    """Two equal rows of one file are two payments; in another file they are the same two."""
    row = EXPORT.splitlines()[3]
    twice = EXPORT.replace(row, f"{row}\n{row}")
    identities = [one.identity for one in read(twice).lines]
    assert len(identities) == len(set(identities)) == 4
    assert [one.identity for one in read(twice + "합계\n").lines] == identities


FIRST = r"path=row\[4\]"
SUM = '"1,250,000"'
DAY = "2026.11.03 09:00:01"
REFUSED = {
    "a heading lost": ("메모\n", "비고\n", r"CSV_HEADING_MISSING path=row\[3\] heading=메모"),
    "a heading twice": ("메모\n", "거래일시\n", r"CSV_HEADING_MISSING .* heading=거래일시 found=2"),
    "a cell lost": ("901234,", "901234", rf"CSV_MALFORMED {FIRST} cells=7 expected=8"),
    "a quote left open": ('"1,250,077"', '"1,250,077', rf"CSV_MALFORMED {FIRST}"),
    "both ways": (",0,", ",7,", rf"LINE_AMOUNT_INVALID {FIRST} credit=1250000 debit=7"),
    "neither way": (SUM, "0", rf"LINE_AMOUNT_INVALID {FIRST} amount=0"),
    "beyond all money": (
        SUM,
        f"{10**15 + 1}",
        rf"LINE_AMOUNT_INVALID {FIRST} amount=1000000000000001",
    ),
    "a negative": (SUM, '"-1,250,000"', rf"AMOUNT_MALFORMED {FIRST}\.credit"),
    "groups of two": (SUM, '"12,50,000"', rf"AMOUNT_MALFORMED {FIRST}\.credit value=12,50,000"),
    "half a won": (SUM, "0.5", rf"AMOUNT_TOO_FINE {FIRST}\.credit"),
    "no number": (SUM, "백만", rf"AMOUNT_MALFORMED {FIRST}\.credit value=백만"),
    "no such day": (DAY, "2026.11.31", rf"DATE_INVALID {FIRST}\.date value=2026.11.31"),
    "a day otherwise": (DAY, "03.11.2026", rf"DATE_INVALID {FIRST}\.date"),
    "a letterhead alone": (EXPORT[EXPORT.index("거래일시") :], "", "CSV_HEADING_MISSING"),
}


@pytest.mark.parametrize(("old", "new", "message"), REFUSED.values(), ids=REFUSED)
def test_what_the_mapping_does_not_fit_is_refused(old: str, new: str, message: str) -> None:
    """Nothing is read of a file of which one row cannot be: the error names row and column."""
    assert old in EXPORT
    with pytest.raises(InvalidValueError, match=message):
        read(EXPORT.replace(old, new, 1))


def test_another_encoding_than_declared_is_refused() -> None:
    """A file in UTF-8 is not read as CP949, nor the other way: names would be of no language."""
    with pytest.raises(InvalidValueError, match="CSV_ENCODING encoding=utf-8"):
        read(EXPORT, "cp949", MAPPING.replace("cp949", "utf-8"))
    with pytest.raises(InvalidValueError, match="CSV_"):
        read(EXPORT, "utf-8")


MAPPINGS_REFUSED = {
    "no TOML": ("skip = 2", "skip", "path=mapping"),
    "a number of too many digits": ("skip = 2", f"skip = {'9' * 5000}", "path=mapping"),
    "lists without end": ("skip = 2", f"skip = {'[' * 4000}{']' * 4000}", "path=mapping"),
    "an unknown key": ("skip = 2", "skipped = 2", "path=skipped reason=unknown"),
    "an unknown column": ("debit =", "debits =", "path=columns.debits reason=unknown"),
    "no encoding": ('encoding = "cp949"', "", "path=encoding reason=missing"),
    "an encoding that is none": ("cp949", "latin-9", "path=encoding"),
    "no columns": ("[columns]", "[column]", "path=columns reason=missing"),
    "no date": ('date = "', 'end_to_end_id2 = "', "path=columns"),
    "three amounts": ('debit = "', 'amount = "x"\ndebit = "', "path=columns reason=either"),
    "one way alone": ('debit = "출금액"', "", "path=columns reason=either"),
    "no currency of ISO's": ("KRW", "KRX", "path=currency"),
    "a date without a year": ("YYYY.", "", "path=date_format"),
    "a negative skip": ("skip = 2", "skip = -1", "path=skip"),
    "a number for a text": ('"합계"', "1", "path=footer reason=a text"),
    "reversals without a column": ('reversal = "구분"', "", "path=columns.reversal"),
    "identity of no text": ('"거래후잔액"', "7", "path=columns.identity"),
    "a digit between thousands": ('thousands = ","', 'thousands = "0"', "path=thousands"),
}


@pytest.mark.parametrize(("old", "new", "message"), MAPPINGS_REFUSED.values(), ids=MAPPINGS_REFUSED)
def test_a_mapping_that_leaves_a_doubt_is_refused(old: str, new: str, message: str) -> None:
    """Unknown, missing and contradicting words are each named by their path."""
    assert old in MAPPING
    with pytest.raises(InvalidValueError, match=f"MAPPING_INVALID {message}"):
        read_mapping(MAPPING.replace(old, new, 1))


@given(st.binary(max_size=60), st.integers(0, 500), st.integers(0, 60))
def test_hostile_bytes_meet_a_named_error(rubbish: bytes, place: int, length: int) -> None:
    """Whatever is put in or cut out, the file is read or refused by name; never a traceback."""
    content = EXPORT.encode("cp949")
    mapping = read_mapping(MAPPING)
    try:
        found = read_csv(io.BytesIO(content[:place] + rubbish + content[place + length :]), mapping)
    except InvalidValueError:
        return
    assert all(line.amount for line in found.lines)


README = Path(__file__).parents[3] / "README.md"


def test_the_documented_forms_are_read() -> None:
    """The README's mapping reads an export as a bank writes it, and its accounts are accounts."""
    text = README.read_text("utf-8")
    (mapping,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    (accounts,) = re.findall(r"```json\n(\{\"OPERATOR.*?)```", text, re.DOTALL)
    row = '2026.11.03 09:00:01,입금,적요,0,"1,250,000",77,1234,'
    heads = "거래일시,구분,적요,출금액,입금액,거래후잔액,상대계좌번호,메모"
    export = f"거래내역\n\n계좌\n{heads}\n{row}\n합계,,,,,,,\n"
    (line,) = read_csv(io.BytesIO(export.encode("cp949")), read_mapping(mapping)).lines
    assert (line.amount, line.currency, line.counterparty) == (1_250_000, "KRW", "1234")
    assert set(read_register(accounts.encode())) == {"OPERATOR", "AIR", "CAFE"}
