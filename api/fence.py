"""The high-water mark: how far the log had come when this home last answered.

A database restored from an older copy has answered commands that it no longer holds; signing on
from there would fork the log. So size and last hash are written beside the keys, after each commit
and before the answer, and a database that stands below or beside them is refused. The last hash
commits to every entry before it, since each bears the hash of the one before.

The file can be lost, or be restored together with the database. So witnesses are asked too, by
whoever is about to write over a new connection.
"""

from __future__ import annotations

import fcntl
import os
import re
from typing import TYPE_CHECKING

from api.files import OWNER_ONLY, refuse_newer
from domain.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from domain.ports import Head

FILE_BYTES = 128  # one write inside one page; fixed, so that a mark is replaced whole

FORMAT = "dure-high-water/v1"
_MARK = re.compile(rf"{FORMAT} size ([0-9]{{1,16}}) last ([0-9a-f]{{64}}) *\n")


class FileFence:
    """A high-water mark in a file; the store's ``Fence`` port.

    The file is not flushed to the disk: after a power cut the mark may be lower than what was
    answered, never higher than what the database holds.
    """

    def __init__(self, path: Path, entry_hash: Callable[[int], bytes | None]) -> None:
        """Keep the mark in ``path``; ``entry_hash`` reads the hash of one entry of the database."""
        self._path = path
        self._entry_hash = entry_hash
        self._file: int | None = None
        self._tripped: StoreError | None = None
        self._ask: Callable[[], None] | None = None

    def ask_before_writing(self, ask: Callable[[], None]) -> None:
        """Have ``ask`` called before anything is written over a new connection."""
        self._ask = ask

    def before_connecting(self) -> None:
        """Hold the database against what others have seen of it; raises what ``ask`` raises."""
        if self._ask is not None:
            self._ask()

    def trip(self, reason: StoreError) -> None:
        """Sign no more in this process: somebody holds proof that this database is not the last."""
        self._tripped = reason

    def allow(self) -> None:
        """Let a batch be written; raises the StoreError that the fence was tripped with."""
        if self._tripped is not None:
            raise StoreError(self._tripped.code, **self._tripped.facts)

    def check(self, head: Head) -> None:
        """Refuse a head below or beside the mark.

        Raises StoreError: ``LOG_BEHIND``, ``LOG_FORKED``, ``FORMAT_NEWER``, or ``FENCE_MALFORMED``
        for a file that is no mark.
        """
        self.hold(head, self.mark())

    def hold(self, head: Head, mark: tuple[int, str] | None) -> None:
        """Refuse a head below or beside a mark that was read before it; raises as ``check``.

        Whoever reads the head first and the mark then may find the mark of a batch that another
        process committed in between, and take it for a database that lost it.
        """
        if mark is None:
            return
        size, last = mark
        facts: dict[str, str | int] = {"path": str(self._path), "remembered": size}
        if head.size < size:
            raise StoreError("LOG_BEHIND", size=head.size, **facts)
        found = head.last_hash if head.size == size else self._entry_hash(size - 1)
        if found is None or found.hex() != last:
            raise StoreError("LOG_FORKED", size=head.size, **facts)

    def advance(self, head: Head) -> None:
        """Remember a committed head, unless a larger one is remembered by now.

        Several processes may share the file: one that committed first may come here last.

        Raises OSError or StoreError where the file takes it not, ``LOCKS_MISSING`` where its file
        system has no locks.
        """
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            reason = error.strerror or ""
            raise StoreError("LOCKS_MISSING", path=str(self._path), reason=reason) from None
        try:
            before = self._parse(os.pread(file, FILE_BYTES + 1, 0) or _NO_MARK)
            if before[0] > head.size:
                return
            written = os.pwrite(file, _mark(head.size, head.last_hash.hex()), 0)
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
        if written != FILE_BYTES:
            raise StoreError("FILE_NOT_WRITTEN", path=str(self._path), reason="written in part")

    def _open(self) -> int:
        """Return the file's handle; a file that was deleted or replaced is opened anew."""
        if self._file is not None:
            try:
                if os.path.samestat(os.fstat(self._file), self._path.stat()):
                    return self._file
            except FileNotFoundError:
                pass
            self.close()
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, OWNER_ONLY)
        return self._file

    def close(self) -> None:
        """Give the file up."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def mark(self) -> tuple[int, str] | None:
        """Return size and last hash that are remembered, if any; raises as ``check``."""
        try:
            with self._path.open("rb") as opened:
                data = opened.read(FILE_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror or ""
            raise StoreError("FILE_NOT_READABLE", path=str(self._path), reason=reason) from None
        return self._parse(data)

    def _parse(self, data: bytes) -> tuple[int, str]:
        refuse_newer(self._path, data, FORMAT)
        match = _MARK.fullmatch(data.decode("ascii", "replace"))
        if match is None or len(data) != FILE_BYTES:
            raise StoreError("FENCE_MALFORMED", path=str(self._path))
        return int(match[1]), match[2]


def _mark(size: int, last: str) -> bytes:
    return f"{FORMAT} size {size} last {last}".ljust(FILE_BYTES - 1).encode() + b"\n"


_NO_MARK = _mark(0, "0" * 64)  # of a file that was just made
