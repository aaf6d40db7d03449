"""The rows of a settlement: what partners owe over closed windows, and what the bank has moved.

A settlement's state is one of ``STATES``; which command may move it where stands in
``settlement.settlements.moves``. A *net* is one partner's sums in it: positive where it owes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.ids import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterable

DRAFT = "DRAFT"
APPROVED = "APPROVED"
SUBMITTED = "SUBMITTED"
PARTIALLY_PAID = "PARTIALLY_PAID"
SETTLED = "SETTLED"
DEFAULTED = "DEFAULTED"
ABORTED = "ABORTED"
STATES = (DRAFT, APPROVED, SUBMITTED, PARTIALLY_PAID, SETTLED, DEFAULTED, ABORTED)
# Nothing more is paid, drawn or shared in these; their windows are settled, or closed again.
OVER = frozenset({SETTLED, ABORTED})

CLEARING = "CLEARING"
DIRECT = "DIRECT"
METHODS = (CLEARING, DIRECT)

PAY_IN = "PAY_IN"  # a net debtor to the operator's clearing account
PAY_OUT = "PAY_OUT"  # from there to a net creditor
LEGS = (PAY_IN, PAY_OUT, DIRECT)

PAYMENT = "PAYMENT"
REJECTION = "REJECTION"
EVIDENCE_TYPES = (PAYMENT, REJECTION)


@dataclass(frozen=True, slots=True)
class Settlement:
    """One settlement of one currency; ``gross`` and ``net`` are sums over all partners.

    ``rejected_seq`` is the entry by which a bank's rejection was recorded, 0 where there is none.
    """

    id: str
    currency: str
    windows: tuple[int, ...]
    method: str
    pay_by: int
    state: str
    gross: int
    net: int
    rejected_seq: int
    seq: int
    changed_seq: int


@dataclass(slots=True)
class Net:
    """One partner's sums in a settlement, in minor units; all of them are 0 or more.

    ``paid`` is what bank lines were matched with, ``drawn`` what its prefund paid when it
    defaulted. ``shared`` is, of a defaulter, what its creditors lose; of a creditor, what it loses.
    """

    settlement: str
    partner: str
    debits: int = 0
    credits: int = 0
    paid: int = 0
    drawn: int = 0
    shared: int = 0

    @property
    def net(self) -> int:
        """Return debits less credits: positive where the partner owes."""
        return self.debits - self.credits

    @property
    def due(self) -> int:
        """Return what is still to be paid, by the partner or to it; never below 0."""
        return abs(self.net) - self.paid - self.drawn - self.shared

    @property
    def matched(self) -> int:
        """Return how far exposure has fallen by payments; below 0 where the partner was paid."""
        return self.paid + self.drawn if self.net > 0 else -self.paid


def banked(settlement: Settlement, nets: Iterable[Net]) -> list[Net]:
    """Return the nets that banks move.

    Through clearing the operator's own stays where it is; and after a default, whatever the method,
    for what is left is the operator's to pay out, and none to itself.
    """
    through = settlement.method == CLEARING or settlement.state == DEFAULTED
    return [net for net in nets if not (through and net.partner == OPERATOR)]


@dataclass(frozen=True, slots=True)
class Share:
    """What ``creditor`` loses by ``debtor``'s default; a claim once the settlement is over."""

    settlement: str
    debtor: str
    creditor: str
    amount: int


@dataclass(frozen=True, slots=True)
class Policy:
    """What the network declared under a name, of a partner and currency or, empty, of neither."""

    name: str
    partner: str
    currency: str
    value: str
    seq: int


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of a bank's statement, matched; ``excess`` is what nothing was due for."""

    statement: str
    line: int
    settlement: str
    partner: str
    leg: str
    counterparty: str
    amount: int
    excess: int
    end_to_end: str
    reference: str
    seq: int
