"""Witnesses, receipts, keys and times tampered with: rows 11, 13, 14, 15, 18 and 20."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.base64text import from_base64, to_base64
from audit.evidence import CLOCK_TOLERANCE_SECONDS, SavedReceipt
from audit.findings import Findings
from audit.replay import Row
from tests.acceptance.tamper.forging import (
    POLICY,
    Forged,
    cosigned,
    edited,
    honest_leaves,
    receipt,
    seconds,
    signed,
)
from tests.unit.audit_verify.logs import replayed


@pytest.fixture
def forged(tmp_path: Path) -> Forged:
    """An honest bundle, not written yet."""
    return Forged(tmp_path / "bundle", honest_leaves())


def retimed(note: str, by: int) -> str:
    """A note whose last line's time was changed."""
    head, _, encoded = note.rstrip("\n").rpartition(" ")
    data = from_base64(encoded)
    assert data is not None
    time = int.from_bytes(data[4:12], "big") + by
    return f"{head} {to_base64(data[:4] + time.to_bytes(8, 'big') + data[12:])}\n"


def test_11_cosignatures(forged: Forged) -> None:
    """Replayed from an older checkpoint, dated anew, or one witness counted twice."""
    forged.policy = POLICY
    note, now = signed(forged.leaves), seconds(forged.leaves[-1])
    older = cosigned(signed(forged.leaves[:40]), now - 10, "w1", "w2")
    replayed_lines = "".join(older.partition("\n\n")[2].splitlines(keepends=True)[1:])
    tampered = [
        (note + replayed_lines, {"COSIGNATURE_INVALID"}),
        (retimed(cosigned(note, now, "w1", "w2"), 3600), {"COSIGNATURE_INVALID"}),
        (cosigned(note, now, "w1", "w1"), {"QUORUM_MISSING"}),
        (cosigned(note, now, "w2"), {"QUORUM_MISSING"}),
        (cosigned(note, now, "w1", "w2"), set[str]()),
    ]
    for place, (checkpoint, codes) in enumerate(tampered):
        forged.folder = forged.folder.with_name(f"b{place}")
        forged.checkpoint = checkpoint
        assert forged.write().codes() == codes


def _without_line(data: bytes, line: int) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join([*lines[:line], *lines[line + 1 :]])


def _replaced(old: bytes, new: bytes) -> Callable[[SavedReceipt], SavedReceipt]:
    return lambda r: SavedReceipt(r.name, r.data.replace(old, new, 1), r.leaf)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: SavedReceipt(r.name, r.data, r.leaf.replace(b'"cmd":"ab', b'"cmd":"cd')),
        lambda r: SavedReceipt(r.name, r.data, r.leaf + b" "),
        _replaced(b"index 30", b"index 31"),
        _replaced(b"index 30", b"index 030"),
        _replaced(b"\n\n", b"\n" + to_base64(bytes(32)).encode() + b"\n\n"),
        lambda r: SavedReceipt(r.name, _without_line(r.data, 2), r.leaf),
        lambda r: SavedReceipt(r.name, r.data[:-40] + b"AAAA" + r.data[-36:], r.leaf),
        lambda r: SavedReceipt(r.name, b"\xff" + r.data, r.leaf),
    ],
)  # fmt: skip
def test_13_receipts(forged: Forged, spoil: Callable[[SavedReceipt], SavedReceipt]) -> None:
    """An entry, an index or a proof that was altered, cut or padded proves nothing."""
    good = receipt(forged.leaves[:40], 30)
    forged.receipts = [good]
    assert forged.write().codes() == set()
    bad = spoil(good)
    assert (bad.data, bad.leaf) != (good.data, good.leaf)
    forged.receipts = [bad]
    assert forged.codes() == {"RECEIPT_INVALID"}


def _bumped(rows: list[Row], column: int) -> list[Row]:
    first, *rest = rows
    value = first[column]
    assert isinstance(value, int)
    return [(*first[:column], value + 1, *first[column + 1 :]), *rest]


def _next(row: Row) -> Row:
    """Another transfer like one, an entry later."""
    owner, _, seq, *rest = row
    assert isinstance(seq, int)
    return (owner, "f" * 32, seq + 1, *rest)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda rows: rows[1:], "ROW_MISSING"),
        (lambda rows: [*rows, _next(rows[-1])], "ROW_EXTRA"),
        (lambda rows: _bumped(rows, 13), "ROW_CHANGED"),
    ],
    ids=["deleted", "added", "changed"],
)  # fmt: skip
def test_14_rows_and_entries_are_one_to_one(
    forged: Forged, edit: Callable[[list[Row]], list[Row]], code: str
) -> None:
    """A transfer's row without its entry, an entry without its row, a row that says otherwise."""
    forged.tables = replayed(forged.leaves, Findings())
    forged.tables["transfer"] = edit(forged.tables["transfer"])
    assert forged.write().codes() == {code}


@pytest.mark.parametrize(("table", "column"), [("account", 3), ("lot", 11), ("obligation", 7)])
def test_15_a_balance_a_lot_an_obligation(forged: Forged, table: str, column: int) -> None:
    """A counter edited by hand is not what replay gives."""
    forged.tables = replayed(forged.leaves, Findings())
    forged.tables[table] = _bumped(forged.tables[table], column)
    assert forged.write().codes() == {"ROW_CHANGED"}


@pytest.mark.parametrize(
    ("author", "code"),
    [
        ("partner:AIRLINE/k2", "KEY_REVOKED_USED"),
        ("partner:AIRLINE/k3", "AUTHOR_UNKNOWN"),
        ("partner:HOTELS/k1", "AUTHOR_UNKNOWN"),
        ("partner:HOTELS/k9", "AUTHOR_NOT_PERMITTED"),
        ("operator/op3", "AUTHOR_UNKNOWN"),
        ("system/nobody", "AUTHOR_UNKNOWN"),
        ("system/expiry", "AUTHOR_NOT_PERMITTED"),
    ],
)
def test_18_a_key_without_its_right(forged: Forged, author: str, code: str) -> None:
    """A revoked key, one never granted, another partner's: signed by the operator all the same."""
    forged.leaves = edited(forged.leaves, "points.adjusted", author=author)
    assert forged.write().codes() == {code}


def test_20_backdating(forged: Forged) -> None:
    """An entry after a cosigned size may not be dated before it, nor one within it long after."""
    forged.policy = POLICY
    forged.checkpoint = cosigned(signed(forged.leaves), seconds(forged.leaves[-1]), "w1", "w2")
    forged.write()
    cut = 40
    honest, dated = signed(forged.leaves[:cut]), seconds(forged.leaves[cut])
    for late, codes in (
        (0, set[str]()),
        (CLOCK_TOLERANCE_SECONDS, set[str]()),
        (CLOCK_TOLERANCE_SECONDS + 1, {"ENTRY_BACKDATED"}),
        (-CLOCK_TOLERANCE_SECONDS + 1, set[str]()),
        (-CLOCK_TOLERANCE_SECONDS - 5, {"ENTRY_AHEAD"}),
    ):
        forged.saved = [cosigned(honest, dated + late, "w2", "w3")]
        assert forged.codes() == codes, late
