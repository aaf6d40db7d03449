"""What a member had: balances as of an entry of the log, summed from the legs up to it."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.model import DEBT, PENDING, POSTED, WALLET


class PastBalance(NamedTuple):
    """One unit of a wallet as it stood, in minor units.

    ``posted`` is what stood in the wallet, ``pending`` what open holds kept of it, ``debt`` what
    later issues were to repay.
    """

    unit: str
    posted: int
    pending: int
    debt: int


def past_balances(connection: Connection, owner: str, sequence: int) -> list[PastBalance]:
    """Return every unit that the member had by the entry ``sequence``, that entry included."""
    # pk_leg, its first column
    rows = connection.execute(
        text(
            "SELECT unit, debit, credit, phase, SUM(amount) AS amount FROM leg"
            " WHERE owner = :owner AND seq <= :sequence GROUP BY unit, debit, credit, phase"
        ),
        {"owner": owner, "sequence": sequence},
    )
    units: dict[str, dict[str, int]] = {}
    for unit, debit, credit, phase, amount in rows:
        sums = units.setdefault(unit, {"posted": 0, "pending": 0, "debt": 0})
        moved = int(amount)
        if phase == POSTED:
            sums["posted"] += moved * ((credit == WALLET) - (debit == WALLET))
            sums["debt"] += moved * ((debit == DEBT) - (credit == DEBT))
        elif debit == WALLET:
            sums["pending"] += moved if phase == PENDING else -moved
    return [PastBalance(unit, **units[unit]) for unit in sorted(units)]
