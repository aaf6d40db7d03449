"""Whatever is done to leaves, tiles, checkpoint or key, the verifier says so by a stable code."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.bundle import write_bundle
from audit.entry import decode, encode
from audit.findings import CODES, Findings
from audit.keys import Ed25519Signer
from audit.merkle import leaf_hash
from audit.note import VerifierKey
from audit.tiles import decode_entries, encode_entries
from audit.verification import verify_bundle
from tests.unit.audit_verify.bundles import KEY, Bundle, honest, sign, write
from tests.unit.audit_verify.logs import (
    HASH,
    ORIGIN,
    LogBuilder,
    at,
    every_kind,
    genesis,
    name,
    replayed,
    setting,
)

ENTRIES = "tile/entries/000.p/110"
HASHES = "tile/0/000.p/110"


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """An honest bundle of 110 entries."""
    return honest(tmp_path / "bundle")


def test_a_changed_leaf_breaks_chain_tile_and_root(bundle: Bundle) -> None:
    """One byte of one entry: the next entry's prev, the hash tile and the signed root differ."""
    bundle.change(ENTRIES, lambda data: data.replace(b"GOODWILL", b"BADWILL!"))
    codes = bundle.codes()
    assert codes == ["CHAIN_BROKEN", "TILE_CHANGED", "ROOT_MISMATCH", "ROW_CHANGED"]


def test_a_log_recomputed_but_not_signed_fails_at_the_root(tmp_path: Path) -> None:
    """With every hash recomputed the old signature covers another root."""
    leaves = every_kind(KEY.text())
    findings = Findings()
    tables = replayed(leaves[:-1], findings)
    with_other_end = LogBuilder()
    with_other_end.leaves = leaves[:-1]
    with_other_end._prev = leaf_hash(leaves[-2]).hex()  # noqa: SLF001 -- a forger goes on from here
    with_other_end.add("member.enrolled", member=name(1), partner="AIRLINE", commitment=HASH)
    tables = replayed(with_other_end.leaves, findings)
    out = tmp_path / "forged"
    write_bundle(out, sign(leaves), KEY.text(), with_other_end.leaves, tables)
    assert Bundle(out).codes() == ["ROOT_MISMATCH"]


