"""The log's bytes tampered with, each way as thoroughly as a forger could: rows 1 to 10 and 12."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audit.base64text import to_base64
from audit.checkpoint import Checkpoint
from audit.entry import decode, encode
from audit.findings import Findings
from audit.keys import Ed25519Signer
from audit.merkle import leaf_hash
from audit.note import VerifierKey, key_id
from audit.verify import main
from tests.acceptance.tamper.forging import (
    POLICY,
    Forged,
    cosigned,
    edited,
    honest_leaves,
    receipt,
    rechained,
    seconds,
    signed,
)
from tests.unit.audit_verify.bundles import SIGNER
from tests.unit.audit_verify.logs import HASH, ORIGIN, LogBuilder, name, replayed

TEXT = "checkpoint"
ENTRIES = "tile/entries/000.p/110"


@pytest.fixture
def forged(tmp_path: Path) -> Forged:
    """An honest bundle, not written yet."""
    return Forged(tmp_path / "bundle", honest_leaves())


def test_the_honest_bundle_is_clean(forged: Forged) -> None:
    """What the others tamper with is accepted as it is, whatever its auditor brings."""
    forged.policy = POLICY
    forged.checkpoint = cosigned(signed(forged.leaves), seconds(forged.leaves[-1]), "w1", "w3")
    forged.saved = [signed(forged.leaves[:7]), signed(forged.leaves)]
    forged.receipts = [receipt(forged.leaves[:40], 30)]
    report = forged.write().verify()
    assert report.clean, report.findings
    unchecked = {check.name for check in report.checks if check.status == "not_checked"}
    told = {"author_signatures", "payloads", "revocations", "rules", "stamps", "statements"}
    assert unchecked == told


def test_01_an_entry_byte_changed(forged: Forged) -> None:
    """A byte that no row shows breaks the chain after it and the root, tiles recomputed or not."""
    honest = signed(forged.leaves)
    at = next(n for n, leaf in enumerate(forged.leaves) if b"points.issued" in leaf)
    forged.leaves[at] = encode({**decode(forged.leaves[at]), "cmd": "cd" * 32})
    forged.checkpoint = honest
    assert forged.write().codes() == {"CHAIN_BROKEN", "ROOT_MISMATCH"}


def test_02_rewritten_with_all_hashes_recomputed(forged: Forged) -> None:
    """Chain, tiles and rows agree with the lie; the signed root does not."""
    forged.checkpoint = signed(forged.leaves)
    forged.leaves = edited(forged.leaves, "points.adjusted", reason="MISTAKE")
    assert forged.write().codes() == {"ROOT_MISMATCH"}


def test_03_rewritten_and_signed_by_the_operator(forged: Forged) -> None:
    """Whoever brings nothing is deceived; a checkpoint, a receipt or a policy shows it."""
    honest = forged.leaves
    at = next(n for n, leaf in enumerate(honest) if decode(leaf)["kind"] == "points.adjusted")
    forged.leaves = edited(honest, "points.adjusted", reason="MISTAKE")
    assert forged.write().codes() == set()
    forged.saved = [signed(honest[:45])]
    assert forged.codes() == {"FORKED"}
    forged.saved, forged.receipts = [], [receipt(honest, at)]
    assert forged.codes() == {"RECEIPT_CONTRADICTED", "FORKED"}
    forged.receipts, forged.policy = [], POLICY
    assert forged.codes() == {"QUORUM_MISSING"}


def test_04_tail_cut_or_rewound(forged: Forged) -> None:
    """Fewer entries than the size says; or an older genuine checkpoint than one that was saved."""
    honest = forged.leaves
    forged.checkpoint, forged.leaves = signed(honest), honest[:-4]
    assert "SIZE_MISMATCH" in forged.write().codes()
    rewound = Forged(forged.folder.with_name("rewound"), honest[:-4]).write()
    assert rewound.codes() == set()
    rewound.saved = [signed(honest)]
    assert rewound.codes() == {"REWOUND"}


@pytest.mark.parametrize(
    "move",
    [
        lambda ls: [*ls[:47], ls[48], ls[47], *ls[49:]],
        lambda ls: [*ls[:48], ls[47], *ls[48:]],
        lambda ls: [*ls[:47], *ls[48:]],
        lambda ls: [*ls[:47], ls[9], *ls[47:]],
    ],
    ids=["swapped", "doubled", "removed", "inserted"],
)
def test_05_entries_moved(forged: Forged, move: Callable[[list[bytes]], list[bytes]]) -> None:
    """Numbers and chain show it even where the operator hashed and signed the result."""
    forged.leaves = move(forged.leaves)
    report = forged.write().verify()
    assert {"SEQ_BROKEN", "CHAIN_BROKEN"} <= set(report.counts)
    assert {check.name: check.status for check in report.checks}["tree"] == "ok"


def test_06_longer_than_the_size_says(forged: Forged) -> None:
    """A leaf too many in the last bundle, or a bundle too many beside it."""
    forged.write()
    more = forged.leaves[-1]
    framed = len(more).to_bytes(2, "big") + more
    forged.change(ENTRIES, lambda data: data + framed)
    assert "ENTRIES_INVALID" in forged.codes()
    forged.change(ENTRIES, lambda data: data[: -len(framed)])
    beside = forged.folder / "tile/entries/001.p/1"
    beside.parent.mkdir()
    beside.write_bytes(framed)
    assert forged.codes() == {"TILE_EXTRA"}


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_07_a_hash_tile_altered(forged: Forged, path: str) -> None:
    """A bit in a tile of any level is not what the entries give."""
    log = LogBuilder()
    log.leaves, log._prev = forged.leaves, leaf_hash(forged.leaves[-1]).hex()  # noqa: SLF001 -- goes on
    while log.seq < 300:
        log.add("member.enrolled", member=name(log.seq), partner="AIRLINE", commitment=HASH)
    forged.write().change(path, lambda data: bytes([data[0] ^ 1]) + data[1:])
    assert forged.codes() == {"TILE_CHANGED"}


def test_08_key_swapped_signature_forged_small_order(
    forged: Forged, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another key's log, a forged line, and a key under which anyone can sign."""
    forged.write()
    other = Ed25519Signer(b"\x08" * 32)
    swapped = VerifierKey(ORIGIN, other.public_key)
    leaves = edited(forged.leaves, "log.genesis", key=swapped.text())
    thief = Forged(forged.folder.with_name("thief"), leaves, signed(leaves, signer=other)).write()
    thief.change("keys", lambda _: swapped.text().encode() + b"\n")
    assert thief.codes() == {"KEY_MISMATCH", "SIGNATURE_INVALID"}
    assert thief.codes(swapped) == set()
    note = (forged.folder / TEXT).read_text()
    last = note.rindex("=")
    forged.change(TEXT, lambda _: (note[: last - 9] + "AAAA" + note[last - 5 :]).encode())
    assert forged.codes() == {"SIGNATURE_INVALID"}
    weak = b"\x01" + bytes(31)
    text = f"{ORIGIN}+{key_id(ORIGIN, weak).hex()}+{to_base64(bytes([1]) + weak)}"
    assert main([str(forged.folder), "--key", text]) == 1
    assert capsys.readouterr().out.startswith("KEY_REJECTED reason=KEY_SMALL_ORDER")


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (lambda t: t.replace("\n110\n", "\n49\n"), {"SIGNATURE_INVALID"}),
        (lambda t: t.replace("\n110\n", "\n0110\n"), {"CHECKPOINT_INVALID"}),
        (lambda t: t.replace("\n\n", "\nextension\n\n", 1), {"CHECKPOINT_INVALID"}),
        (lambda t: t.replace("=\n\n", "\n\n", 1), {"CHECKPOINT_INVALID"}),
        (lambda t: t[: t.index("=\n\n") - 1] + "B" + t[t.index("=\n\n") :], {"CHECKPOINT_INVALID"}),
    ],
    ids=["size", "leading zero", "extension line", "unpadded", "spare bits"],
)
def test_09_a_note_edited(forged: Forged, edit: Callable[[str], str], codes: set[str]) -> None:
    """A checkpoint has one spelling; another is refused, and another size is not signed."""
    forged.write().change(TEXT, lambda data: edit(data.decode()).encode())
    assert codes <= forged.codes()


