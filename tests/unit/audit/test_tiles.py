"""Tiles: their paths, their number, and the entries in bundles."""

import pytest

from audit.errors import ProofError, TileError
from audit.tiles import (
    Tile,
    TileNodes,
    decode_entries,
    encode_entries,
    entry_tiles,
    hash_tile,
    hash_tiles,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(1, 1_000, 5), "tile/1/x001/000.p/5"),
        (Tile(None, 999), "tile/entries/999"),
        (Tile(None, 273, 112), "tile/entries/273.p/112"),
        (Tile(6, 0, 32), "tile/6/000.p/32"),
    ],
)
def test_paths_are_those_of_tlog_tiles(tile: Tile, path: str) -> None:
    """A tile's path is written in groups of three digits and read back."""
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/x001/x234/067/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/05",
        "tile/7/000",
        "tile/-1/000",
        "tile/entries/../000",
        "tile/0/000\n",
        "tile/0/\uff10\uff10\uff10",
        "/tile/0/000",
    ],
)
def test_second_spellings_of_a_path_are_refused(path: str) -> None:
    """A path that we would not write names no tile."""
    with pytest.raises(TileError) as refused:
        Tile.parse(path)
    assert refused.value.code == "TILE_PATH"


def test_the_number_of_tiles_at_seventy_thousand() -> None:
    """A log of 70,000 entries has 277 hash tiles and 274 entry bundles."""
    assert len(list(hash_tiles(70_000))) == 277
    assert len(list(entry_tiles(70_000))) == 274
    assert list(entry_tiles(70_000))[-1] == Tile(None, 273, 112)


def test_an_empty_log_has_no_tiles() -> None:
    """Neither hash tiles nor bundles exist for size 0."""
    assert [*hash_tiles(0), *entry_tiles(0)] == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 65_792, 70_000])
def test_the_tiles_of_a_tree_fit_it_and_no_wider_ones_do(size: int) -> None:
    """Every tile named for a size fits it; the last of a level is as wide as can be."""
    tiles = [*hash_tiles(size), *entry_tiles(size)]
    assert all(tile.fits(size) for tile in tiles)
    partial = [tile for tile in tiles if tile.width < 256]
    assert not any(Tile(one.level, one.index, one.width + 1).fits(size) for one in partial)


def test_bundles_read_back() -> None:
    """Leaves come back as they were written, empty and longest ones too."""
    leaves = [b"", b"x" * 65_535, b'{"v":1}']
    assert decode_entries(encode_entries(leaves), 3) == leaves


@pytest.mark.parametrize(
    ("data", "width", "code"),
    [
        (b"", 1, "BUNDLE_SHORT"),
        (b"\0", 1, "BUNDLE_SHORT"),
        (b"\0\2x", 1, "BUNDLE_SHORT"),
        (b"\0\1x\0\1", 2, "BUNDLE_SHORT"),
        (b"\0\1xy", 1, "BUNDLE_LONG"),
        (b"\0\1x\0\0", 1, "BUNDLE_LONG"),
        (b"x", 0, "BUNDLE_LONG"),
    ],
)
def test_bundles_of_another_length_are_refused(data: bytes, width: int, code: str) -> None:
    """A bundle has exactly the leaves that its tile's width says."""
    with pytest.raises(TileError) as refused:
        decode_entries(data, width)
    assert refused.value.code == code


def test_a_leaf_that_two_bytes_cannot_count_is_refused() -> None:
    """No bundle is written with a leaf over 65,535 bytes."""
    with pytest.raises(TileError) as refused:
        encode_entries([b"x" * 65_536])
    assert refused.value.code == "BUNDLE_LEAF_TOO_LONG"


def test_a_bundle_is_no_hash_tile() -> None:
    """Hashes are not asked of a bundle's place."""
    with pytest.raises(TileError):
        hash_tile(Tile(None, 0), lambda _level, _index: bytes(32))


def test_a_short_tile_answers_for_what_it_holds_only() -> None:
    """A node past the end of its tile's row is an error, not an invention."""
    nodes = TileNodes(lambda _level, _index: bytes(32) * 3)
    assert nodes(0, 2) == bytes(32)
    for level, index in ((0, 3), (1, 1), (8, 3)):
        with pytest.raises(TileError) as refused:
            nodes(level, index)
        assert refused.value.code == "TILE_SHORT"


@pytest.mark.parametrize(("level", "index"), [(-1, 0), (0, -1), (0, 2**53), (54, 0), (10, 2**43)])
def test_no_tree_has_a_node_outside_its_bounds(level: int, index: int) -> None:
    """Places beyond the largest tree are refused before any tile is read."""
    with pytest.raises(ProofError) as refused:
        TileNodes(lambda _level, _index: b"")(level, index)
    assert refused.value.code == "NODE_UNKNOWN"
