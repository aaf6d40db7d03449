"""A statement re-adds: opening, plus every line, is closing, and each sum is a sum of lines.

All amounts are minor units of the statement's one currency. A *payable* is what the partner owes, a
*receivable* what it is owed; a net is payables less receivables, positive where the partner owes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from domain.errors import DureError

FEE_KINDS = frozenset({"FEE", "PERIODIC_FEE"})
TAX_KINDS = frozenset({"TAX"})
# What one partner supplies to another, and so invoices; taxes, claims and corrections are none.
SUPPLY_KINDS = frozenset({"EXCHANGE", "REDEEM", "FUNDING"}) | FEE_KINDS


class StatementError(DureError):
    """A statement that cannot be made; nothing is written."""


class Line(NamedTuple):
    """One obligation as it is streamed: where it stands in the log, and what made it.

    ``seq`` and ``n`` are its place in the log, ``time`` the entry's instant; ``transfer`` is the
    transfer's id and ``event`` its kind. An entry that is no transfer has ``transfer`` "" and its
    own kind as ``event``. ``amount`` is positive, ``contract`` is ``ID.VERSION`` or "".
    """

    seq: int
    n: int
    time: int
    transfer: str
    event: str
    debtor: str
    creditor: str
    period: int
    amount: int
    contract: str
    kind: str


class Group(NamedTuple):
    """``lines`` obligations of one window, debtor, creditor, kind and contract: their sum."""

    period: int
    debtor: str
    creditor: str
    kind: str
    contract: str
    amount: int
    lines: int


class Moment(NamedTuple):
    """An entry of the log and its instant."""

    seq: int
    time: int


class Carried(NamedTuple):
    """What an earlier window, not settled by then, brings forward.

    What was paid of it by then counts on the other side: a debtor's payment as a receivable.
    """

    period: int
    payable: int
    receivable: int


class Sum(NamedTuple):
    """All lines of one counterparty and kind."""

    counterparty: str
    kind: str
    payable: int
    payable_lines: int
    receivable: int
    receivable_lines: int
    contracts: tuple[str, ...]

    @property
    def net(self) -> int:
        """Return payables less receivables."""
        return self.payable - self.receivable


def invoice_number(currency: str, period: int, creditor: str, debtor: str, kind: str) -> str:
    """Return the number of an invoice: the five things that it is the net of."""
    return f"{currency}-{period}-{creditor}-{debtor}-{kind}"


class Invoice(NamedTuple):
    """The net of one (creditor, debtor, kind, window, currency), above zero: who supplied whom."""

    period: int
    creditor: str
    debtor: str
    kind: str
    currency: str
    amount: int
    lines: int
    contracts: tuple[str, ...]

    @property
    def number(self) -> str:
        """Return its number: the five things that it is the net of."""
        return invoice_number(self.currency, self.period, self.creditor, self.debtor, self.kind)


class Citation(NamedTuple):
    """The tree that covers the last line: ``size`` entries, ``root`` in hex."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose statement of what: the facts that no line says.

    ``periods`` are consecutive windows, all closed; ``opened`` is the entry that opened the first,
    ``closed`` the one that closed the last; ``carried`` are earlier windows not settled by then.
    """

    origin: str
    partner: str
    currency: str
    periods: tuple[int, ...]
    opened: Moment
    closed: Moment
    carried: tuple[Carried, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Statement:
    """One partner's account over closed windows.

    ``sums`` are by counterparty and kind, ``lines`` by place in the log.
    """

    scope: Scope
    sums: tuple[Sum, ...]
    invoices: tuple[Invoice, ...]
    lines: tuple[Line, ...]

    @property
    def opening(self) -> int:
        """Return what earlier windows bring forward, positive where the partner owes."""
        return sum(one.payable - one.receivable for one in self.scope.carried)

    @property
    def line_count(self) -> int:
        """Return how many lines the sums are of, whether they are here or not."""
        return sum(one.payable_lines + one.receivable_lines for one in self.sums)

    @property
    def payable(self) -> int:
        """Return all that the lines make it owe."""
        return sum(one.payable for one in self.sums)

    @property
    def receivable(self) -> int:
        """Return all that the lines make others owe it."""
        return sum(one.receivable for one in self.sums)

    @property
    def net(self) -> int:
        """Return what the windows come to."""
        return self.payable - self.receivable

    @property
    def fees(self) -> int:
        """Return the part of the net that is fees."""
        return sum(one.net for one in self.sums if one.kind in FEE_KINDS)

    @property
    def tax(self) -> int:
        """Return the part of the net that is tax."""
        return sum(one.net for one in self.sums if one.kind in TAX_KINDS)

    @property
    def supplies(self) -> int:
        """Return the part of the net that is neither fees nor tax."""
        return self.net - self.fees - self.tax

    @property
    def closing(self) -> int:
        """Return opening plus net: what is to be settled, negative where the partner is owed."""
        return self.opening + self.net

    @property
    def number(self) -> str:
        """Return the statement's number: partner, currency, windows."""
        first, last = self.scope.periods[0], self.scope.periods[-1]
        windows = f"{first}" if first == last else f"{first}-{last}"
        return f"{self.scope.partner}-{self.scope.currency}-{windows}"

    def counterparty(self, line: Line) -> str:
        """Return the other party of a line."""
        return line.creditor if line.debtor == self.scope.partner else line.debtor

    def sides(self, line: Line) -> tuple[int, int]:
        """Return a line's payable and receivable, of which one is 0."""
        return (line.amount, 0) if line.debtor == self.scope.partner else (0, line.amount)


@dataclass(frozen=True, slots=True)
class Parties:
    """What people call the partners, by code; names lie outside the log and may be missing."""

    names: dict[str, str]

    def titled(self, code: str) -> str:
        """Return a partner's name with its code: ``Grand Hotels (GRAND)``; the code alone else."""
        name = self.names.get(code, "")
        return f"{name} ({code})" if name and name != code else code

    def coded(self, code: str) -> str:
        """Return a partner's code, then its name, which a narrow column may cut."""
        name = self.names.get(code, "")
        return f"{code}  {name}" if name and name != code else code
