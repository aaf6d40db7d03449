"""The log's keys in a home: which of the files in `keys/` signs, by what the log itself says.

The log names the key that signs (`audit.rotation`); a file is known by the public key in it, never
by its name. So a rotation that was killed between any two of its steps leaves a home that signs
with whatever key the log says, and a second process finds the new key by looking again.

============== =====================================================================================
log.key        the key of today
log-KEYID.key  one that gave way, as long as it signs beside the new one
log-next.key   one that will sign, or does since a moment
============== =====================================================================================
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from audit.checkpoint import open_checkpoint
from audit.entry import decode
from audit.errors import AuditError, KeyFileError
from audit.keys import Ed25519Signer, key_file_public, read_key_file
from audit.log import Appender, Retiring
from audit.rotation import KeyHistory, read_history
from domain.errors import StoreError
from domain.store.queries import log as log_queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from api.schema.core.reading import Connection
    from audit.note import VerifierKey
    from domain.ports import Head

LOG_KEY = "log.key"
NEXT_KEY = "log-next.key"
_FILES = "log*.key"

_log = logging.getLogger("dure.keys")


def retired_name(key: VerifierKey) -> str:
    """Return the name of the file of a key that gave way."""
    return f"log-{key.id.hex()}.key"


def read_keys(connection: Connection) -> KeyHistory:
    """Return the keys that the log names.

    Raises StoreError ``LOG_KEYS_BROKEN`` where its entries tell of no history of keys.
    """
    first = log_queries.entry(connection, 0)
    rows = log_queries.handovers(connection)
    try:
        if first is None:
            raise StoreError("LOG_KEYS_BROKEN", reason="no first entry")
        return read_history(decode(first.leaf), [decode(row.leaf) for row in rows])
    except AuditError as error:
        raise StoreError("LOG_KEYS_BROKEN", reason=error.diagnostics()) from None


class KeyRing:
    """The log keys of one home."""

    def __init__(self, folder: Path, passphrase: str, read: Callable[[], KeyHistory]) -> None:
        """Take the keys from ``folder``; ``read`` tells what the log says of them."""
        self._folder = folder
        self._passphrase = passphrase
        self._read = read
        self._opened: dict[bytes, Ed25519Signer] = {}

    def read(self) -> KeyHistory:
        """Return the keys that the log names by now; raises StoreError."""
        return self._read()

    def hold(self, signer: Ed25519Signer) -> None:
        """Take a key that was opened already: opening costs a fifth of a second."""
        self._opened[signer.public_key] = signer

    def find(self, public_key: bytes) -> Ed25519Signer | None:
        """Return the signer of a public key, None where no file in the folder has it.

        Raises KeyFileError where its file does not open.
        """
        if public_key not in self._opened:
            path = self.path_of(public_key)
            if path is None:
                return None
            self._opened[public_key] = read_key_file(path, self._passphrase)
        return self._opened[public_key]

    def path_of(self, public_key: bytes) -> Path | None:
        """Return the file that has a public key; None where there is none."""
        for _ in range(2):  # a rotation renames files while we look
            for path in sorted(self._folder.glob(_FILES)):
                try:
                    if key_file_public(path) == public_key:
                        return path
                except KeyFileError:
                    continue  # gone meanwhile, or no key file: not the one that is looked for
        return None

    def appender(self, head: Head, origin: str) -> Appender:
        """Return who signs after ``head``: today's key, and those that sign beside it.

        Raises:
            StoreError: ``KEY_FOREIGN`` where the log was begun with a key that is not here or is
                signed by another; ``LOG_KEY_MISSING`` where it has passed to one that is not here.
            KeyFileError: a key's file does not open.
        """
        history = self._read()
        current = history.current
        signer = self.find(current.public_key)
        path = str(self._folder / LOG_KEY)
        if signer is None:
            if history.handovers:
                raise StoreError("LOG_KEY_MISSING", key=current.text(), path=str(self._folder))
            raise StoreError("KEY_FOREIGN", path=path, origin=origin)
        retiring: list[Retiring] = []
        for key, until in history.overlapping(head.last_time):
            old = self.find(key.public_key)
            if old is None:
                raise StoreError("LOG_KEY_MISSING", key=key.text(), path=str(self._folder))
            retiring.append(Retiring(old, until))
        try:
            open_checkpoint(head.checkpoint, current)
        except AuditError:
            raise StoreError("KEY_FOREIGN", path=path, origin=origin) from None
        _log.info("the log is signed by %s", current.text())
        return Appender(origin, signer, retiring)
