"""Notes, checkpoints, keys, receipts, tile paths and bundles, fed with anything."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError, KeyRejected, NoteError, ProofError, TileError
from audit.note import VerifierKey, parse_note
from audit.proof import Receipt, verify_receipt, write_receipt
from audit.tiles import Tile, decode_entries, encode_entries
from tests.unit.audit.samples import appender, attempt, grow

LOG = appender()
DONE = list(grow(LOG, 6))[-1]
SEQ, _, LEAF = DONE.leaves[3]
NOTE = DONE.head.checkpoint
RECEIPT = write_receipt(SEQ, DONE.proofs.inclusion(SEQ), NOTE)

Parser = Callable[[str], object]
PARSERS: dict[str, tuple[str, Parser, tuple[type[AuditError], ...]]] = {
    "note": (NOTE, parse_note, (NoteError,)),
    "checkpoint": (parse_note(NOTE).body, Checkpoint.parse, (NoteError,)),
    "key": (LOG.verifier_key.text(), VerifierKey.parse, (NoteError, KeyRejected)),
    "receipt": (RECEIPT, Receipt.parse, (ProofError,)),
    "tile": ("tile/0/x001/234.p/5", Tile.parse, (TileError,)),
}

PIECES = st.text(max_size=6) | st.sampled_from(
    ["\n", "\n\n", "\u2014 ", " ", "=", "+", "0", "A", "\ud800", "\r", "index 3\n", "x000/"]
)


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """Replace a few characters of a text by others."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 6)))
    return text[:start] + draw(PIECES) + text[end:]


def written(parsed: object) -> str:
    """Write what was parsed again."""
    if isinstance(parsed, Tile):
        return parsed.path()
    assert hasattr(parsed, "text")
    return str(parsed.text())


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(data=st.data())
def test_a_text_parses_to_itself_or_is_refused_by_name(name: str, data: st.DataObject) -> None:
    """Whatever parses is written again byte for byte; whatever does not has a named error."""
    sample, parse, errors = PARSERS[name]
    text = data.draw(edits(sample) | st.text(max_size=100))
    parsed = attempt(errors, lambda: parse(text))
    if isinstance(parsed, AuditError):
        assert parsed.diagnostics().isprintable()
    else:
        assert written(parsed) == text


@given(st.binary(max_size=100))
def test_any_bytes_as_a_note_are_refused_by_name(data: bytes) -> None:
    """Bytes that no key signed are never a checkpoint."""
    with pytest.raises(NoteError):
        open_checkpoint(data, LOG.verifier_key)


@given(edits(NOTE))
def test_an_edited_checkpoint_is_refused_or_says_the_same(text: str) -> None:
    """No edit makes another size or root verify."""
    try:
        opened = open_checkpoint(text, LOG.verifier_key)
    except NoteError:
        return
    assert opened == open_checkpoint(NOTE, LOG.verifier_key)


@given(edits(RECEIPT))
def test_an_edited_receipt_is_refused_or_says_the_same(text: str) -> None:
    """No edit makes a receipt prove something else."""
    try:
        verified = verify_receipt(LEAF, text, LOG.verifier_key)
    except (NoteError, ProofError):
        return
    assert verified == verify_receipt(LEAF, RECEIPT, LOG.verifier_key)


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_bundles_read_back(leaves: list[bytes]) -> None:
    """A bundle's leaves are those that were put in."""
    assert decode_entries(encode_entries(leaves), len(leaves)) == leaves


@given(st.binary(max_size=100), st.integers(0, 256))
def test_any_bytes_as_a_bundle_read_back_or_are_refused(data: bytes, width: int) -> None:
    """Bytes that are read as a bundle are the one bundle of those leaves."""
    try:
        leaves = decode_entries(data, width)
    except TileError:
        return
    assert len(leaves) == width
    assert encode_entries(leaves) == data


@given(st.none() | st.integers(0, 6), st.integers(0, 2**45), st.integers(1, 256))
def test_every_tile_has_one_path(level: int | None, index: int, width: int) -> None:
    """A tile's path reads back as that tile."""
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path()) == tile
