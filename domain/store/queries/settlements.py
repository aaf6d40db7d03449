"""What belongs to settlements: nets, steps, payments, files, shares of losses; a page's at once."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from domain.ledger.settling import BankLine, Net, Share
from domain.ledger.waiting import WAITING, WaitingLine
from domain.store.queries.reader import Reader
from domain.store.statements import BANK_REFERENCES, WAITING_REFERENCES, BankLineRow, Read


class Change(NamedTuple):
    """One step: the entry ``seq`` brought the settlement into ``state``."""

    settlement: str
    seq: int
    state: str
    reason: str


class File(NamedTuple):
    """One payment file: its MsgId and SHA-256 of its bytes."""

    message: str
    settlement: str
    partner: str
    leg: str
    hash: str
    seq: int


class Details(NamedTuple):
    """What belongs to some settlements, each list in the order of its key."""

    nets: list[Net]
    changes: list[Change]
    payments: list[BankLine]
    files: list[File]
    shares: list[Share]


# pk_settlement_net, its first column
_NETS: Read[tuple[str, str, int, int, int, int, int]] = Read(
    "id:t",
    "SELECT n.settlement, n.partner, n.debits, n.credits, n.paid, n.drawn, n.shared"
    " FROM {keys} CROSS JOIN settlement_net n WHERE n.settlement = k.id",
)
# pk_settlement_change, its first column
_CHANGES: Read[tuple[str, int, str, str]] = Read(
    "id:t",
    "SELECT c.settlement, c.seq, c.state, c.reason FROM {keys} CROSS JOIN settlement_change c"
    " WHERE c.settlement = k.id",
)
# ix_bank_line_settlement_seq
_LINES: Read[BankLineRow] = Read(
    "id:t",
    "SELECT b.statement, b.line, b.settlement, b.partner, b.leg, b.counterparty, b.amount,"
    " b.excess, b.end_to_end, b.reference, b.seq FROM {keys} CROSS JOIN bank_line b"
    " WHERE b.settlement = k.id",
)
# pk_bank_line, its first column
_COUNTED: Read[tuple[int]] = Read(
    "statement:t",
    "SELECT b.line FROM {keys} CROSS JOIN bank_line b WHERE b.statement = k.statement",
)
# ix_payment_file_settlement
_FILES: Read[tuple[str, str, str, str, str, int]] = Read(
    "id:t",
    "SELECT f.message, f.settlement, f.partner, f.leg, f.hash, f.seq"
    " FROM {keys} CROSS JOIN payment_file f WHERE f.settlement = k.id",
)
# pk_settlement_share, its first column
_SHARES: Read[tuple[str, str, str, int]] = Read(
    "id:t",
    "SELECT h.settlement, h.debtor, h.creditor, h.amount"
    " FROM {keys} CROSS JOIN settlement_share h WHERE h.settlement = k.id",
)


# pk_bank_waiting, its first column
_ENDED: Read[tuple[int]] = Read(
    "statement:t",
    "SELECT w.line FROM {keys} CROSS JOIN bank_waiting w WHERE w.statement = k.statement"
    " AND w.state <> 'WAITING'",
)


# Of what was ever paid, by what the bank was told; such lines are asked for rarely, and by few ids.
_PAID: Read[tuple[str, str, str]] = Read(
    "id:t",
    "SELECT b.end_to_end, b.settlement, b.leg FROM {keys} CROSS JOIN bank_line b"
    " WHERE b.end_to_end = k.id",
)


def paid_before(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the settlement and leg of payments that were matched, by their end-to-end ids."""
    rows = Reader(connection).read(_PAID, [(id_,) for id_ in ids]) if ids else []
    return {end_to_end: (settlement, leg) for end_to_end, settlement, leg in rows}


class CountedLines(NamedTuple):
    """What of a bank's file is known: its places in the file, and by reference.

    That is what was counted, and what waited and waits no more.
    """

    lines: set[int]
    references: set[str]


def counted(connection: Connection, statement: str, references: Sequence[str]) -> CountedLines:
    """Return which lines of ``statement``, a file's SHA-256, or of these references count."""
    reader = Reader(connection)
    lines = {line for (line,) in reader.read(_COUNTED, [(statement,)])}
    lines |= {line for (line,) in reader.read(_ENDED, [(statement,)])}
    keys = [(one,) for one in references]
    found = {reference for reference, _, _ in reader.read(BANK_REFERENCES, keys)}
    for row in reader.read(WAITING_REFERENCES, keys):
        waited = WaitingLine(*row)
        if waited.state != WAITING:
            found.add(waited.reference)
    return CountedLines(lines, found)


def details(connection: Connection, ids: Sequence[str]) -> Details:
    """Return what belongs to these settlements, in five statements however many they are."""
    reader, keys = Reader(connection), [(id_,) for id_ in ids]
    return Details(
        [Net(*row) for row in sorted(reader.read(_NETS, keys))],
        [Change(*row) for row in sorted(reader.read(_CHANGES, keys))],
        sorted((BankLine(*row) for row in reader.read(_LINES, keys)), key=lambda line: line.seq),
        sorted((File(*row) for row in reader.read(_FILES, keys)), key=lambda file: file.seq),
        [Share(*row) for row in sorted(reader.read(_SHARES, keys))],
    )
