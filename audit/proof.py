"""A receipt: one entry's number, its proof, and the checkpoint that the proof leads to.

The text form of c2sp.org/tlog-proof@v1, without its optional `extra` line:

    c2sp.org/tlog-proof@v1
    index 70
    BASE64          one line for each hash, from the leaf up

    the signed checkpoint

With the leaf's bytes beside it and the log's key at hand, it needs nobody to be verified.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from audit.base64text import from_base64, to_base64
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.entry import Fields, decode, leaf_hash
from audit.errors import ProofError
from audit.kinds import SEQ_MAX
from audit.merkle import HASH_BYTES, verify_inclusion
from audit.note import NOTE_BYTES_MAX, VerifierKey

FIRST_LINE = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile("index (0|[1-9][0-9]{0,15})")

# The path from a leaf to the root of the largest tree, 2^53.
HASHES_MAX = 53

# 53 lines of 45 characters, and the two first ones, beside the note.
RECEIPT_BYTES_MAX = NOTE_BYTES_MAX + 4_096


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry's inclusion proof, not yet verified.

    Attributes:
        index: the entry's number.
        hashes: the proof, leaf first.
        checkpoint: the signed note, as text.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """Write the receipt."""
        lines = [FIRST_LINE, f"index {self.index}", *map(to_base64, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read a receipt strictly; the checkpoint in it is not read yet.

        Raises:
            ProofError: `RECEIPT_TOO_LONG`, `RECEIPT_FORM`, `RECEIPT_INDEX` or `RECEIPT_HASH`.
        """
        if len(text) > RECEIPT_BYTES_MAX:
            raise ProofError("RECEIPT_TOO_LONG", length=len(text), length_max=RECEIPT_BYTES_MAX)
        head, blank, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        if not blank or not checkpoint or first != FIRST_LINE or not lines:
            raise ProofError("RECEIPT_FORM")
        match = _INDEX.fullmatch(lines[0])
        index = int(match[1]) if match else -1
        if not 0 <= index <= SEQ_MAX:
            raise ProofError("RECEIPT_INDEX", line=lines[0])
        if len(lines) - 1 > HASHES_MAX:
            raise ProofError("RECEIPT_HASH", hashes=len(lines) - 1)
        hashes: list[bytes] = []
        for line in lines[1:]:
            one = from_base64(line)
            if one is None or len(one) != HASH_BYTES:
                raise ProofError("RECEIPT_HASH", line=line)
            hashes.append(one)
        return cls(index, tuple(hashes), checkpoint)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a receipt proves: these fields stand at this number under this checkpoint."""

    index: int
    fields: Fields
    checkpoint: Checkpoint


def write_receipt(index: int, hashes: Sequence[bytes], checkpoint: str) -> str:
    """Write a receipt's text from an entry's number, its proof and the signed checkpoint."""
    return Receipt(index, tuple(hashes), checkpoint).text()


def verify_receipt(leaf: bytes, text: str, *keys: VerifierKey) -> Verified:
    """Check that a leaf stands in the log of these keys, as the receipt says.

    Raises:
        LeafError: the leaf is none.
        ProofError: the receipt is malformed, its proof leads elsewhere (`PROOF_...`), or
            `RECEIPT_SEQ` where the leaf bears another number than the receipt.
        NoteError: the checkpoint is malformed, another log's, or signed by none of them.
    """
    fields = decode(leaf)
    receipt = Receipt.parse(text)
    if fields["seq"] != receipt.index:
        raise ProofError("RECEIPT_SEQ", seq=fields["seq"], index=receipt.index)
    checkpoint = open_checkpoint(receipt.checkpoint, *keys)
    verify_inclusion(
        leaf_hash(leaf), receipt.index, checkpoint.size, receipt.hashes, checkpoint.root
    )
    return Verified(receipt.index, fields, checkpoint)
