"""A bank's statement: an account's lines, in the order in which the file has them.

Money that came in is positive, money that went out negative, in minor units. A *file* is known by
the hash of its bytes and by its message's and statements' ids. A *line* is known by what its bank
says of it, so that statements whose days overlap do not tell of one payment twice, in one file or
two; where two lines of one agree in all of that, they are told apart by which comes first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.errors import InvalidValueError
from domain.money import AMOUNT_MAX

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

FILE_BYTES_MAX = 64 * 1024 * 1024  # a year of a busy account; what is larger is no statement
LINES_MAX = 200_000  # as many as fit into such a file


@dataclass(frozen=True, slots=True)
class BankLine:
    """A booked line of ``account``; texts that the bank does not give are "".

    ``value_date`` is YYYY-MM-DD; ``amount`` is never 0. ``counterparty`` is the other account's
    number, ``bank_reference`` the bank's own name for the line. ``returned`` is set where the bank
    calls it a reversal or a return. ``n`` is its place in the file, ``occurrence`` its number among
    lines of the statement that agree in everything else.
    """

    account: str
    value_date: str
    amount: int
    currency: str
    end_to_end_id: str = ""
    reference: str = ""
    counterparty: str = ""
    bank_reference: str = ""
    returned: bool = False
    file: str = ""
    n: int = 0
    occurrence: int = 0

    @property
    def identity(self) -> str:
        """64 hex digits: the same for the same line in another file.

        Of a bank that does not name its lines, two that agree in all else are one and the same if
        they come in two files: a payment that is told twice must not count twice, and one that
        truly was made twice can wait for a person.
        """
        facts = [
            self.account, self.value_date, str(self.amount), self.currency, self.end_to_end_id,
            self.reference, self.counterparty, self.bank_reference, str(self.occurrence),
            str(self.returned),
        ]  # fmt: skip
        return hashlib.sha256("\n".join(("dure-bank-line/v1", *facts)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines of one account; ``id`` and ``sequence`` are the bank's, "" in a CSV file."""

    account: str
    id: str
    sequence: str
    lines: tuple[BankLine, ...]


@dataclass(frozen=True, slots=True)
class BankFile:
    """A file as it was read; ``sha256`` is of its bytes, ``message_id`` "" in a CSV file."""

    sha256: str
    message_id: str
    statements: tuple[Statement, ...]

    @property
    def lines(self) -> tuple[BankLine, ...]:
        """All lines of all its statements."""
        return tuple(line for one in self.statements for line in one.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """What the bank calls it, by account: no two of its files have one of these in common."""
        found: list[str] = []
        for one in self.statements:
            if self.message_id:
                found.append(f"{one.account} message {self.message_id}")
            if one.id:
                found.append(f"{one.account} statement {one.id} {one.sequence}".rstrip())
        return tuple(found)


def is_imported(file: BankFile, hashes: Container[str], names: Mapping[str, str]) -> bool:
    """Tell whether the very same file was imported before.

    ``hashes`` are of the files imported so far, ``names`` map what banks called them to these.

    Raises InvalidValueError ``STATEMENT_ID_REUSED`` where another file bears one of its names: one
    of the two is not the bank's.
    """
    if file.sha256 in hashes:
        return True
    for name in file.names:
        if name in names:
            raise InvalidValueError(
                "STATEMENT_ID_REUSED", statement=name, file=file.sha256, imported=names[name]
            )
    return False


def placed(lines: Iterable[BankLine], file: str, first: int = 0) -> tuple[BankLine, ...]:
    """Return a statement's lines with their occurrences, and places in the file from ``first``."""
    alike: Counter[BankLine] = Counter()
    found: list[BankLine] = []
    for n, line in enumerate(lines, first):
        found.append(replace(line, file=file, n=n, occurrence=alike[line]))
        alike[line] += 1
    return tuple(found)


def signed(amount: int, path: str, *, incoming: bool) -> int:
    """Return a line's amount with its sign.

    Raises InvalidValueError ``LINE_AMOUNT_INVALID`` with ``path`` where it is 0, or above
    ``AMOUNT_MAX``: such a line can neither count nor wait, and the rest of its file would be lost.
    """
    if not 1 <= amount <= AMOUNT_MAX:
        raise InvalidValueError("LINE_AMOUNT_INVALID", path=path, amount=amount)
    return amount if incoming else -amount
