"""The small tables, in memory: partners, units, contracts, windows, proposals, keys, names.

Every use looks at their version first, in the database, so a read after a write sees the write;
the tables themselves are read only when it has moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from domain.store.queries import reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.schema.core.reading import Connection, Reader
    from domain.ledger.records import ApiKey
    from domain.ledger.state import Reference


class Tables(NamedTuple):
    """The small tables as of one version; never changed."""

    version: int
    reference: Reference
    names: dict[tuple[str, str], reference.Name]

    def units_of(self, partner: str) -> frozenset[str]:
        """Return the codes of a partner's own units."""
        return frozenset(
            unit.code for unit in self.reference.units.values() if unit.owner == partner
        )


class Catalogue:
    """Keeps the small tables, and is where the directory of callers reads its keys."""

    def __init__(self, reader: Reader) -> None:
        """Read through ``reader``; nothing is read yet."""
        self._reader = reader
        self._tables: Tables | None = None

    async def current(self) -> Tables:
        """Return the tables as they stand; raises FaultError ``UNAVAILABLE`` without a database."""
        return await self._reader.read(self._read)

    def version(self) -> int:
        """Return their version, on the calling thread; raises StoreError without a database."""
        return self._reader.read_now(self._read).version

    def live_keys(self) -> Iterable[ApiKey]:
        """Return the keys that are not revoked, as of the last look at the version."""
        tables = self._tables
        keys = () if tables is None else tables.reference.keys.values()
        return [key for key in keys if not key.revoked_seq]

    def _read(self, connection: Connection) -> Tables:
        version = reference.version(connection)
        tables = self._tables
        if tables is None or tables.version != version:
            tables = Tables(version, reference.load(connection), reference.names(connection))
            self._tables = tables
        return tables
