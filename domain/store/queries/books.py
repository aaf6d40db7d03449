"""What books are made of, streamed: entries of the log in order, each with its rows."""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, text

from domain.clock import parse_instant
from domain.store.queries import log
from domain.store.queries.reader import STREAM_ROWS, stream
from domain.store.statements import Read

CHARGE = "CHARGE"  # an entry that is no transfer: fees and taxes at a closing, claims, corrections

TransferRow = tuple[int, str, str, str, str, int]
OpenedRow = tuple[int, int, str, str, str, str, int, int]
UseRow = tuple[int, int, int, str, int]
OwedRow = tuple[int, str, str, str, int, str, int, str]
_T = TypeVar("_T", bound=tuple[int | str, ...])

# All but the lots lie in this order. A plus takes theirs from any index: to sort the table is
# quicker than to fetch each of its rows by the index's word, and disks read forward.
_TRANSFERS: Read[TransferRow] = Read(
    "",
    "SELECT seq, id, kind, original, acceptor, recorded_at FROM transfer ORDER BY seq, owner",
)
_LOTS: Read[OpenedRow] = Read(
    "",
    "SELECT seq, n, unit, obligor, issuer, currency, cost, amount FROM lot ORDER BY +seq, n",
)
_USES: Read[UseRow] = Read(
    "", "SELECT seq, lot_seq, lot_n, action, amount FROM lot_use ORDER BY seq, owner, n"
)
_OWED: Read[OwedRow] = Read(
    "",
    "SELECT seq, debtor, creditor, currency, amount, kind, period, contract FROM obligation"
    " ORDER BY seq, owner, n",
)


class Entry(NamedTuple):
    """An entry of the log with its rows, as the ledger has them.

    ``opened`` are (seq, n, unit, obligor, issuer, currency, cost, amount), ``uses`` (seq, lot seq,
    lot n, action, amount), ``owed`` (seq, debtor, creditor, currency, amount, kind, window, cited).
    """

    seq: int
    time: int
    transfer: str
    kind: str
    original: str
    acceptor: str
    opened: list[OpenedRow]
    uses: list[UseRow]
    owed: list[OwedRow]


class Lot(NamedTuple):
    """What a lot still holds, for the report of liability."""

    unit: str
    obligor: str
    funding: str
    expires_at: int
    currency: str
    cost: int
    amount: int
    remaining: int


def entries(connection: Connection) -> Iterator[Entry]:
    """Yield every entry that moved lots or money, oldest first, in the connection's snapshot."""
    transfers = _grouped(stream(connection, _TRANSFERS))
    openings = _grouped(stream(connection, _LOTS))
    uses = _grouped(stream(connection, _USES))
    owed = _grouped(stream(connection, _OWED))
    moved, due = next(transfers, None), next(owed, None)
    opened, used = next(openings, None), next(uses, None)
    while moved is not None or due is not None:
        seq = min(one[0] for one in (moved, due) if one is not None)
        rows: list[OwedRow] = []
        if due is not None and due[0] == seq:
            rows, due = due[1], next(owed, None)
        if moved is None or moved[0] != seq:
            time = _time(connection, seq)
            yield Entry(seq, time, "", CHARGE, "", "", [], [], rows)
            continue
        _, id_, kind, original, acceptor, time = moved[1][0]  # a gift has a row in each book
        mine: list[OpenedRow] = []
        if opened is not None and opened[0] == seq:
            mine, opened = opened[1], next(openings, None)
        taken: list[UseRow] = []
        if used is not None and used[0] == seq:
            taken, used = used[1], next(uses, None)
        yield Entry(seq, time, id_, kind, original, acceptor, mine, taken, rows)
        moved = next(transfers, None)


def _grouped(rows: Iterator[_T]) -> Iterator[tuple[int, list[_T]]]:
    """Yield rows by their sequence, which is their first value."""
    for seq, group in groupby(rows, key=itemgetter(0)):
        yield int(seq), list(group)


def _time(connection: Connection, seq: int) -> int:
    """Return the instant of an entry that is no transfer, from its leaf."""
    entry = log.entry(connection, seq)
    assert entry is not None, "a row without an entry"
    fields: dict[str, str] = json.loads(entry.leaf)
    return parse_instant(fields["time"])


def lots(connection: Connection) -> Iterator[Lot]:
    """Yield every lot that still holds points, in no order."""
    # ix_lot_open has them; what they hold is read from their rows
    found = connection.execute(
        text(
            "SELECT unit, obligor, funding, expires_at, currency, cost, amount, remaining FROM lot"
            " WHERE remaining > 0"
        ),
        execution_options={"yield_per": STREAM_ROWS},
    )
    for row in found:
        yield Lot(*row)
