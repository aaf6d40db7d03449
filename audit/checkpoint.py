"""A checkpoint: the log's name, its size and its root, three lines that the operator signs.

C2SP tlog-checkpoint, narrower in one thing: no extension lines, ever. The key's name is the origin,
so that a signature cannot be carried from one log to another.
"""

import re
from dataclasses import dataclass

from audit.base64text import from_base64, to_base64
from audit.errors import CheckpointError
from audit.keys import Signer
from audit.merkle import EMPTY_ROOT, HASH_BYTES, TREE_SIZE_MAX
from audit.note import VerifierKey, check_name, parse_note, sign_note

_SIZE = re.compile("0|[1-9][0-9]{0,15}")
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head of one log.

    Attributes:
        origin: the log's name, and its key's.
        size: number of entries, 0 to 2^53.
        root: the tree's root, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        """Refuse what could be written but not read back."""
        check_name(self.origin)
        if not 0 <= self.size <= TREE_SIZE_MAX:
            raise CheckpointError("CHECKPOINT_SIZE", size=self.size)
        if len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise CheckpointError("CHECKPOINT_ROOT", root=self.root)

    def text(self) -> str:
        """Write the three lines, the last one ended."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text strictly.

        Raises:
            CheckpointError: `CHECKPOINT_LINES`, `CHECKPOINT_SIZE` or `CHECKPOINT_ROOT`.
            NoteError: `NOTE_KEY_NAME` if the origin cannot be a key's name.
        """
        *lines, end = text.split("\n")
        if len(lines) != _LINES or end:
            raise CheckpointError("CHECKPOINT_LINES", lines=len(lines))
        origin, size, encoded = lines
        if _SIZE.fullmatch(size) is None:
            raise CheckpointError("CHECKPOINT_SIZE", size=size)
        root = from_base64(encoded)
        if root is None:
            raise CheckpointError("CHECKPOINT_ROOT", root=encoded)
        return cls(origin, int(size), root)

    def sign(self, *signers: Signer) -> str:
        """Sign by the keys named by the origin, a line each; return the whole note."""
        return sign_note(self.text(), self.origin, *signers).text()


def open_checkpoint(note: str | bytes, *keys: VerifierKey) -> Checkpoint:
    """Read a signed checkpoint of the log that these keys belong to; one of them must have signed.

    Raises:
        NoteError: malformed, `NOTE_SIGNATURE_INVALID` or `NOTE_UNSIGNED`.
        CheckpointError: no checkpoint, or `CHECKPOINT_ORIGIN` where it is another log's.
    """
    parsed = parse_note(note)
    checkpoint = Checkpoint.parse(parsed.body)
    if checkpoint.origin not in {key.name for key in keys}:
        raise CheckpointError("CHECKPOINT_ORIGIN", origin=checkpoint.origin, expected=keys[0].name)
    parsed.verify(keys)
    return checkpoint
