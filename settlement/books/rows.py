"""What books are made of: entries of the log with the lots, uses and obligations that they made."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Opened(NamedTuple):
    """A lot that an entry opened; its id is the entry's sequence and ``n``.

    ``cost`` is its total carrying value in minor units of ``currency``, ``amount`` its points.
    """

    n: int
    unit: str
    obligor: str
    issuer: str
    currency: str
    cost: int
    amount: int


class Used(NamedTuple):
    """What an entry did with a lot ``seq.n``: take, give, pin or unpin ``amount`` points."""

    seq: int
    n: int
    action: str
    amount: int


class Owed(NamedTuple):
    """An obligation of an entry, in minor units of ``currency``, in the window ``period``.

    ``cites`` is the contract version that priced it, or the invoice that a tax is on; "" for none.
    """

    debtor: str
    creditor: str
    currency: str
    amount: int
    kind: str
    period: int = 0
    cites: str = ""


class Event(NamedTuple):
    """One entry of the log: ``kind`` is a transfer's, CHARGE for an entry that is none.

    ``transfer`` is the transfer's id, ``original`` the one that it reverses, ``acceptor`` who took
    points for goods; each "" for none. ``time`` is the entry's instant.
    """

    seq: int
    time: int
    transfer: str
    kind: str
    original: str
    acceptor: str
    opened: tuple[Opened, ...]
    uses: tuple[Used, ...]
    owed: tuple[Owed, ...]


class Side(Protocol):
    """A partner's gross sums in a settlement, and what of its net was paid or lost."""

    @property
    def partner(self) -> str:
        """Whose sums they are."""
        ...

    @property
    def debits(self) -> int:
        """What it owed, gross."""
        ...

    @property
    def credits(self) -> int:
        """What it was owed, gross."""
        ...

    @property
    def paid(self) -> int:
        """What of its net bank lines were matched with."""
        ...

    @property
    def shared(self) -> int:
        """What of its net became claims."""
        ...


class Finished(Protocol):
    """A settlement that is over."""

    @property
    def seq(self) -> int:
        """The entry's sequence."""
        ...

    @property
    def time(self) -> int:
        """The entry's instant."""
        ...

    @property
    def settlement(self) -> str:
        """The settlement's id."""
        ...

    @property
    def currency(self) -> str:
        """The currency, ISO 4217."""
        ...

    @property
    def method(self) -> str:
        """CLEARING or DIRECT."""
        ...

    @property
    def windows(self) -> tuple[int, ...]:
        """Its windows."""
        ...

    @property
    def sides(self) -> Sequence[Side]:
        """Each partner's sums."""
        ...

    @property
    def operator_share(self) -> int:
        """What of losses fell to the operator."""
        ...


class Funds(Protocol):
    """Collateral that came in, went back or was drawn."""

    @property
    def seq(self) -> int:
        """The entry's sequence."""
        ...

    @property
    def time(self) -> int:
        """The entry's instant."""
        ...

    @property
    def settlement(self) -> str:
        """The settlement that it was drawn for, "" for none."""
        ...

    @property
    def partner(self) -> str:
        """Whose collateral it is."""
        ...

    @property
    def currency(self) -> str:
        """The currency, ISO 4217."""
        ...

    @property
    def amount(self) -> int:
        """Minor units: above zero paid in, below zero given back or drawn."""
        ...


class Paid(Protocol):
    """Money that a matched bank line says has moved."""

    @property
    def seq(self) -> int:
        """The entry's sequence."""
        ...

    @property
    def time(self) -> int:
        """The entry's instant."""
        ...

    @property
    def settlement(self) -> str:
        """The settlement's id."""
        ...

    @property
    def payer(self) -> str:
        """Who paid."""
        ...

    @property
    def payee(self) -> str:
        """Who received."""
        ...

    @property
    def leg(self) -> str:
        """PAY_IN to the operator's clearing account, PAY_OUT from it, or DIRECT."""
        ...

    @property
    def currency(self) -> str:
        """The currency, ISO 4217."""
        ...

    @property
    def amount(self) -> int:
        """The amount, above zero, in minor units."""
        ...
