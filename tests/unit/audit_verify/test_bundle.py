"""A bundle is written whole or not at all, and never over another."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from audit.bundle import BundleError, BundleReader, TileStream, write_bundle
from audit.merkle import root
from audit.replay import TABLES, Row
from audit.tiles import entry_tiles, hash_tiles
from tests.unit.audit_verify.bundles import KEY, Bundle, honest, sign
from tests.unit.audit_verify.logs import every_kind


def empty_tables() -> dict[str, list[Row]]:
    """No rows at all."""
    return {table: [] for table in TABLES}


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 70_000])
def test_tiles_of_a_stream(size: int) -> None:
    """The stream hands out exactly the tiles of a tree of that size, and its root."""
    hashes = [number.to_bytes(32, "big") for number in range(size)]
    stream = TileStream()
    made = stream.extend(hashes) + stream.partial()
    assert {tile for tile, _ in made} == set(hash_tiles(size))
    assert all(len(data) == 32 * tile.width for tile, data in made)
    assert stream.root() == root(hashes)


def test_counts_at_70000() -> None:
    """A log of 70,000 entries has 277 hash tiles and 274 entry bundles."""
    assert len(list(hash_tiles(70_000))) == 277
    assert len(list(entry_tiles(70_000))) == 274


@pytest.mark.parametrize("occupied", ["file", "folder", "link"])
def test_nothing_is_written_over(tmp_path: Path, occupied: str) -> None:
    """A file, a folder with something in it or a link at the place is refused and untouched."""
    out = tmp_path / "out"
    if occupied == "file":
        out.write_text("mine")
    elif occupied == "folder":
        out.mkdir()
        (out / "mine").write_text("")
    else:
        (tmp_path / "elsewhere").mkdir()
        out.symlink_to(tmp_path / "elsewhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BundleError) as raised:
        honest(out)
    assert raised.value.code == "BUNDLE_EXISTS"
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder that is there and empty becomes the bundle."""
    (tmp_path / "out").mkdir()
    assert honest(tmp_path / "out").codes() == []


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    """Where the rows' source fails half-way, no part of a bundle is left."""

    def rows() -> Iterator[Row]:
        yield ("AIRLINE", "KRW", 1, 1, 1)
        raise ConnectionError

    tables: dict[str, Iterable[Row]] = {**empty_tables(), "credit_line": rows()}
    with pytest.raises(BundleError) as raised:
        write_bundle(tmp_path / "out", "", "", every_kind(KEY.text()), tables)
    assert raised.value.code == "BUNDLE_WRITE"
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place(tmp_path: Path) -> None:
    """A place under a file is an error with its reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BundleError) as raised:
        honest(tmp_path / "file" / "out")
    assert raised.value.code == "BUNDLE_WRITE"


def test_tables_are_all_or_none(tmp_path: Path) -> None:
    """A table too few or too many is a mistake of the caller, told by name."""
    with pytest.raises(BundleError) as raised:
        write_bundle(tmp_path / "out", "", "", [], {**empty_tables(), "ghost": []})
    assert raised.value.facts == {"tables": "ghost"}


def test_a_row_of_wrong_types_is_refused(tmp_path: Path) -> None:
    """NULL in a counter is no row of the ledger."""
    row: Row = ("", "", "", None)  # type: ignore[assignment]
    tables: dict[str, Iterable[Row]] = {**empty_tables(), "cap_usage": [row]}
    with pytest.raises(BundleError) as raised:
        write_bundle(tmp_path / "out", "", "", [], tables)
    assert raised.value.code == "BUNDLE_ROW"


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\nb", "\u20a9", "\ud800"])
def test_a_tampered_text_is_exported_and_found(tmp_path: Path, text: str) -> None:
    """A database text that no leaf can hold is exported as it is, for the verifier to find."""
    leaves = every_kind(KEY.text())
    tables: dict[str, Iterable[Row]] = {**empty_tables(), "member": [(text, "", 1)]}
    write_bundle(tmp_path / "out", sign(leaves), KEY.text(), leaves, tables)
    codes = Bundle(tmp_path / "out").codes()
    assert "ROW_INVALID" in codes


def test_a_reader_refuses_what_is_not_there(tmp_path: Path) -> None:
    """A folder that cannot be listed is an error, not a traceback."""
    with pytest.raises(BundleError) as raised:
        BundleReader(tmp_path / "nowhere")
    assert raised.value.code == "FILE_UNREADABLE"
