"""The live keys, in memory, never older than a second.

Every process keeps all live keys by prefix. They are valid as long as the log head's reference
version is the one they were read at; the version is read again when the last look is older than
``STALE_SECONDS_MAX``, so a key revoked through another process dies within a second here, and at
once in the process that revoked it.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Protocol

from api.auth.credentials import matches, read_authorization
from api.auth.principal import Principal, principal_of
from domain.errors import DureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domain.ledger.records import ApiKey

STALE_SECONDS_MAX = 1.0  # how long a key revoked elsewhere may still be taken


class CredentialError(DureError):
    """The credentials presented are not those of a live key; it does not say why."""


class KeySource(Protocol):
    """Where the keys are read from; both calls may block."""

    def version(self) -> int:
        """Return the log head's reference version."""
        ...

    def live_keys(self) -> Iterable[ApiKey]:
        """Return every key that is not revoked."""
        ...


class Directory:
    """Recognises callers."""

    def __init__(
        self, source: KeySource, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with nothing read."""
        self._source = source
        self._monotonic = monotonic
        self._version = -1
        self._looked_at = float("-inf")
        self._keys: dict[str, tuple[str, Principal]] = {}
        self._lock = asyncio.Lock()
        self._forgotten = 0

    def forget(self) -> None:
        """Read the version again before the next caller is recognised."""
        self._forgotten += 1
        self._looked_at = float("-inf")

    async def recognise(self, authorization: str | None) -> Principal | None:
        """Return the caller's principal, or None where no credentials were presented.

        Raises CredentialError ``UNAUTHENTICATED`` for credentials that are no live key's;
        StoreError where the keys cannot be read.
        """
        if authorization is None:
            return None
        if self._monotonic() - self._looked_at > STALE_SECONDS_MAX:
            async with self._lock:
                if self._monotonic() - self._looked_at > STALE_SECONDS_MAX:
                    await asyncio.to_thread(self._refresh)
        presented = read_authorization(authorization)
        found = None if presented is None else self._keys.get(presented.prefix)
        if presented is None or found is None or not matches(presented, found[0]):
            raise CredentialError("UNAUTHENTICATED")
        return found[1]

    def _refresh(self) -> None:
        looked_at, forgotten = self._monotonic(), self._forgotten
        version = self._source.version()
        if version != self._version:
            self._keys = {
                key.key: (key.hash, principal_of(key)) for key in self._source.live_keys()
            }
            self._version = version
        if forgotten == self._forgotten:  # else a key ended while this look was under way
            self._looked_at = looked_at
