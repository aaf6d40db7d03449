"""The rows of a bundle's ledger held against those that its entries make.

It needs the entries and nothing else, so on a long log it runs beside the check of the log, in a
process of its own: that one says which entries are as the checkpoint's key signed them, this one
what they make. Each reads them; of an entry that cannot be read the other tells.
"""

from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from audit.bundle import ENTRIES_BYTES_MAX, BundleReader
from audit.entry import Fields, decode
from audit.errors import AuditError
from audit.findings import Findings
from audit.replay import TABLES, Made, Replay
from audit.tiles import TILE_WIDTH, Tile, decode_entries
from audit.verify_log import Shelf
from audit.verify_rows import ROWS_AT_ONCE, TableCheck

# Entry bundles kept while entries are looked at again; reversals stand near one another.
_BUNDLES_KEPT: Final = 16


class LedgerCheck:
    """The replay of a bundle's entries beside its tables."""

    def __init__(self, reader: BundleReader, findings: Findings) -> None:
        self._reader = reader
        self._findings = findings
        self._replay = Replay(findings)
        self._made = Made()
        self._checks = {
            name: TableCheck(table, reader, findings)
            for name, table in TABLES.items()
            if table.streamed
        }

    def apply(self, fields: Fields) -> None:
        """Replay one entry, and gather the rows that it makes."""
        self._made.add(self._replay.apply(fields))

    def compare(self) -> None:
        """Hold what was gathered against the tables."""
        for name, rows in self._made.take().items():
            self._checks[name].expect(rows)

    def finish(self) -> None:
        """All entries were replayed: whatever else the tables hold, nobody made."""
        for check in self._checks.values():
            check.finish()
        self._replay.finish()
        for name, rows in self._replay.tables().items():
            check = TableCheck(TABLES[name], self._reader, self._findings)
            while chunk := list(islice(rows, ROWS_AT_ONCE)):
                check.expect(chunk)
            check.finish()

    def close(self) -> None:
        """Stop: what the unread entries made cannot be told from what nobody made."""
        for check in self._checks.values():
            check.close()


def check_ledger(folder: Path, size: int) -> Findings:
    """Check the ledger of a bundle whose checkpoint covers `size` entries."""
    findings = Findings()
    reader = BundleReader(folder)
    ledger = LedgerCheck(reader, findings)
    for start in range(0, size, TILE_WIDTH):
        tile = Tile(None, start // TILE_WIDTH, min(TILE_WIDTH, size - start))
        try:
            leaves = decode_entries(reader.read(tile.path(), ENTRIES_BYTES_MAX), tile.width)
        except AuditError:
            ledger.close()
            return findings
        for leaf in leaves:
            try:
                fields = decode(leaf)
            except AuditError:
                continue
            ledger.apply(fields)
        ledger.compare()
    ledger.finish()
    return findings


class Again:
    """Entries looked at a second time, by number."""

    def __init__(self, reader: Shelf, size: int) -> None:
        self._reader = reader
        self._size = size
        self._leaves = lru_cache(maxsize=_BUNDLES_KEPT)(self._read)

    def _read(self, index: int) -> list[bytes]:
        width = min(TILE_WIDTH, self._size - index * TILE_WIDTH)
        data = self._reader.read(Tile(None, index, width).path(), ENTRIES_BYTES_MAX)
        return decode_entries(data, width)

    def entry(self, seq: int) -> Fields | None:
        """An entry's fields; None where there is none to read, which the first pass has told."""
        if seq >= self._size:
            return None
        try:
            return decode(self._leaves(seq // TILE_WIDTH)[seq % TILE_WIDTH])
        except AuditError:
            return None
