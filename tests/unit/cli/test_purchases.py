"""A file of purchases is read row by row, and nothing in it brings the reader down."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.purchases import BadRow, Columns, Purchase, form_of, read_purchases
from api.purchases.importer import points_for
from api.purchases.reader import LINE_MAX
from domain.errors import InvalidValueError
from domain.money import Ratio

GOOD = b'{"customer": "b", "date": "2024-01-02", "quantity": 1, "amount": "1.00"}'
HEADER = b"customer,date,quantity,amount\n"


def read(path: Path, data: bytes, decimals: int = 2) -> list[Purchase | BadRow]:
    """Write a file and read it."""
    path.write_bytes(data)
    return list(read_purchases(path, Columns(), decimals))


def lines(path: Path, data: bytes, decimals: int = 2) -> list[Purchase | BadRow]:
    """Write a file of NDJSON and read it."""
    path.write_bytes(data)
    return list(read_purchases(path, Columns(), decimals, "ndjson"))


def test_a_row_is_a_purchase_in_minor_units(tmp_path: Path) -> None:
    """11.7 with two decimals is 1,170; rows count from 1 after the header."""
    rows = read(tmp_path / "f", HEADER + b"a,2024-01-02,3,11.7\nb,2024-02-29,1,0\n")
    assert rows == [
        Purchase(1, "a", date(2024, 1, 2), 3, 1170),
        Purchase(2, "b", date(2024, 2, 29), 1, 0),
    ]


def test_a_reference_has_one_spelling(tmp_path: Path) -> None:
    """A decomposed syllable is read composed, as the same reference given over GraphQL is."""
    rows = read(tmp_path / "f", HEADER + "\u1112\u1161\u11ab,2024-01-02,1,1.00\n".encode())
    assert [row.customer for row in rows if isinstance(row, Purchase)] == ["\ud55c"]


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    """A file saved by a spreadsheet is read as it was meant."""
    data = b"\xef\xbb\xbf" + HEADER + b"a,2024-01-02,1,1.00\n"
    rows = read(tmp_path / "f", data.replace(b"\n", b"\r\n"))
    assert rows == [Purchase(1, "a", date(2024, 1, 2), 1, 100)]


@pytest.mark.parametrize(
    "row",
    [
        b"a,2023-02-29,1,1.00",
        b"a,2024-1-2,1,1.00",
        b"a,1969-12-31,1,1.00",
        b"a,2024-01-02,-1,1.00",
        b"a,2024-01-02,1,1.001",
        b"a,2024-01-02,1,1e3",
        b"a,2024-01-02,1,NaN",
        b"a,2024-01-02,1,",
        b"a,2024-01-02,1,\xd9\xa1",
        b"a,2024-01-02,1",
        b"a,2024-01-02,1,1.00,",
        b",2024-01-02,1,1.00",
        b"a\x00b,2024-01-02,1,1.00",
        b"a" * 129 + b",2024-01-02,1,1.00",
    ],
)
def test_a_row_that_is_none_says_why(tmp_path: Path, row: bytes) -> None:
    """A wrong row is one bad row with a reason, and the next row is read."""
    rows = read(tmp_path / "f", HEADER + row + b"\nb,2024-01-02,1,1.00\n")
    assert isinstance(rows[0], BadRow)
    assert rows[0].reason
    assert rows[1] == Purchase(2, "b", date(2024, 1, 2), 1, 100)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_rows_or_a_named_error(tmp_path: Path, data: bytes, packed: bool) -> None:
    """Whatever follows the header, reading ends in rows or in one named error."""
    whole = HEADER + data
    try:
        rows = read(tmp_path / "f", gzip.compress(whole) if packed else whole)
    except InvalidValueError as error:
        outcome = error.code
    else:
        outcome = "read"
        assert [row.row for row in rows] == list(range(1, len(rows) + 1))
    assert outcome in ("read", "PURCHASES_MALFORMED")


@given(
    st.integers(0, 10**15),
    st.integers(0, 10**6),
    st.integers(1, 10**6),
    st.integers(0, 4),
)
def test_points_are_floored(amount: int, num: int, den: int, scale: int) -> None:
    """Points never exceed amount x rate, and fall short of it by less than one minor unit."""
    points = points_for(amount, Ratio(num, den), scale)
    assert points * den <= amount * num * 10**scale < (points + 1) * den


def test_a_line_of_json_is_the_row_that_a_line_of_csv_is(tmp_path: Path) -> None:
    """The same purchases are read from either form, marks, Windows lines and empty ones and all."""
    rows = read(tmp_path / "f", HEADER + "한,2024-01-02,3,11.7\nb,2024-02-29,1,0\n".encode())
    data = (
        b"\xef\xbb\xbf"
        + '{"customer": "\u1112\u1161\u11ab", "date": "2024-01-02",'.encode()
        + b' "quantity": 3, "amount": "11.7"}\r\n \r\n'
        + b'{"amount": "0", "date": "2024-02-29", "customer": "b"}'
    )
    assert lines(tmp_path / "g", data) == rows
    assert lines(tmp_path / "g", gzip.compress(data)) == rows


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("may.ndjson", "ndjson"), ("MAY.JSONL", "ndjson"), ("may.ndjson.gz", "ndjson"),
        ("may.csv", "csv"), ("may", "csv"), ("ndjson", "csv"), ("may.json", "csv"),
    ],
)  # fmt: skip
def test_a_files_ending_says_its_form(name: str, form: str) -> None:
    """NDJSON is known by its two endings, packed or not; all else is taken for CSV."""
    assert form_of(Path("folder.ndjson") / name) == form


# What is wrong with a line, and a word of the reason.
WRONG_LINES: dict[str, tuple[bytes, str]] = {
    "none": (b"x", "JSON"),
    "cut": (GOOD[:-1], "JSON"),
    "two": (GOOD + GOOD, "JSON"),
    "NUL": (GOOD.replace(b'"b"', b'"\x00"'), "JSON"),
    "NUL escaped": (GOOD.replace(b'"b"', b'"\\u0000"'), "customer"),
    "surrogate": (GOOD.replace(b'"b"', b'"\\ud800"'), "JSON"),
    "control": (GOOD.replace(b'"b"', b'"\\u202e"'), "customer"),
    "not a number": (GOOD.replace(b'"1.00"', b"NaN"), "JSON"),
    "list": (b"[1]", "object"),
    "null": (b"null", "object"),
    "deep": (b"[" * 8_000, "JSON"),
    "deep and closed": (b"[" * 900 + b"]" * 900, "object"),
    "nested": (GOOD.replace(b'"b"', b'{"a": "b"}'), "no string or integer"),
    "nested far": (GOOD.replace(b'"b"', b"[" * 1_000 + b"]" * 1_000), "no string or integer"),
    "twice": (GOOD.replace(b'"date"', b'"customer": "c", "date"'), "twice"),
    "twice, once escaped": (
        GOOD.replace(b'"date"', b'"\\u0063ustomer": "c", "date"'),
        "twice",
    ),
    "unknown": (GOOD.replace(b'"date"', b'"price": "1", "date"'), "'price'"),
    "without customer": (GOOD.replace(b'"customer": "b", ', b""), "'customer'"),
    "without date": (GOOD.replace(b'"date": "2024-01-02", ', b""), "'date'"),
    "without amount": (GOOD.replace(b', "amount": "1.00"', b""), "'amount'"),
    "customer a number": (GOOD.replace(b'"b"', b"1"), "'customer'"),
    "customer empty": (GOOD.replace(b'"b"', b'""'), "customer"),
    "customer long": (GOOD.replace(b'"b"', b'"' + b"a" * 129 + b'"'), "customer"),
    "date of no calendar": (GOOD.replace(b"01-02", b"02-30"), "date"),
    "date a number": (GOOD.replace(b'"2024-01-02"', b"20240102"), "'date'"),
    "quantity a float": (GOOD.replace(b": 1,", b": 1.0,"), "'quantity'"),
    "quantity in powers": (GOOD.replace(b": 1,", b": 1e2,"), "'quantity'"),
    "quantity a string": (GOOD.replace(b": 1,", b': "1",'), "'quantity'"),
    "quantity true": (GOOD.replace(b": 1,", b": true,"), "'quantity'"),
    "quantity null": (GOOD.replace(b": 1,", b": null,"), "'quantity'"),
    "quantity below zero": (GOOD.replace(b": 1,", b": -1,"), "quantity"),
    "quantity long": (GOOD.replace(b": 1,", b": 1000000000,"), "quantity"),
    "quantity longer": (GOOD.replace(b": 1,", b": " + b"9" * 30 + b","), "'quantity'"),
    "amount a float": (GOOD.replace(b'"1.00"', b"1.00"), "'amount'"),
    "amount an integer": (GOOD.replace(b'"1.00"', b"1"), "'amount'"),
    "amount below zero": (GOOD.replace(b'"1.00"', b'"-1.00"'), "amount"),
    "amount finer": (GOOD.replace(b'"1.00"', b'"1.001"'), "amount"),
    "amount over": (GOOD.replace(b'"1.00"', b'"9999999999999999"'), "amount"),
}


@pytest.mark.parametrize("what", WRONG_LINES)
def test_a_line_that_is_no_purchase_says_why(tmp_path: Path, what: str) -> None:
    """A wrong line is one bad row, with its number and its reason, and the next line is read."""
    line, word = WRONG_LINES[what]
    rows = lines(tmp_path / "f", GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    assert [row.row for row in rows] == [1, 2, 3]
    assert [isinstance(row, BadRow) for row in rows] == [False, True, False]
    assert isinstance(rows[1], BadRow)
    assert word in rows[1].reason
    assert f"{rows[1].customer}{rows[1].reason}".isprintable()


def test_a_line_longer_than_any_ends_the_reading(tmp_path: Path) -> None:
    """At the limit a line is a row; one character more is one named error, in either form."""
    wide = GOOD + b" " * (LINE_MAX - len(GOOD))
    assert [row.row for row in lines(tmp_path / "f", wide)] == [1]
    with pytest.raises(InvalidValueError, match="PURCHASES_MALFORMED"):
        lines(tmp_path / "f", GOOD + b"\n" + wide + b" ")
    with pytest.raises(InvalidValueError, match="PURCHASES_MALFORMED"):
        lines(tmp_path / "f", b'{"customer": "\xed\xa0\x80"}')


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_any_bytes_are_lines_or_a_named_error(
    tmp_path: Path, data: bytes, at: int, cut: int
) -> None:
    """Whatever is written over a good line, reading ends in rows or in one named error."""
    try:
        rows = lines(tmp_path / "f", GOOD[:at] + data + GOOD[at + cut :])
    except InvalidValueError as error:
        outcome = error.code
    else:
        outcome = "read"
        assert [row.row for row in rows] == list(range(1, len(rows) + 1))
    assert outcome in ("read", "PURCHASES_MALFORMED")
