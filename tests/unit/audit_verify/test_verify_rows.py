"""Whatever is done to a ledger's rows, the verifier names the row and what was done."""

import json
import re
from pathlib import Path

import pytest

from audit.bundle import ledger_path
from audit.replay import TABLES
from tests.unit.audit_verify.bundles import Bundle, honest

Rows = list[dict[str, str | int]]


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """An honest bundle in which every table has rows."""
    return honest(tmp_path / "bundle")


def test_an_honest_bundle_is_clean(bundle: Bundle) -> None:
    """Nothing is found in what an honest operator exports."""
    report = bundle.verify()
    assert report.findings == ()
    assert report.clean
    assert (report.size, report.entries) == (110, 110)
    assert report.time == "2026-11-22T01:16:49.000000Z"
    assert not report.sandbox


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_cell_is_named(bundle: Bundle, table: str) -> None:
    """An edit of any column but the key's is named by table, key, column and both values."""
    columns = [c for n, c in enumerate(TABLES[table].columns) if n not in TABLES[table].key]
    ordering = {TABLES[table].columns[place] for place in TABLES[table].order}
    for column in columns:
        if column in ordering:
            continue
        kept = (bundle.folder / ledger_path(table)).read_bytes()
        changed: list[str | int] = []

        def edit(rows: Rows, column: str = column, changed: list[str | int] = changed) -> None:
            value = rows[0][column]
            changed.extend([value, value + 1 if isinstance(value, int) else f"{value}9"])
            rows[0][column] = changed[1]

        bundle.rows(table, edit)
        (line,) = bundle.lines()
        assert line.startswith(f"ROW_CHANGED table={table} key=")
        assert f" column={column} " in line
        bundle.change(ledger_path(table), lambda _, kept=kept: kept)  # type: ignore[misc]
    assert bundle.codes() == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("place", [0, -1])
def test_a_deleted_row_is_missing(bundle: Bundle, table: str, place: int) -> None:
    """A row taken away, first or last, is one finding."""
    bundle.rows(table, lambda rows: rows.pop(place))
    assert bundle.codes() == ["ROW_MISSING"]


@pytest.mark.parametrize("table", TABLES)
def test_a_row_without_an_entry_is_extra(bundle: Bundle, table: str) -> None:
    """A row put in where it belongs by its key, which no entry made, is one finding."""
    last = TABLES[table].columns[TABLES[table].order[-1]]

    def edit(rows: Rows) -> None:
        value = rows[-1][last]
        rows.append({**rows[-1], last: value + 1 if isinstance(value, int) else f"{value}9"})

    bundle.rows(table, edit)
    assert bundle.codes() == ["ROW_EXTRA"]


@pytest.mark.parametrize("table", TABLES)
def test_a_doubled_row_is_out_of_order(bundle: Bundle, table: str) -> None:
    """A row that stands twice is one finding."""
    bundle.rows(table, lambda rows: rows.append(rows[-1]))
    assert bundle.codes() == ["ROW_ORDER"]


@pytest.mark.parametrize("table", ["leg", "account", "lot", "position"])
def test_a_moved_row_does_not_drown_the_rest(bundle: Bundle, table: str) -> None:
    """A row moved to the front or the end is two findings: out of order here, missing there."""
    bundle.rows(table, lambda rows: rows.insert(0, rows.pop()))
    assert sorted(bundle.codes()) == ["ROW_MISSING", "ROW_ORDER"]
    bundle.rows(table, lambda rows: rows.append(rows.pop(0)))
    assert bundle.codes() == []
    bundle.rows(table, lambda rows: rows.append(rows.pop(0)))
    assert sorted(bundle.codes()) == ["ROW_MISSING", "ROW_ORDER"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda line: line.replace(b'"owner"', b'"Owner"', 1),
        lambda line: line.replace(b":", b": ", 1),
        lambda line: line.replace(b'{"owner":', b'{"owner":"x","owner":', 1),
        lambda line: line.replace(b'"debits_posted":0', b'"debits_posted":0.0'),
        lambda line: line.replace(b'"debits_posted":0', b'"debits_posted":"0"'),
        lambda line: line.replace(b'"debits_posted":0', b'"debits_posted":false'),
        lambda line: line.replace(b'"debits_posted":0', b'"debits_posted":' + b"9" * 5000),
        lambda line: line.replace(b"WALLET", b"W\\u0041LLET").replace(b"CLEARING", b"CL\xffRING"),
        lambda _: b"[" * 50_000 + b"\n",
        lambda _: b"null\n",
        lambda _: b"\n",
    ],
)  # fmt: skip
def test_a_line_has_one_form(bundle: Bundle, edit: object) -> None:
    """A row in another spelling, which another reader might read otherwise, is refused."""
    assert callable(edit)

    def first_line(data: bytes) -> bytes:
        line, end, rest = data.partition(b"\n")
        return edit(line + end) + rest  # type: ignore[no-any-return]

    bundle.change(ledger_path("account"), first_line)
    assert bundle.codes() == ["ROW_INVALID", "ROW_MISSING"]


def test_a_cut_last_line_is_told(bundle: Bundle) -> None:
    """A file whose last line feed is cut off is not the file that was written."""
    bundle.change(ledger_path("lot"), lambda data: data[:-1])
    assert bundle.codes() == ["ROW_INVALID", "ROW_MISSING"]


def test_an_endless_line_is_not_read(bundle: Bundle) -> None:
    """A line longer than any row is one finding, whatever rows it swallows."""
    bundle.change(ledger_path("lot"), lambda data: b" " * 1_000_000 + data)
    assert bundle.codes() == ["FILE_TOO_LONG"]


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_misses_every_row(bundle: Bundle, table: str) -> None:
    """A table emptied misses as many rows as it had."""
    before = (bundle.folder / ledger_path(table)).read_bytes().count(b"\n")
    bundle.change(ledger_path(table), lambda _: b"")
    assert bundle.codes() == ["ROW_MISSING"] * before


def test_a_finding_is_one_printable_line(bundle: Bundle) -> None:
    """Control characters and length in a tampered row do not reach the terminal."""
    line = json.dumps({"owner": "\x1b[2J\n" + "x" * 5000}).encode()
    bundle.change(ledger_path("lot"), lambda data: line + b"\n" + data)
    (told,) = bundle.lines()
    assert re.fullmatch(r"ROW_INVALID table=lot line=[ -~]{1,200}", told)
