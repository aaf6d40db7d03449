"""What a member has: balances by unit, and the lots behind them."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.ledger.model import Lot, spending_order
from domain.partners.expiry import lapse_time
from domain.store.queries.reader import Reader
from domain.store.statements import LOTS_OPEN


class Balance(NamedTuple):
    """One unit of a wallet, in minor units.

    ``posted`` is what stands in the wallet, ``pending`` what open holds keep of it, ``available``
    what can be spent now: unpinned and not past its expiry. ``debt`` is repaid by later issues.
    ``lots`` are those with something left, in spending order. ``lapses_at`` is when all ends by
    inactivity.
    """

    unit: str
    posted: int
    pending: int
    available: int
    debt: int
    lots: tuple[Lot, ...]
    lapses_at: int


def balances(connection: Connection, owner: str, now: int) -> list[Balance]:
    """Return every unit that the member ever had, by its code; ``now`` decides what is expired."""
    # pk_account, its first column; pk_unit
    rows = connection.execute(
        text(
            "SELECT a.unit, a.purpose, a.debits_posted, a.credits_posted, a.debits_pending,"
            " a.active_at, u.expiry FROM account a JOIN unit u ON u.code = a.unit"
            " WHERE a.owner = :owner AND a.purpose IN ('WALLET', 'DEBT') ORDER BY a.unit"
        ),
        {"owner": owner},
    ).all()
    wallets = {row.unit: row for row in rows if row.purpose == "WALLET"}
    # What could not be taken back debits DEBT; what later issues repay credits it.
    debts = {
        row.unit: row.debits_posted - row.credits_posted for row in rows if row.purpose == "DEBT"
    }
    lots: dict[str, list[Lot]] = {}
    for row in Reader(connection).read(LOTS_OPEN, [(owner, unit) for unit in wallets]):
        lots.setdefault(row[3], []).append(Lot(*row))
    found: list[Balance] = []
    for unit, wallet in wallets.items():
        held = tuple(sorted(lots.get(unit, ()), key=spending_order))
        lapses_at = lapse_time(wallet.expiry, wallet.active_at)
        available = sum(
            lot.remaining - lot.pinned for lot in held if lot.expires_at > now and lapses_at > now
        )
        posted = wallet.credits_posted - wallet.debits_posted
        pending, debt = wallet.debits_pending, debts.get(unit, 0)
        found.append(Balance(unit, posted, pending, available, debt, held, lapses_at))
    return found
