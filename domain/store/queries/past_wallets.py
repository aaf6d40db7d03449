"""What a member had: balances as of an entry of the log, summed from the legs up to it.

A wallet that lives long has many legs, so they are summed a bounded number at a time, each in a
transaction of its own if the caller likes: what is recorded never changes, and what comes later
bears a later entry.
"""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.model import DEBT, PENDING, POSTED, WALLET

LEGS_AT_ONCE = 20_000  # some 70 ms of one thread; a member of ten years has a tenth of it


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
        self, owner: str, sequence: int, unit: str | None = None, *, at_once: int = LEGS_AT_ONCE
    ) -> None:
        """Begin with nothing read.

        Of one ``unit`` alone where it is named; ``at_once`` legs are passed by each call of
        ``take``.
        """
        self._owner = owner
        self._sequence = sequence
        self._unit = unit
        self._at_once = at_once
        self._after = ("", 0)
        self._units: dict[str, dict[str, int]] = {}

    def take(self, connection: Connection) -> bool:
        """Sum the next legs; tell whether there are more."""
        place = {"owner": self._owner, "transfer": self._after[0], "n": self._after[1]}
        # pk_leg
        last = connection.execute(
            text(
                "SELECT transfer, n FROM leg"
                " WHERE owner = :owner AND (transfer, n) > (:transfer, :n)"
                " ORDER BY transfer, n LIMIT 1 OFFSET :skipped"
            ),
            {**place, "skipped": self._at_once - 1},
        ).one_or_none()
        bound = "" if last is None else " AND (transfer, n) <= (:transfer_last, :n_last)"
        until = {} if last is None else {"transfer_last": last.transfer, "n_last": last.n}
        wanted = "" if self._unit is None else " AND unit = :unit"
        named = {} if self._unit is None else {"unit": self._unit}
        # pk_leg; legs of other units are passed over there, neither grouped nor handed over
        rows = connection.execute(
            text(
                "SELECT unit, debit, credit, phase, SUM(amount) AS amount FROM leg"
                " WHERE owner = :owner AND (transfer, n) > (:transfer, :n)"
                f"{bound} AND seq <= :sequence{wanted} GROUP BY unit, debit, credit, phase"
            ),
            {**place, **until, **named, "sequence": self._sequence},
        )
        for unit, debit, credit, phase, amount in rows:
            self._add(unit, (debit, credit, phase), int(amount))
        if last is not None:
            self._after = (last.transfer, last.n)
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
