"""What a verifier remembers of a log between two looks: the last checkpoint it found in order.

A file of its own for each log. Beside the signed note it holds the frontier of that tree, which the
note's root proves, so that the next look need fetch only what is new; and the keys that the log had
by then, the last of which signed the note: whoever lets it forget one has something to hide.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from audit.base64text import from_base64, to_base64
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import AuditError, CheckpointError
from audit.merkle import Frontier
from audit.note import NOTE_BYTES_MAX, VerifierKey, parse_note
from audit.rotation import HANDOVERS_MAX, KEY_LINE_MAX

FIRST_LINE: Final = "dure-verify/v2"
KEYLESS_LINE: Final = "dure-verify/v1"  # of version 0.1, which remembered no keys
# 53 hashes of the largest tree and its size, in base64, beside the note and the keys.
MEMORY_BYTES_MAX: Final = NOTE_BYTES_MAX + 4_096 + (HANDOVERS_MAX + 1) * KEY_LINE_MAX

OWNER_ONLY_FOLDER: Final = 0o700


class MemoryFileError(AuditError):
    """The file of what was seen last cannot be used."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A checkpoint that was found in order.

    Attributes:
        note: the signed note as it was served.
        checkpoint: what it says.
        frontier: the tree's complete subtrees, largest first.
        keys: every key that the log had by then, as far as they were seen; none where the memory
            is of a program that kept none.
    """

    note: str
    checkpoint: Checkpoint
    frontier: Frontier
    keys: tuple[VerifierKey, ...] = ()

    def text(self) -> str:
        """Write the file."""
        keys = "".join(f"{key.text()}\n" for key in self.keys)
        return f"{FIRST_LINE}\n{to_base64(self.frontier.to_bytes())}\n{keys}\n{self.note}"


def default_path(origin: str, environment: Mapping[str, str]) -> Path:
    """Return where the memory of a log lies if nobody says (XDG Base Directory, state)."""
    given = environment.get("XDG_STATE_HOME", "")
    # The specification: a relative path there is to be ignored.
    base = Path(given) if given.startswith("/") else Path.home() / ".local" / "state"
    return base / "dure" / "logs" / sha256(origin.encode()).hexdigest()


def read_memory(path: Path, key: VerifierKey) -> Memory | None:
    """Return what was seen last of the log of this key; None where nothing was.

    Another key of the log may have signed it: that is left to whoever knows which keys it had.

    Raises:
        MemoryFileError: `STATE_UNREADABLE`, or `STATE_FOREIGN` for a file that is no memory of this
            log. It is never passed over: what forgets can be lied to.
    """
    try:
        with path.open("rb") as opened:
            data = opened.read(MEMORY_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = error.strerror or ""
        raise MemoryFileError("STATE_UNREADABLE", path=str(path), reason=reason) from None
    try:
        head, _, note = data.decode().partition("\n\n")
        first, encoded, *lines = (*head.split("\n"), "")
        frontier = Frontier.from_bytes(from_base64(encoded) or b"")
        keys = tuple(VerifierKey.parse(line) for line in lines if line)
        checkpoint = _checkpoint(note, key, keys)
    except (AuditError, UnicodeDecodeError) as error:
        code = error.code if isinstance(error, AuditError) else "NOT_TEXT"
        raise MemoryFileError("STATE_FOREIGN", path=str(path), reason=code) from None
    proved = frontier.size == checkpoint.size and frontier.root() == checkpoint.root
    known = first == FIRST_LINE or (first == KEYLESS_LINE and not keys)
    if not known or not proved or len(data) > MEMORY_BYTES_MAX:
        raise MemoryFileError("STATE_FOREIGN", path=str(path), reason="NOT_OURS")
    return Memory(note, checkpoint, frontier, keys)


def _checkpoint(note: str, key: VerifierKey, keys: tuple[VerifierKey, ...]) -> Checkpoint:
    if keys:
        open_checkpoint(note, keys[-1])
    checkpoint = Checkpoint.parse(parse_note(note).body)
    if checkpoint.origin != key.name:
        raise CheckpointError("CHECKPOINT_ORIGIN", origin=checkpoint.origin)
    return checkpoint


def write_memory(path: Path, memory: Memory) -> None:
    """Put a memory in the place of the last one, whole or not at all.

    Raises:
        MemoryFileError: `STATE_UNWRITABLE`; the last one stands.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        try:
            with beside.open("xb") as opened:
                opened.write(memory.text().encode())
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or ""
        raise MemoryFileError("STATE_UNWRITABLE", path=str(path), reason=reason) from None