def test_10_another_origin_under_the_same_key(forged: Forged) -> None:
    """The same private key signing for another log vouches for nothing in this one."""
    forged.checkpoint = signed(forged.leaves, "dure.example/busan")
    assert forged.write().codes() == {"ORIGIN_MISMATCH"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda leaf: leaf[:-1] + b',"v":1}',
        lambda leaf: leaf.replace(b'":"', b'": "', 1),
        lambda leaf: leaf.replace(b'"v":1}', b'"v":1.0}'),
        lambda leaf: leaf.replace(b"bank.dismissed", b"bank\\u002edismissed"),
    ],
    ids=["duplicate key", "space", "number", "escape"],
)
def test_12_not_canonical(forged: Forged, spoil: Callable[[bytes], bytes]) -> None:
    """Another spelling of an entry is none, also where the operator hashed and signed it."""
    forged.tables = replayed(forged.leaves[:-1], Findings())
    spoilt = spoil(forged.leaves[-1])
    assert spoilt != forged.leaves[-1]
    forged.leaves = [*forged.leaves[:-1], spoilt]
    assert forged.write().codes() == {"NOT_CANONICAL"}


def test_a_forger_leaves_no_other_trace(forged: Forged) -> None:
    """Recomputing an honest log changes nothing, so what is found is the tampering alone."""
    assert rechained(forged.leaves) == forged.leaves
    note = Checkpoint.parse(signed(forged.leaves).partition("\n\n")[0] + "\n")
    assert note.size == len(forged.leaves)
    assert signed(forged.leaves, signer=SIGNER) == signed(forged.leaves)
