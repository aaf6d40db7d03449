"""A file of purchases is read row by row, and nothing in it brings the reader down."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.purchases import BadRow, Columns, Purchase, read_purchases
from api.purchases.importer import points_for
from domain.errors import InvalidValueError
from domain.money import Ratio

HEADER = b"customer,date,quantity,amount\n"


def read(path: Path, data: bytes, decimals: int = 2) -> list[Purchase | BadRow]:
    """Write a file and read it."""
    path.write_bytes(data)
    return list(read_purchases(path, Columns(), decimals))


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
