"""The audit log and its keys behind the domain's ports, so that the domain need not know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audit import log as audit_log
from audit.errors import KeyRejected
from audit.keys import screen_public_key
from audit.merkle import Frontier
from audit.note import VerifierKey
from domain.ports import Appended, Head, TileRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PUBLIC_KEY_HEX = 64
SIGNATURE_HEX = 128


class AuditLog:
    """The log's append side; the domain's ``Log`` port."""

    __slots__ = ("_appender", "_turn")

    def __init__(
        self,
        appender: audit_log.Appender,
        turn: Callable[[Head], audit_log.Appender] | None = None,
    ) -> None:
        """Append by this appender; ``turn`` finds the one after a head that another key signed."""
        self._appender = appender
        self._turn = turn

    @property
    def origin(self) -> str:
        """Return the log's name."""
        return self._appender.origin

    @property
    def verifier_key(self) -> VerifierKey:
        """Return the key that signs."""
        return self._appender.verifier_key

    def begin(self, head: Head) -> AuditBatch:
        """Begin a batch after ``head``; raises StoreError where its key is not to be had here."""
        self._follow(head)
        return AuditBatch(self._appender.begin(_as_audit(head)))

    def rotate(self, head: Head, turn: audit_log.Turn) -> Appended:
        """Hand the log over after ``head``; whoever writes it must commit, or begin anew.

        Raises StoreError as ``begin``, AuditError where no log may say so.
        """
        self._follow(head)
        return as_rows(self._appender.rotate(_as_audit(head), turn)[0])

    def _follow(self, head: Head) -> None:
        """Sign by the key that signed the head: another process may have rotated it."""
        if self._turn is not None and not self._appender.leads(head.checkpoint):
            self._appender = self._turn(head)


def _as_audit(head: Head) -> audit_log.Head:
    frontier = Frontier.from_bytes(head.frontier)
    return audit_log.Head(head.size, head.last_hash, head.last_time, frontier, head.checkpoint)


class AuditBatch:
    """Entries being appended; the domain's ``LogBatch`` port."""

    __slots__ = ("_batch",)

    def __init__(self, batch: audit_log.Batch) -> None:
        """Append to this batch."""
        self._batch = batch

    def add(
        self,
        *,
        kind: str,
        id: str,
        author: str,
        time: int,
        cmd: str,
        pd: str,
        fields: Mapping[str, str],
    ) -> int:
        """Append one entry and return its sequence; raises AuditError if it is not well formed."""
        return self._batch.add(kind, fields, id, author, time, cmd, pd)[0]

    def commit(self) -> Appended:
        """Sign one checkpoint over all and return what must be written."""
        return as_rows(self._batch.commit())


def as_rows(appended: audit_log.Appended) -> Appended:
    """Return a committed batch in the form that the store writes."""
    head = appended.head
    return Appended(
        Head(head.size, head.last_hash, head.last_time, head.frontier.to_bytes(), head.checkpoint),
        appended.leaves,
        [TileRow(tile.level, tile.index, tile.offset, tile.hashes) for tile in appended.tiles],
        appended.proofs,
    )


class AuditSignatures:
    """Ed25519 as the audit log understands it; the domain's ``Signatures`` port."""

    def acceptable(self, public_key: str) -> bool:
        """Tell whether 64 hex digits are a key that may enter: canonical, not of small order."""
        raw = _from_hex(public_key, PUBLIC_KEY_HEX)
        if raw is None:
            return False
        try:
            screen_public_key(raw)
        except KeyRejected:
            return False
        return True

    def verify(self, public_key: str, signature: str, message: bytes) -> bool:
        """Tell whether ``signature`` (128 hex digits) fits ``message`` under ``public_key``."""
        key = _from_hex(public_key, PUBLIC_KEY_HEX)
        signed = _from_hex(signature, SIGNATURE_HEX)
        if key is None or signed is None or not self.acceptable(public_key):
            return False
        # The name says which log a key belongs to; a partner's key has none and needs some.
        return VerifierKey("partner", key).verifies(message, signed)


def _from_hex(text: str, length: int) -> bytes | None:
    if len(text) != length or text.lower() != text:
        return None
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    # fromhex lets white space pass, which would give one key two spellings.
    return raw if len(raw) * 2 == length else None
