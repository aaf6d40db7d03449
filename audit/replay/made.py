"""The rows of the streamed tables that entries make, to be compared beside the leaves."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from audit.replay.tables import Row


class EntryRows(NamedTuple):
    """The rows of the streamed tables that one entry makes, each list in the table's order."""

    transfer: Sequence[Row] = ()
    leg: Sequence[Row] = ()
    lot_use: Sequence[Row] = ()
    obligation: Sequence[Row] = ()


NO_ROWS: Final = EntryRows()


class Made:
    """Rows of the streamed tables that some entries made, gathered to be compared at once."""

    def __init__(self) -> None:
        self._rows: tuple[list[Row], ...] = ([], [], [], [])

    def add(self, rows: EntryRows) -> None:
        """Gather one entry's rows."""
        if rows is not NO_ROWS:
            transfer, leg, lot_use, obligation = self._rows
            transfer += rows.transfer
            leg += rows.leg
            lot_use += rows.lot_use
            obligation += rows.obligation

    def take(self) -> dict[str, list[Row]]:
        """Return by table what was gathered, and begin anew."""
        gathered, self._rows = self._rows, ([], [], [], [])
        return dict(zip(EntryRows._fields, gathered, strict=True))
