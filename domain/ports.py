"""What the domain asks of the outside world; ``api.bootstrap`` wires the implementations.

The domain never imports the audit log: it hands entries to a ``Log`` and gets bytes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Clock(Protocol):
    """Where instants come from."""

    @property
    def simulated(self) -> bool:
        """Tell whether the clock moves only when told to."""
        ...

    def now(self) -> int:
        """Return microseconds since 1970 in UTC."""
        ...

    def monotonic(self) -> int:
        """Return microseconds of a clock that cannot be set."""
        ...


class Ids(Protocol):
    """Where random identities come from; 32 hex digits each."""

    def entity(self) -> str:
        """Return a UUIDv7."""
        ...

    def member(self) -> str:
        """Return a UUIDv4."""
        ...


class Vault(Protocol):
    """Keeps the key that wraps members' keys, and the one that hides partners' references."""

    def new_member_key(self) -> tuple[bytes, str]:
        """Return a new member's key, wrapped, and its commitment: SHA-256 of the key in hex."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the 32-byte member key; raises StoreError if it was wrapped by another vault."""
        ...

    def reference_index(self, partner: str, reference: str) -> str:
        """Return 64 hex digits by which a partner's own reference of a member is found."""
        ...

    def request_hash(self, request: bytes) -> str:
        """Return 64 hex digits that tell a request from others to nobody without the vault."""
        ...

    def encrypt(self, member_key: bytes, context: bytes, plaintext: bytes) -> bytes:
        """Encrypt a payload under a member's key, bound to ``context``."""
        ...

    def decrypt(self, member_key: bytes, context: bytes, ciphertext: bytes) -> bytes:
        """Return the payload; raises StoreError if it was altered."""
        ...


class Head(NamedTuple):
    """The log's head as the database keeps it; ``frontier`` is in the log's own form."""

    size: int
    last_hash: bytes
    last_time: int
    frontier: bytes
    checkpoint: str


class Entry(NamedTuple):
    """One entry as it stands in the log: ``hash`` is the leaf hash."""

    seq: int
    hash: bytes
    leaf: bytes


class TileRow(NamedTuple):
    """Hashes to append to the row of a tile, ``level`` >= 1, after ``offset`` that stand there."""

    level: int
    number: int
    offset: int
    hashes: bytes


class Proofs(Protocol):
    """Inclusion proofs of one batch's entries, built when asked for, without a read."""

    def inclusion(self, seq: int) -> Sequence[bytes]:
        """Return the hashes from leaf to root under the batch's checkpoint."""
        ...


class Appended(NamedTuple):
    """A batch as appended, to be written in the batch's transaction.

    ``entries`` are (sequence, leaf hash, leaf), as `Entry`'s parts.
    """

    head: Head
    entries: Sequence[tuple[int, bytes, bytes]]
    tiles: Sequence[TileRow]
    proofs: Proofs


class LogBatch(Protocol):
    """Entries being appended under the head's lock."""

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
        """Append one entry, return its sequence; raises the log's own error if it is ill formed."""
        ...

    def commit(self) -> Appended:
        """Sign one checkpoint over all and return what must be written."""
        ...


class Log(Protocol):
    """The append side of the audit log."""

    @property
    def origin(self) -> str:
        """Return the log's name."""
        ...

    def begin(self, head: Head) -> LogBatch:
        """Begin a batch after ``head``.

        Raises StoreError where the log has passed to a key that is not to be had here.
        """
        ...


class Signatures(Protocol):
    """Ed25519 as the audit log understands it, key screening included."""

    def acceptable(self, public_key: str) -> bool:
        """Tell whether 64 hex digits are a key that may enter: canonical, not of small order."""
        ...

    def verify(self, public_key: str, signature: str, message: bytes) -> bool:
        """Tell whether ``signature`` (128 hex digits) fits ``message`` under ``public_key``."""
        ...
