"""The last checkpoint that a witness cosigned for each log, one file a log.

A file is the cosigned note itself, named by the SHA-256 of its origin; it is on the disk before the
cosignature leaves, since a witness that forgot would let a log go back. One process at a time holds
the folder: two would each remember their own.

Beside the folder, in `FOLDER.known`, is a list of those names. A log that stands in it and has no
file was forgotten: it is not cosigned until a person says that it is to be begun anew.
"""

import fcntl
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from audit.checkpoint import Checkpoint
from audit.cosignature import WitnessKey, cosignatures
from audit.errors import AuditError, NoteError
from audit.note import NOTE_BYTES_MAX, Note, parse_note

OWNER_ONLY = 0o600
OWNER_ONLY_FOLDER = 0o700

KNOWN_SUFFIX = ".known"
KNOWN_FIRST_LINE = "dure-witness-known/v1"
KNOWN_BYTES_MAX = 1_000_000  # of fifteen thousand logs

_LOCK = "lock"
_NAME = re.compile("[0-9a-f]{64}")


class StateError(AuditError):
    """The state's folder cannot be used, or a file in it is not what this witness wrote."""


def origin_hash(origin: str) -> str:
    """Return the 64 hex digits that name a log's file, and its path in the witness's interface."""
    return sha256(origin.encode()).hexdigest()


class StateFolder:
    """A witness's memory on disk."""

    def __init__(self, folder: Path, key: WitnessKey) -> None:
        """Take the folder, made where it is not there, until `close`.

        Raises:
            StateError: `STATE_IN_USE` by another process, `STATE_FOLDER`, or as `read` of the list
                of logs that were cosigned.
        """
        self._folder = folder
        self._key = key
        try:
            folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            self._lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        except OSError as error:
            raise StateError(
                "STATE_FOLDER", path=str(folder), reason=error.strerror or ""
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise StateError("STATE_IN_USE", path=str(folder)) from None
        except OSError as error:
            # Some file systems of a network have no locks.
            os.close(self._lock)
            raise StateError(
                "STATE_FOLDER", path=str(folder), reason=error.strerror or ""
            ) from None
        self._list = folder.with_name(folder.name + KNOWN_SUFFIX)
        try:
            self._known = self._read_known()
        except BaseException:
            os.close(self._lock)
            raise

    def close(self) -> None:
        """Give the folder up."""
        os.close(self._lock)

    def read(self, origin: str) -> tuple[Checkpoint, Note] | None:
        """Return the last cosigned checkpoint of a log; None where none was cosigned.

        Raises:
            StateError: `STATE_UNREADABLE`, or `STATE_FOREIGN` for a file that this witness's key
                did not sign, or of another log: going on from it would cosign a fork; `STATE_LOST`
                where something was cosigned and its file is gone.
        """
        path = self._path(origin)
        try:
            with path.open("rb") as opened:
                data = opened.read(NOTE_BYTES_MAX + 1)
        except FileNotFoundError:
            if path.name in self._known:
                raise StateError("STATE_LOST", path=str(path), origin=origin) from None
            return None
        except OSError as error:
            reason = error.strerror or ""
            raise StateError("STATE_UNREADABLE", path=str(path), reason=reason) from None
        try:
            note = parse_note(data)
            checkpoint = Checkpoint.parse(note.body)
            ours = cosignatures(note, [self._key])
        except NoteError as error:
            raise StateError("STATE_FOREIGN", path=str(path), reason=error.code) from None
        if not ours or checkpoint.origin != origin:
            raise StateError("STATE_FOREIGN", path=str(path), reason="NOT_OURS")
        self._know(path.name)
        return checkpoint, note

    def begin_anew(self, origin: str) -> None:
        """Witness a log whose memory was lost as one that was never seen.

        Raises:
            StateError: `STATE_PRESENT` where nothing was lost; `STATE_UNWRITABLE`.
        """
        path = self._path(origin)
        if path.exists():
            raise StateError("STATE_PRESENT", path=str(path), origin=origin)
        self._write_known(self._known - {path.name})

    def write(self, origin: str, note: Note) -> None:
        """Put a cosigned checkpoint in the place of the last one, whole or not at all.

        Raises:
            StateError: `STATE_UNWRITABLE`; the last one stands.
        """
        path = self._path(origin)
        _put(path, note.text().encode())
        self._know(path.name)

    def _read_known(self) -> frozenset[str]:
        """The names of what was cosigned; none where there is no list yet."""
        path = self._list
        try:
            with path.open("rb") as opened:
                data = opened.read(KNOWN_BYTES_MAX + 1)
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            reason = error.strerror or ""
            raise StateError("STATE_UNREADABLE", path=str(path), reason=reason) from None
        first, *names = data.decode("ascii", "replace").splitlines() or [""]
        if first != KNOWN_FIRST_LINE or any(_NAME.fullmatch(name) is None for name in names):
            raise StateError("STATE_FOREIGN", path=str(path), reason="NOT_A_LIST")
        return frozenset(names)

    def _know(self, name: str) -> None:
        if name not in self._known:
            self._write_known(self._known | {name})

    def _write_known(self, names: frozenset[str]) -> None:
        lines = [KNOWN_FIRST_LINE, *sorted(names)]
        _put(self._list, "".join(f"{line}\n" for line in lines).encode())
        self._known = names

    def _path(self, origin: str) -> Path:
        return self._folder / origin_hash(origin)


def _put(path: Path, data: bytes) -> None:
    """Put bytes in the place of a file's, on the disk, whole or not at all; raises StateError."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
        try:
            with os.fdopen(file, "wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(opened.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        reason = error.strerror or ""
        raise StateError("STATE_UNWRITABLE", path=str(path), reason=reason) from None
