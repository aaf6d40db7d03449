"""Receipts: a leaf, its proof and a checkpoint that hang together, or an error with a name."""

from base64 import b64encode

import pytest

from audit.errors import AuditError, LeafError, NoteError, ProofError
from audit.log import Appended
from audit.note import VerifierKey
from audit.proof import Receipt, verify_receipt, write_receipt
from tests.unit.audit.samples import appender, grow

LOG = appender()
DONE: Appended = list(grow(LOG, 5, 7))[-1]
SEQ, _, LEAF = DONE.leaves[2]
PROOF = DONE.proofs.inclusion(SEQ)
TEXT = write_receipt(SEQ, PROOF, DONE.head.checkpoint)


def refusal(leaf: bytes, text: str, key: VerifierKey = LOG.verifier_key) -> AuditError:
    """Return the error that a receipt is refused with."""
    with pytest.raises((LeafError, NoteError, ProofError)) as refused:
        verify_receipt(leaf, text, key)
    assert isinstance(refused.value, AuditError)
    return refused.value


def test_a_receipt_has_the_bytes_of_the_format() -> None:
    """First line, index, one line a hash, a blank line, and the checkpoint as signed."""
    hashes = "".join(b64encode(one).decode() + "\n" for one in PROOF)
    assert f"c2sp.org/tlog-proof@v1\nindex 8\n{hashes}\n{DONE.head.checkpoint}" == TEXT


def test_a_receipt_proves_its_leaf() -> None:
    """A good receipt tells the entry's number, its fields and the checkpoint."""
    verified = verify_receipt(LEAF, TEXT, LOG.verifier_key)
    assert verified.index == verified.fields["seq"] == 8
    assert verified.checkpoint.size == 13


def test_a_log_of_one_entry_has_receipts_without_hashes() -> None:
    """The genesis entry of a log of size 1 is proved by its checkpoint alone."""
    first = next(grow(LOG))
    text = write_receipt(0, first.proofs.inclusion(0), first.head.checkpoint)
    assert verify_receipt(first.leaves[0][2], text, LOG.verifier_key).checkpoint.size == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "RECEIPT_FORM"),
        (TEXT.replace("@v1", "@v2"), "RECEIPT_FORM"),
        (TEXT.split("\n\n", maxsplit=1)[0], "RECEIPT_FORM"),
        (TEXT.replace("index 8", "index 08"), "RECEIPT_INDEX"),
        (TEXT.replace("index 8", "extra AAAA\nindex 8"), "RECEIPT_INDEX"),
        (TEXT.replace("index 8", "index 9999999999999999"), "RECEIPT_INDEX"),
        (TEXT.replace("index 8", "index 7"), "RECEIPT_SEQ"),
        (TEXT.replace("index 8\n", "index 8\nAAAA\n"), "RECEIPT_HASH"),
        (TEXT.replace("index 8\n", "index 8\n" + "\n".join(["A" * 43 + "="] * 60)), "RECEIPT_HASH"),
        (TEXT.replace("index 8\n", "index 8\n" + "A" * 43 + "=\n"), "PROOF_LENGTH"),
        (write_receipt(8, PROOF[:-1], DONE.head.checkpoint), "PROOF_LENGTH"),
        (write_receipt(8, PROOF[::-1], DONE.head.checkpoint), "PROOF_ROOT"),
        (TEXT.replace("\n13\n", "\n14\n"), "NOTE_SIGNATURE_INVALID"),
        (TEXT + "\n", "NOTE_FORM"),
        ("x" * 100_000, "RECEIPT_TOO_LONG"),
    ],
)
def test_an_altered_receipt_is_refused(text: str, code: str) -> None:
    """Each change to a receipt has the code of what it broke."""
    assert refusal(LEAF, text).code == code


def test_another_leaf_is_refused() -> None:
    """A receipt proves one leaf: neither its neighbour nor a changed byte of it."""
    assert refusal(DONE.leaves[3][2], TEXT).code == "RECEIPT_SEQ"
    assert refusal(LEAF.replace(b",100", b",900"), TEXT).code == "PROOF_ROOT"
    assert refusal(LEAF[:-1], TEXT).code == "LEAF_NOT_JSON"


def test_another_key_is_refused() -> None:
    """A receipt verifies under its log's key only."""
    assert refusal(LEAF, TEXT, appender(seed=2).verifier_key).code == "NOTE_UNSIGNED"


def test_a_checkpoint_may_gain_lines_of_witnesses() -> None:
    """Receipts stay good when cosignatures are added that the verifier does not know."""
    assert Receipt.parse(TEXT).text() == TEXT
    cosigned = TEXT + "\u2014 witness.example AAAAAAAA\n"
    assert verify_receipt(LEAF, cosigned, LOG.verifier_key).index == 8
