"""What a member had: balances as of an entry of the log, summed from the legs up to it.

A wallet that lives long has many legs, so they are summed a bounded number at a time, each in a
transaction of its own if the caller likes: what is recorded never changes, and what comes later
bears a later entry.
"""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.model import DEBT, PENDING, POSTED, WALLET

TRANSFERS_AT_ONCE = 10_000  # some 70 ms of one thread; a member of ten years has a tenth of it


class PastBalance(NamedTuple):
    """One unit of a wallet as it stood, in minor units.

    ``posted`` is what stood in the wallet, ``pending`` what open holds kept of it, ``debt`` what
    later issues were to repay.
    """

    unit: str
    posted: int
    pending: int
    debt: int


class PastSums:
    """The sums of one member's legs by the entry ``sequence``, as far as they were read."""

    __slots__ = ("_after", "_at_once", "_owner", "_sequence", "_unit", "_units")

    def __init__(
        self,
        owner: str,
        sequence: int,
        unit: str | None = None,
        *,
        at_once: int = TRANSFERS_AT_ONCE,
    ) -> None:
        """Begin with nothing read.

        Of one ``unit`` alone where it is named; the legs of ``at_once`` transfers are
        passed by each call of ``take``.
        """
        self._owner = owner
        self._sequence = sequence
        self._unit = unit
        self._at_once = at_once
        self._after = -1
        self._units: dict[str, dict[str, int]] = {}

    def take(self, connection: Connection) -> bool:
        """Sum the legs of the next transfers; tell whether there are more."""
        place = {"owner": self._owner, "after": self._after}
        # ix_transfer_book
        last = connection.execute(
            text(
                "SELECT seq FROM transfer WHERE owner = :owner AND seq > :after"
                " AND seq <= :sequence ORDER BY seq LIMIT 1 OFFSET :skipped"
            ),
            {**place, "sequence": self._sequence, "skipped": self._at_once - 1},
        ).scalar_one_or_none()
        wanted = "" if self._unit is None else " AND g.unit = :unit"
        named = {} if self._unit is None else {"unit": self._unit}
        # ix_transfer_book, pk_leg; legs of other units are neither grouped nor handed over
        rows = connection.execute(
            text(
                "SELECT g.unit, g.debit, g.credit, g.phase, SUM(g.amount) AS amount"
                " FROM transfer t JOIN leg g ON g.seq = t.seq AND g.owner = t.owner"
                " WHERE t.owner = :owner AND t.seq > :after AND t.seq <= :until"
                f"{wanted} GROUP BY g.unit, g.debit, g.credit, g.phase"
            ),
            {**place, **named, "until": self._sequence if last is None else last},
        )
        for unit, debit, credit, phase, amount in rows:
            self._add(unit, (debit, credit, phase), int(amount))
        if last is not None:
            self._after = last
        return last is not None

    def _add(self, unit: str, kind: tuple[str, str, str], moved: int) -> None:
        sums = self._units.setdefault(unit, {"posted": 0, "pending": 0, "debt": 0})
        debit, credit, phase = kind
        if phase == POSTED:
            sums["posted"] += moved * ((credit == WALLET) - (debit == WALLET))
            sums["debt"] += moved * ((debit == DEBT) - (credit == DEBT))
        elif debit == WALLET:
            sums["pending"] += moved if phase == PENDING else -moved

    def balances(self) -> list[PastBalance]:
        """Return every unit that the member had, by its code."""
        return [PastBalance(unit, **self._units[unit]) for unit in sorted(self._units)]