def resigned(tmp_path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> list[str]:
    """The codes found in a log that its operator edited, hashed and signed anew."""
    leaves = edit(every_kind(KEY.text()))
    out = tmp_path / "edited"
    tables = {
        table: list(rows) for table, rows in replayed(every_kind(KEY.text()), Findings()).items()
    }
    write_bundle(out, sign(leaves), KEY.text(), leaves, tables)
    return Bundle(out).codes()


def rewritten(leaf: bytes, **values: str | int) -> bytes:
    """A leaf with some fields changed, in its canonical form."""
    return encode({**decode(leaf), **values})


def test_swapped_entries(tmp_path: Path) -> None:
    """Two entries swapped break sequence, chain and time, even under a good signature."""
    codes = resigned(tmp_path, lambda ls: [*ls[:5], ls[6], ls[5], *ls[7:]])
    assert {"SEQ_BROKEN", "CHAIN_BROKEN", "TIME_NOT_INCREASING"} <= set(codes)


def test_a_doubled_entry(tmp_path: Path) -> None:
    """An entry that stands twice breaks sequence, chain and time."""
    codes = resigned(tmp_path, lambda ls: [*ls[:7], ls[6], *ls[7:]])
    assert {"SEQ_BROKEN", "CHAIN_BROKEN", "TIME_NOT_INCREASING"} <= set(codes)


def test_a_removed_entry(tmp_path: Path) -> None:
    """An entry taken out breaks sequence and chain."""
    codes = resigned(tmp_path, lambda ls: [*ls[:7], *ls[8:]])
    assert {"SEQ_BROKEN", "CHAIN_BROKEN"} <= set(codes)


def test_time_standing_still(tmp_path: Path) -> None:
    """An entry at the very time of the one before it is not later."""
    codes = resigned(tmp_path, lambda ls: [*ls[:-1], rewritten(ls[-1], time=at(48))])
    assert codes[0] == "TIME_NOT_INCREASING"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda leaf: leaf.replace(b'":"', b'": "', 1),
        lambda leaf: leaf[:-1] + b',"v":1}',
        lambda leaf: leaf.replace(b'"v":1', b'"v":1.0'),
        lambda leaf: leaf.replace(b'"v":1', b'"v":2'),
        lambda leaf: leaf[:-1],
        lambda _: b"",
        lambda _: b"\xff" * 40,
        lambda leaf: b"{" * 60_000 + leaf,
    ],
)
def test_a_leaf_has_one_form(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """A leaf in any but its canonical form is refused, also where the operator signed it."""
    codes = resigned(tmp_path, lambda ls: [*ls[:-1], spoil(ls[-1])])
    assert codes[0] == "NOT_CANONICAL"
    assert "ROOT_MISMATCH" not in codes


def test_a_second_genesis(tmp_path: Path) -> None:
    """A genesis stands at entry 0 and nowhere else."""
    log = LogBuilder()
    genesis(log, KEY.text())
    log.add("log.genesis", author="system/init", origin=ORIGIN, key=KEY.text(), sandbox="no")
    write(tmp_path / "b", log.leaves)
    assert Bundle(tmp_path / "b").codes() == ["GENESIS_INVALID"]


def test_no_genesis(tmp_path: Path) -> None:
    """A log that begins with anything else names no origin and no key."""
    log = LogBuilder()
    log.key("k1", "AIRLINE")
    write(tmp_path / "b", log.leaves)
    assert Bundle(tmp_path / "b").codes() == ["GENESIS_INVALID"]


def test_a_genesis_of_another_log(tmp_path: Path) -> None:
    """The genesis names the checkpoint's origin and the trusted key."""
    log = LogBuilder()
    other = VerifierKey(ORIGIN, Ed25519Signer(b"\x08" * 32).public_key)
    log.add("log.genesis", author="system/init", origin="dure.example/busan", key=other.text())
    write(tmp_path / "b", log.leaves)
    assert Bundle(tmp_path / "b").codes() == ["ORIGIN_MISMATCH", "KEY_MISMATCH"]


def test_a_cut_tail(bundle: Bundle) -> None:
    """Entries cut from the end leave a bundle that is not the one the size asks for."""
    data = (bundle.folder / ENTRIES).read_bytes()
    leaves = decode_entries(data, 110)[:-1]
    (bundle.folder / ENTRIES).unlink()
    (bundle.folder / "tile/entries/000.p/109").write_bytes(encode_entries(leaves))
    assert bundle.codes() == ["TILE_EXTRA", "TILE_MISSING", "SIZE_MISMATCH"]


@pytest.mark.parametrize("edit", [lambda d: d + b"\0\1x", lambda d: d[:-1], lambda d: d[1:]])
def test_a_bundle_of_wrong_length(bundle: Bundle, edit: Callable[[bytes], bytes]) -> None:
    """Bytes beyond or short of the last entry are told."""
    bundle.change(ENTRIES, edit)
    assert bundle.codes()[0] == "ENTRIES_INVALID"


def test_a_rewound_checkpoint(bundle: Bundle) -> None:
    """An older genuine checkpoint over a longer log leaves tiles that its size has not."""
    leaves = every_kind(KEY.text())[:40]
    bundle.change("checkpoint", lambda _: sign(leaves).encode())
    assert bundle.codes()[:3] == ["TILE_EXTRA", "TILE_EXTRA", "TILE_MISSING"]


LARGE = 256 * 3 + 5


@pytest.fixture(scope="module")
def long_log() -> list[bytes]:
    """A log of three full tiles and five entries."""
    log = LogBuilder()
    genesis(log, KEY.text())
    setting(log)
    while log.seq < LARGE:
        log.add("member.enrolled", member=name(log.seq), partner="AIRLINE", commitment=HASH)
    return log.leaves


@pytest.mark.parametrize(
    "path", ["tile/0/000", "tile/0/002", "tile/0/003.p/5", "tile/1/000.p/3", "tile/entries/001"]
)
def test_a_tile_altered_missing_or_doubled(
    tmp_path: Path, long_log: list[bytes], path: str
) -> None:
    """A tile of any level that was changed, cut, taken away or copied elsewhere is named."""
    write(tmp_path / "b", long_log)
    bundle = Bundle(tmp_path / "b")
    assert bundle.codes() == []
    file = bundle.folder / path
    kept = file.read_bytes()
    entries = "entries" in path
    file.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert ("NOT_CANONICAL" if entries else "TILE_CHANGED") in bundle.codes()
    file.write_bytes(kept[:-1])
    assert bundle.codes()[0] == ("ENTRIES_INVALID" if entries else "TILE_CHANGED")
    file.write_bytes(kept + b"\0")
    assert bundle.codes()[0] == ("ENTRIES_INVALID" if entries else "FILE_TOO_LONG")
    file.unlink()
    assert bundle.codes()[0] == "TILE_MISSING"
    file.write_bytes(kept)
    for extra in ("tile/0/004", "tile/2/000.p/1", "tile/0/000.p/9", "tile/0/0000", "tile/x"):
        beside = bundle.folder / extra
        beside.parent.mkdir(exist_ok=True, parents=True)
        beside.write_bytes(kept)
        assert bundle.codes() == ["TILE_EXTRA"]
        beside.unlink()


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda t: t.replace("\n110\n", "\n81\n"), "SIGNATURE_INVALID"),
        (lambda t: t.replace("\n110\n", "\n080\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("\n110\n", "\n-1\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("\n110\n", "\n" + "9" * 5000 + "\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("\n\n", "\nextension\n\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("=\n\n", "\n\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("seoul\n", "busan\n", 1), "ORIGIN_MISMATCH"),
        (lambda t: t.rstrip("\n"), "CHECKPOINT_INVALID"),
        (lambda t: t.replace("\u2014", "-"), "CHECKPOINT_INVALID"),
        (lambda _: "", "CHECKPOINT_INVALID"),
        (lambda t: t + "x" * 100_000, "FILE_TOO_LONG"),
        (lambda t: t.split("\n\n")[0] + "\n\n\u2014 other AAAAAAAA\n", "SIGNATURE_INVALID"),
    ],
)
def test_a_checkpoint_has_one_form(bundle: Bundle, edit: Callable[[str], str], code: str) -> None:
    """An edited, unsigned, or differently spelled checkpoint is told first."""
    bundle.change("checkpoint", lambda data: edit(data.decode()).encode())
    assert bundle.codes()[0] == code


def test_an_unsigned_size_is_not_walked(bundle: Bundle) -> None:
    """A forged size of 2^53 costs no more than the files that are there."""
    bundle.change("checkpoint", lambda d: d.replace(b"\n110\n", b"\n9007199254740992\n"))
    assert bundle.codes()[0] == "SIGNATURE_INVALID"


def test_another_key(bundle: Bundle) -> None:
    """A bundle is held against the key that the auditor brings, not the one it brings itself."""
    other = VerifierKey(ORIGIN, Ed25519Signer(b"\x08" * 32).public_key)
    report = verify_bundle(bundle.folder, other)
    codes = [finding.code for finding in report.findings]
    assert codes == ["KEY_MISMATCH", "SIGNATURE_INVALID", "KEY_MISMATCH"]


@pytest.mark.parametrize("path", ["checkpoint", "keys", "ledger/lot.ndjson", "ledger/leg.ndjson"])
def test_a_missing_file(bundle: Bundle, path: str) -> None:
    """A missing file is one finding, not one for each row it had."""
    (bundle.folder / path).unlink()
    assert bundle.codes() == ["FILE_MISSING"]


@pytest.mark.parametrize("path", ["notes.txt", "ledger/ghost.ndjson", "a/b/c"])
def test_an_extra_file(bundle: Bundle, path: str) -> None:
    """A file that nothing accounts for is not passed over in silence."""
    (bundle.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (bundle.folder / path).write_bytes(b"")
    assert bundle.codes() == ["FILE_EXTRA"]


def test_links_and_pipes_are_not_followed(bundle: Bundle, tmp_path: Path) -> None:
    """A link to a file with the very bytes expected is still no file of the bundle."""
    for path in ("ledger/lot.ndjson", HASHES):
        aside = tmp_path / "aside"
        (bundle.folder / path).rename(aside)
        (bundle.folder / path).symlink_to(aside)
        assert bundle.codes()[0] == "FILE_NOT_REGULAR"
        (bundle.folder / path).unlink()
        os.mkfifo(bundle.folder / path)
        assert bundle.codes()[0] == "FILE_NOT_REGULAR"
        (bundle.folder / path).unlink()
        aside.rename(bundle.folder / path)
    assert bundle.codes() == []


def test_a_maze_of_folders_ends(bundle: Bundle) -> None:
    """Folders nested deeper than any tile are told, and not walked."""
    (bundle.folder / "/".join(["d"] * 50)).mkdir(parents=True)
    assert bundle.codes() == ["FILE_NOT_REGULAR"]


def test_an_impossible_effect_signed_by_the_operator(tmp_path: Path) -> None:
    """Rows that agree with their leaves do not excuse leaves that take what is not there."""
    leaves = every_kind(KEY.text())
    log = LogBuilder()
    log.leaves, log._prev = leaves, leaf_hash(leaves[-1]).hex()  # noqa: SLF001 -- goes on from here
    stolen = f"{name(5)},AIR,WALLET,EXPIRED,posted,7"
    log.add("points.expired", author="system/expiry", legs=stolen)
    write(tmp_path / "b", log.leaves)
    assert set(Bundle(tmp_path / "b").codes()) == {"EFFECT_IMPOSSIBLE"}


def test_every_code_that_is_told_is_explained(bundle: Bundle) -> None:
    """A code found by this file's tests stands in the table of codes."""
    bundle.change(ENTRIES, lambda data: data[:-1])
    assert set(bundle.codes()) <= set(CODES)


def test_progress_is_told(tmp_path: Path, long_log: list[bytes]) -> None:
    """Whoever watches is told how many entries are checked, up to the last."""
    write(tmp_path / "b", long_log)
    told: list[int] = []
    verify_bundle(tmp_path / "b", KEY, told.append)
    assert told == [256, 512, 768, LARGE]
