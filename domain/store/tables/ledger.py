"""Books: accounts, lots and holds, which change, and transfers with their legs, which never do."""

from sqlalchemy import Index
from sqlalchemy import text as sql

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, integers, keyed, text

_COUNTING = sql("active_at > 0 AND credits_posted > debits_posted")
_OPEN_LOT = sql("remaining > 0")
_PENDING = sql("state = 'PENDING'")
_REVERSAL = sql("original <> ''")


class AccountRow(Row, table=True):
    """Four counters of (owner, unit, purpose), and since when a wallet's inactivity counts."""

    __tablename__ = "account"
    __table_args__ = keyed(
        [
            *integers("debits_posted", "credits_posted", "debits_pending", "credits_pending"),
            *integers("active_at"),
            # The expiry job's order of work where points end by inactivity; no other wallet's
            # changes touch it.
            Index(
                "ix_account_active", "unit", "active_at",
                sqlite_where=_COUNTING, postgresql_where=_COUNTING,
            ),
        ]
    )  # fmt: skip

    owner: str = text(key=True)
    unit: str = text(key=True)
    purpose: str = text(key=True)
    debits_posted: int = bigint()
    credits_posted: int = bigint()
    debits_pending: int = bigint()
    credits_pending: int = bigint()
    active_at: int = bigint()


class LotRow(Row, table=True):
    """Points that came in together; ``remaining`` includes what holds pin."""

    __tablename__ = "lot"
    __table_args__ = keyed(
        [
            *integers("expires_at", "cost", "amount", "remaining", "pinned"),
            # A wallet's spendable lots, among all that it ever had.
            Index(
                "ix_lot_open", "owner", "unit",
                sqlite_where=_OPEN_LOT, postgresql_where=_OPEN_LOT,
            ),
            # The expiry job's order of work.
            Index(
                "ix_lot_expiry", "expires_at",
                sqlite_where=_OPEN_LOT, postgresql_where=_OPEN_LOT,
            ),
        ]
    )  # fmt: skip

    owner: str = text(key=True)
    seq: int = bigint(key=True)
    n: int = bigint(key=True)
    unit: str = text()
    obligor: str = text()
    issuer: str = text()
    funding: str = text()
    expires_at: int = bigint()
    currency: str = text()
    cost: int = bigint()
    amount: int = bigint()
    remaining: int = bigint()
    pinned: int = bigint()


class HoldRow(Row, table=True):
    """A pending redeem and its end."""

    __tablename__ = "hold"
    __table_args__ = keyed(
        [
            *integers("amount", "captured"),
            Index(
                "ix_hold_pending", "owner", "unit",
                sqlite_where=_PENDING, postgresql_where=_PENDING,
            ),
            # The time-out job's order of work.
            Index(
                "ix_hold_deadline", "deadline",
                sqlite_where=_PENDING, postgresql_where=_PENDING,
            ),
        ]
    )  # fmt: skip

    owner: str = text(key=True)
    id: str = text(key=True)
    unit: str = text()
    amount: int = bigint()
    acceptor: str = text()
    contract: str = text()
    consent: str = text()
    deadline: int = bigint()
    reserve: str = text()
    state: str = text()
    captured: int = bigint()
    seq: int = bigint()
    ended_seq: int = bigint()


class TransferRow(Row, table=True):
    """Legs that happened together, one row in each book they touch.

    This table and those of its legs and uses only grow, so they lie in the log's order: what a
    batch adds lies together at their end, whoever its owners are.
    """

    __tablename__ = "transfer"
    __table_args__ = keyed(
        [
            *integers("part"),
            # One book's transfers in order.
            Index("ix_transfer_book", "owner", "seq"),
            # A transfer by its id, which rises with time as the sequence does.
            Index("ix_transfer_id", "id", "owner", unique=True),
            # The parts of a transfer already reversed.
            Index(
                "ix_transfer_original", "owner", "original",
                sqlite_where=_REVERSAL, postgresql_where=_REVERSAL,
            ),
        ]
    )  # fmt: skip

    seq: int = bigint(key=True)
    owner: str = text(key=True)
    id: str = text()
    kind: str = text()
    actor: str = text()
    original: str = text()
    part: int = bigint()
    hold: str = text()
    contract: str = text()
    quote: str = text()
    consent: str = text()
    acceptor: str = text()
    reason: str = text()
    effective_at: int = bigint()
    received_at: int = bigint()
    recorded_at: int = bigint()


class LegRow(Row, table=True):
    """An amount from a debit to a credit purpose; ``n`` is its place in the transfer."""

    __tablename__ = "leg"
    __table_args__ = keyed(integers("amount"))

    seq: int = bigint(key=True)
    owner: str = text(key=True)
    n: int = bigint(key=True)
    transfer: str = text()
    unit: str = text()
    debit: str = text()
    credit: str = text()
    phase: str = text()
    amount: int = bigint()


class LotUseRow(Row, table=True):
    """What a transfer did with an older lot of ``owner``: take, give, pin, unpin."""

    __tablename__ = "lot_use"
    __table_args__ = keyed(integers("amount"))

    seq: int = bigint(key=True)
    owner: str = text(key=True)
    n: int = bigint(key=True)
    transfer: str = text()
    lot_seq: int = bigint()
    lot_n: int = bigint()
    action: str = text()
    amount: int = bigint()
