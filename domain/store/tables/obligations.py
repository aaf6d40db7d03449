"""Money between partners: what is owed, its sums, the windows it falls in, and what bounds it."""

from sqlalchemy import Index

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, integers, keyed, text


class ObligationRow(Row, table=True):
    """What one partner owes another because of one entry; ``period`` is its settlement window."""

    __tablename__ = "obligation"
    __table_args__ = keyed(
        [
            *integers("amount"),
            # A pair's obligations of one window in the log's order, for statements: a partner's are
            # those of its pairs, which are few. Amount and kind spare netting and invoices the look
            # into the table, which takes ten times as long.
            Index(
                "ix_obligation_pair",
                *("period", "currency", "debtor", "creditor", "seq", "n", "amount", "kind"),
            ),
        ]
    )

    seq: int = bigint(key=True)
    owner: str = text(key=True)
    n: int = bigint(key=True)
    debtor: str = text()
    creditor: str = text()
    currency: str = text()
    period: int = bigint()
    amount: int = bigint()
    contract: str = text()
    kind: str = text()


class PositionRow(Row, table=True):
    """Sums of a partner's obligations in one window and currency."""

    __tablename__ = "position"
    __table_args__ = keyed(integers("debits", "credits"))

    partner: str = text(key=True)
    currency: str = text(key=True)
    period: int = bigint(key=True)
    debits: int = bigint()
    credits: int = bigint()


class CapUsageRow(Row, table=True):
    """Source points counted towards a contract's daily caps; ``owner`` "" for the pair's."""

    __tablename__ = "cap_usage"
    __table_args__ = keyed(integers("amount"))

    owner: str = text(key=True)
    contract: str = text(key=True)
    day: str = text(key=True)
    amount: int = bigint()


class SettlementWindowRow(Row, table=True):
    """The time in which obligations of one currency gather."""

    __tablename__ = "settlement_window"
    __table_args__ = keyed()

    period: int = bigint(key=True)
    currency: str = text(key=True)
    state: str = text()
    opened_seq: int = bigint()
    closed_seq: int = bigint()


class ProposalRow(Row, table=True):
    """A step that a second subject must decide."""

    __tablename__ = "proposal"
    __table_args__ = keyed()

    id: str = text(key=True)
    type: str = text()
    period: int = bigint()
    currency: str = text()
    maker: str = text()
    state: str = text()
    decider: str = text()
    reason: str = text()
    seq: int = bigint()
    decided_seq: int = bigint()
