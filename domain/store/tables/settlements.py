"""Settlements: what closed windows net to, how that is paid, and who proposed what of it."""

from sqlalchemy import Index

from domain.store.tables.base import Row
from domain.store.tables.columns import bigint, integers, keyed, note, text


class SettlementRow(Row, table=True):
    """One settlement of one currency; ``windows`` are numbers parted by semicolons."""

    __tablename__ = "settlement"
    __table_args__ = keyed(integers("gross", "net"))

    id: str = text(key=True)
    currency: str = text()
    windows: str = text()
    method: str = text()
    pay_by: int = bigint()
    state: str = text()
    gross: int = bigint()
    net: int = bigint()
    rejected_seq: int = bigint()
    seq: int = bigint()
    changed_seq: int = bigint()


class SettlementChangeRow(Row, table=True):
    """One step in a settlement's life: the entry ``seq`` brought it into ``state``."""

    __tablename__ = "settlement_change"
    __table_args__ = keyed()

    settlement: str = text(key=True)
    seq: int = bigint(key=True)
    state: str = text()
    reason: str = text()


class SettlementNetRow(Row, table=True):
    """One partner's sums in a settlement, and what is paid, drawn or lost of them."""

    __tablename__ = "settlement_net"
    __table_args__ = keyed(integers("debits", "credits", "paid", "drawn", "shared"))

    settlement: str = text(key=True)
    partner: str = text(key=True)
    debits: int = bigint()
    credits: int = bigint()
    paid: int = bigint()
    drawn: int = bigint()
    shared: int = bigint()


class SettlementShareRow(Row, table=True):
    """What a creditor loses by a debtor's default."""

    __tablename__ = "settlement_share"
    __table_args__ = keyed(integers("amount"))

    settlement: str = text(key=True)
    debtor: str = text(key=True)
    creditor: str = text(key=True)
    amount: int = bigint()
    seq: int = bigint()


class BankLineRow(Row, table=True):
    """One line of a bank's statement that was matched; its place is its key, so it counts once."""

    __tablename__ = "bank_line"
    # A settlement's payments; whether a bank's own reference was counted before.
    __table_args__ = keyed(
        [*integers("amount", "excess"), Index(None, "settlement", "seq"), Index(None, "reference")]
    )

    statement: str = text(key=True)
    line: int = bigint(key=True)
    settlement: str = text()
    partner: str = text()
    leg: str = text()
    counterparty: str = text()
    amount: int = bigint()
    excess: int = bigint()
    end_to_end: str = text()
    reference: str = text()
    seq: int = bigint()


class BankWaitingRow(Row, table=True):
    """One line of a bank's statement that waits, or waited, for a person; ``note`` as below."""

    __tablename__ = "bank_waiting"
    # Whether a bank's own reference is known; what waits, oldest first.
    __table_args__ = keyed(
        [*integers("amount"), Index(None, "reference"), Index(None, "state", "seq")]
    )

    statement: str = text(key=True)
    line: int = bigint(key=True)
    reference: str = text()
    currency: str = text()
    amount: int = bigint()
    reason: str = text()
    note: str = text()
    state: str = text()
    outcome: str = text()
    settlement: str = text()
    seq: int = bigint()
    closed_seq: int = bigint()


class PaymentFileRow(Row, table=True):
    """A payment file that was written: its MsgId and SHA-256 of its bytes."""

    __tablename__ = "payment_file"
    __table_args__ = keyed([Index(None, "settlement")])

    message: str = text(key=True)
    settlement: str = text()
    partner: str = text()
    leg: str = text()
    hash: str = text()
    seq: int = bigint()


class PaymentEvidenceRow(Row, table=True):
    """A document about a payment, by its hash; ``note`` is the HMAC of a free text."""

    __tablename__ = "payment_evidence"
    __table_args__ = keyed()

    settlement: str = text(key=True)
    seq: int = bigint(key=True)
    partner: str = text()
    type: str = text()
    evidence: str = text()
    note: str = text()


class DisputeRow(Row, table=True):
    """A dispute of one line of what is owed; ``note`` is the HMAC of a free text."""

    __tablename__ = "dispute"
    # What was disputed of a line; what is open; the newest, and the newest of either party.
    __table_args__ = keyed(
        [
            *integers("amount", "stands", "corrected"),
            Index(None, "line_seq", "line_n"),
            Index(None, "state"),
            Index(None, "seq"),
            Index(None, "debtor", "seq"),
            Index(None, "creditor", "seq"),
        ]
    )

    id: str = text(key=True)
    line_seq: int = bigint()
    line_n: int = bigint()
    debtor: str = text()
    creditor: str = text()
    currency: str = text()
    period: int = bigint()
    amount: int = bigint()
    stands: int = bigint()
    corrected: int = bigint()
    party: str = text()
    reason: str = text()
    note: str = text()
    state: str = text()
    outcome: str = text()
    seq: int = bigint()
    closed_seq: int = bigint()


class ProposalSubjectRow(Row, table=True):
    """What a proposal is of, where that is more than a window."""

    __tablename__ = "proposal_subject"
    __table_args__ = keyed(integers("amount"))

    id: str = text(key=True)
    settlement: str = text()
    partner: str = text()
    amount: int = bigint()
    value: str = text()


class PolicyRow(Row, table=True):
    """What the network declared, of a partner and currency or, empty, of neither."""

    __tablename__ = "policy"
    __table_args__ = keyed()

    name: str = text(key=True)
    partner: str = text(key=True)
    currency: str = text(key=True)
    value: str = text()
    seq: int = bigint()


class FreeTextRow(Row, table=True):
    """A free text outside the log; its entry ``seq`` binds it by HMAC under ``key`` (in hex)."""

    __tablename__ = "free_text"
    __table_args__ = keyed()

    seq: int = bigint(key=True)
    key: str = text()
    text: str = note()
