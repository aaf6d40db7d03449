"""What a batch reads, written once for both databases.

Each statement joins a list of keys, ``{keys}``, with one table; the session says how its database
turns a parameter into such a list. The comment above a statement names the index it walks. The
list comes first in a CROSS JOIN, which SQLite takes as the order of its loops.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

RowT = TypeVar("RowT", bound=tuple[str | int | bytes, ...])


@dataclass(frozen=True)
class Read(Generic[RowT]):
    """One statement: its rows' type, the keys it takes (``name:t`` text or ``name:i`` integer)."""

    keys: str
    sql: str


LotRow = tuple[str, int, int, str, str, str, str, int, str, int, int, int, int]
HoldRow = tuple[str, str, str, int, str, str, str, int, str, str, int, int, int]
ConsentRow = tuple[str, str, str, str, str, int, int, str, str, int, int, int]

_LOT = (
    "l.owner, l.seq, l.n, l.unit, l.obligor, l.issuer, l.funding, l.expires_at, l.currency,"
    " l.cost, l.amount, l.remaining, l.pinned"
)
_HOLD = (
    "h.owner, h.id, h.unit, h.amount, h.acceptor, h.contract, h.consent, h.deadline, h.reserve,"
    " h.state, h.captured, h.seq, h.ended_seq"
)
_CONSENT = (
    "c.owner, c.id, c.partner, c.unit, c.action, c.max, c.used, c.vouched, c.evidence,"
    " c.expires_at, c.seq, c.revoked_seq"
)

# pk_command
COMMANDS: Read[tuple[str, str, str, str, str, str, int]] = Read(
    "partner:t key:t",
    "SELECT c.partner, c.key, c.request_hash, c.code, c.path, c.facts, c.seq"
    " FROM {keys} CROSS JOIN command c WHERE c.partner = k.partner AND c.key = k.key",
)
# pk_log_entry
LEAVES: Read[tuple[int, bytes]] = Read(
    "seq:i", "SELECT e.seq, e.leaf FROM {keys} CROSS JOIN log_entry e WHERE e.seq = k.seq"
)
# pk_member, pk_erasure; a member with the sequence of its erasure, 0 while there is none
MEMBERS: Read[tuple[str, int]] = Read(
    "id:t",
    "SELECT m.id, COALESCE(e.seq, 0) FROM {keys} CROSS JOIN member m"
    " LEFT JOIN erasure e ON e.owner = m.id WHERE m.id = k.id",
)
# pk_member
COMMITMENTS: Read[tuple[str, str]] = Read(
    "id:t", "SELECT m.id, m.commitment FROM {keys} CROSS JOIN member m WHERE m.id = k.id"
)
# pk_member_key
MEMBER_KEYS: Read[tuple[str, bytes]] = Read(
    "owner:t",
    "SELECT m.owner, m.wrapped FROM {keys} CROSS JOIN member_key m WHERE m.owner = k.owner",
)
# pk_membership
MEMBERSHIPS: Read[tuple[str, str, int]] = Read(
    "owner:t partner:t",
    "SELECT m.owner, m.partner, m.seq FROM {keys} CROSS JOIN membership m"
    " WHERE m.owner = k.owner AND m.partner = k.partner",
)
# pk_member_reference
REFERENCES: Read[tuple[str, str, str]] = Read(
    "partner:t reference_index:t",
    "SELECT m.partner, m.reference_index, m.owner FROM {keys} CROSS JOIN member_reference m"
    " WHERE m.partner = k.partner AND m.reference_index = k.reference_index",
)
# pk_quote
QUOTES: Read[tuple[str, str, str, str, int, int, int, int, int]] = Read(
    "owner:t id:t",
    "SELECT q.owner, q.id, q.partner, q.contract, q.source, q.target, q.expires_at, q.seq,"
    " q.used_seq FROM {keys} CROSS JOIN quote q WHERE q.owner = k.owner AND q.id = k.id",
)
# pk_consent, its first column
CONSENTS_LIVE: Read[ConsentRow] = Read(
    "owner:t",
    f"SELECT {_CONSENT} FROM {{keys}} CROSS JOIN consent c"
    " WHERE c.owner = k.owner AND c.revoked_seq = 0",
)
# pk_consent
CONSENTS_CITED: Read[ConsentRow] = Read(
    "owner:t id:t",
    f"SELECT {_CONSENT} FROM {{keys}} CROSS JOIN consent c WHERE c.owner = k.owner AND c.id = k.id",
)
# pk_cap_usage
USAGE: Read[tuple[str, str, str, int]] = Read(
    "owner:t contract:t day:t",
    "SELECT u.owner, u.contract, u.day, u.amount FROM {keys} CROSS JOIN cap_usage u"
    " WHERE u.owner = k.owner AND u.contract = k.contract AND u.day >= k.day",
)
# pk_account, its first two columns
ACCOUNTS: Read[tuple[str, str, str, int, int, int, int, int]] = Read(
    "owner:t unit:t",
    "SELECT a.owner, a.unit, a.purpose, a.debits_posted, a.credits_posted, a.debits_pending,"
    " a.credits_pending, a.active_at FROM {keys} CROSS JOIN account a"
    " WHERE a.owner = k.owner AND a.unit = k.unit",
)
# ix_lot_open
LOTS_OPEN: Read[LotRow] = Read(
    "owner:t unit:t",
    f"SELECT {_LOT} FROM {{keys}} CROSS JOIN lot l"
    " WHERE l.owner = k.owner AND l.unit = k.unit AND l.remaining > 0",
)
# pk_lot, its first two columns
LOTS_OPENED: Read[LotRow] = Read(
    "owner:t seq:i",
    f"SELECT {_LOT} FROM {{keys}} CROSS JOIN lot l WHERE l.owner = k.owner AND l.seq = k.seq",
)
# pk_lot
LOTS_USED: Read[LotRow] = Read(
    "owner:t seq:i n:i",
    f"SELECT {_LOT} FROM {{keys}} CROSS JOIN lot l"
    " WHERE l.owner = k.owner AND l.seq = k.seq AND l.n = k.n",
)
# pk_hold
HOLDS: Read[HoldRow] = Read(
    "owner:t id:t",
    f"SELECT {_HOLD} FROM {{keys}} CROSS JOIN hold h WHERE h.owner = k.owner AND h.id = k.id",
)
# ix_hold_pending
HOLDS_PENDING: Read[HoldRow] = Read(
    "owner:t unit:t",
    f"SELECT {_HOLD} FROM {{keys}} CROSS JOIN hold h"
    " WHERE h.owner = k.owner AND h.unit = k.unit AND h.state = 'PENDING'",
)
# ix_transfer_id; pk_lot_use, its first two columns
USES: Read[tuple[str, str, int, int, int, str, int]] = Read(
    "owner:t transfer:t",
    "SELECT u.owner, u.transfer, u.n, u.lot_seq, u.lot_n, u.action, u.amount"
    " FROM {keys} CROSS JOIN transfer t CROSS JOIN lot_use u WHERE t.id = k.transfer"
    " AND t.owner = k.owner AND u.seq = t.seq AND u.owner = t.owner",
)
# pk_transfer; pk_lot_use, its first two columns
MERGED: Read[tuple[int, int, int]] = Read(
    "owner:t seq:i",
    "SELECT t.seq, u.lot_seq, u.lot_n FROM {keys} CROSS JOIN transfer t CROSS JOIN lot_use u"
    " WHERE t.seq = k.seq AND t.owner = k.owner AND t.kind = 'MERGE'"
    " AND u.seq = t.seq AND u.owner = t.owner",
)
# ix_transfer_id; pk_leg, its first two columns
LEGS: Read[tuple[str, str, int, str, str, str, str, int]] = Read(
    "owner:t transfer:t",
    "SELECT g.owner, g.transfer, g.n, g.unit, g.debit, g.credit, g.phase, g.amount"
    " FROM {keys} CROSS JOIN transfer t CROSS JOIN leg g WHERE t.id = k.transfer"
    " AND t.owner = k.owner AND g.seq = t.seq AND g.owner = t.owner",
)
# ix_transfer_id
ORIGINALS: Read[tuple[str, str, int, str, str, str, str, str]] = Read(
    "owner:t id:t",
    "SELECT t.owner, t.id, t.seq, t.kind, t.actor, t.contract, t.hold, t.acceptor"
    " FROM {keys} CROSS JOIN transfer t WHERE t.owner = k.owner AND t.id = k.id",
)
# pk_transfer, its first column
BOOKS: Read[tuple[int, str]] = Read(
    "seq:i", "SELECT t.seq, t.owner FROM {keys} CROSS JOIN transfer t WHERE t.seq = k.seq"
)
# ix_transfer_original
PARTS: Read[tuple[str, str, int]] = Read(
    "owner:t original:t",
    "SELECT t.owner, t.original, t.part FROM {keys} CROSS JOIN transfer t"
    " WHERE t.owner = k.owner AND t.original = k.original AND t.original <> ''",
)

# Small tables, read whole when their version has changed.
PARTNERS: Read[tuple[str, str, int, int, str, str, int]] = Read(
    "", "SELECT code, currency, issuer, acceptor, reversal, signing_key, seq FROM partner"
)
API_KEYS: Read[tuple[str, str, str, int, str, str, str, int, int]] = Read(
    "", "SELECT key, partner, subject, person, role, scopes, hash, seq, revoked_seq FROM api_key"
)
UNITS: Read[tuple[str, str, int, str, str, str, int, str, int, str, int, int]] = Read(
    "",
    "SELECT code, owner, scale, nominal, currency, expiry, grace, zone, prepaid, earn, version,"
    " seq FROM unit",
)
ContractRow = tuple[
    str, int, str, str, str, str, str, str, str, str, str, str, str, str, int, int, str, int, int,
    str, str, int, int, int,
]  # fmt: skip
CONTRACTS: Read[ContractRow] = Read(
    "",
    "SELECT id, version, type, proposer, counterparty, source, target, partner, rate, price,"
    " currency, fee_points, fee_money, expiry, member_cap, pair_cap, zone, valid_from, valid_to,"
    " proposer_signature, counterparty_signature, proposed_seq, accepted_seq, ended_at"
    " FROM contract",
)
WINDOWS: Read[tuple[int, str, str, int, int]] = Read(
    "", "SELECT period, currency, state, opened_seq, closed_seq FROM settlement_window"
)
PROPOSALS: Read[tuple[str, str, int, str, str, str, str, str, int, int]] = Read(
    "",
    "SELECT id, type, period, currency, maker, state, decider, reason, seq, decided_seq"
    " FROM proposal",
)
# pk_settlement_window: windows not settled are few, and so are the partners.
POSITIONS: Read[tuple[str, str, int, int, int]] = Read(
    "",
    "SELECT p.partner, p.currency, p.period, p.debits, p.credits FROM position p"
    " JOIN settlement_window w ON w.period = p.period AND w.currency = p.currency"
    " WHERE w.state <> 'SETTLED'",
)
SUBJECTS: Read[tuple[str, str, str, int, str]] = Read(
    "", "SELECT id, settlement, partner, amount, value FROM proposal_subject"
)
POLICIES: Read[tuple[str, str, str, str, int]] = Read(
    "", "SELECT name, partner, currency, value, seq FROM policy"
)
SettlementRow = tuple[str, str, str, str, int, str, int, int, int, int, int]
SETTLEMENTS: Read[SettlementRow] = Read(
    "",
    "SELECT id, currency, windows, method, pay_by, state, gross, net, rejected_seq, seq,"
    " changed_seq FROM settlement",
)
# pk_settlement_net, its first column: of settlements that are not over, which are few.
NETS: Read[tuple[str, str, int, int, int, int, int]] = Read(
    "",
    "SELECT n.settlement, n.partner, n.debits, n.credits, n.paid, n.drawn, n.shared"
    " FROM settlement s JOIN settlement_net n ON n.settlement = s.id"
    " WHERE s.state NOT IN ('SETTLED', 'ABORTED')",
)
# pk_settlement_share, its first column
SHARES: Read[tuple[str, str, str, int]] = Read(
    "",
    "SELECT h.settlement, h.debtor, h.creditor, h.amount FROM settlement s"
    " JOIN settlement_share h ON h.settlement = s.id WHERE s.state NOT IN ('SETTLED', 'ABORTED')"
    " ORDER BY h.settlement, h.seq",
)
_BANK_LINE = (
    "b.statement, b.line, b.settlement, b.partner, b.leg, b.counterparty, b.amount, b.excess,"
    " b.end_to_end, b.reference, b.seq"
)
BankLineRow = tuple[str, int, str, str, str, str, int, int, str, str, int]
# pk_bank_line
BANK_LINES: Read[BankLineRow] = Read(
    "statement:t line:i",
    f"SELECT {_BANK_LINE} FROM {{keys}} CROSS JOIN bank_line b"
    " WHERE b.statement = k.statement AND b.line = k.line",
)
# ix_bank_line_reference
BANK_REFERENCES: Read[tuple[str, str, int]] = Read(
    "reference:t",
    "SELECT b.reference, b.statement, b.line FROM {keys} CROSS JOIN bank_line b"
    " WHERE b.reference = k.reference",
)
_WAITING = (
    "w.statement, w.line, w.reference, w.currency, w.amount, w.reason, w.note, w.state, w.outcome,"
    " w.settlement, w.seq, w.closed_seq"
)
WaitingRow = tuple[str, int, str, str, int, str, str, str, str, str, int, int]
# pk_bank_waiting
WAITING_LINES: Read[WaitingRow] = Read(
    "statement:t line:i",
    f"SELECT {_WAITING} FROM {{keys}} CROSS JOIN bank_waiting w"
    " WHERE w.statement = k.statement AND w.line = k.line",
)
# ix_bank_waiting_reference
WAITING_REFERENCES: Read[WaitingRow] = Read(
    "reference:t",
    f"SELECT {_WAITING} FROM {{keys}} CROSS JOIN bank_waiting w WHERE w.reference = k.reference",
)
# The lines that were carried are few.
RETURNED: Read[tuple[str, int]] = Read(
    "",
    "SELECT w.settlement, -w.amount FROM bank_waiting w JOIN settlement s ON s.id = w.settlement"
    " WHERE w.state = 'CARRIED' AND s.state NOT IN ('SETTLED', 'ABORTED')",
)
_DISPUTE = (
    "d.id, d.line_seq, d.line_n, d.debtor, d.creditor, d.currency, d.period, d.amount, d.stands,"
    " d.corrected, d.party, d.reason, d.note, d.state, d.outcome, d.seq, d.closed_seq"
)
DisputeRow = tuple[
    str, int, int, str, str, str, int, int, int, int, str, str, str, str, str, int, int
]  # fmt: skip
# ix_dispute_state: those that are open are few.
DISPUTES_OPEN: Read[DisputeRow] = Read(
    "", f"SELECT {_DISPUTE} FROM dispute d WHERE d.state = 'OPEN'"
)
# pk_dispute
DISPUTES: Read[DisputeRow] = Read(
    "id:t", f"SELECT {_DISPUTE} FROM {{keys}} CROSS JOIN dispute d WHERE d.id = k.id"
)
# ix_dispute_line_seq_line_n
DISPUTES_OF_LINE: Read[DisputeRow] = Read(
    "seq:i n:i",
    f"SELECT {_DISPUTE} FROM {{keys}} CROSS JOIN dispute d"
    " WHERE d.line_seq = k.seq AND d.line_n = k.n",
)
# ix_dispute_line_seq_line_n
DISPUTES_OF_ENTRY: Read[DisputeRow] = Read(
    "seq:i", f"SELECT {_DISPUTE} FROM {{keys}} CROSS JOIN dispute d WHERE d.line_seq = k.seq"
)
# pk_obligation, its first column
OWED: Read[tuple[int, int, str, str, str, int, int, str, str]] = Read(
    "seq:i n:i",
    "SELECT o.seq, o.n, o.debtor, o.creditor, o.currency, o.period, o.amount, o.contract, o.kind"
    " FROM {keys} CROSS JOIN obligation o WHERE o.seq = k.seq AND o.n = k.n",
)
# pk_transfer, ix_transfer_original, pk_obligation: what reversals of an entry's transfer posted
GIVEN_BACK: Read[tuple[int, str, str, int]] = Read(
    "seq:i",
    "SELECT t.seq, o.debtor, o.creditor, o.amount FROM {keys} CROSS JOIN transfer t"
    " CROSS JOIN transfer b CROSS JOIN obligation o WHERE t.seq = k.seq AND b.owner = t.owner"
    " AND b.original = t.id AND b.original <> '' AND o.owner = b.owner AND o.seq = b.seq",
)
# ix_obligation_pair alone
# A sum may pass 2^63 on its way, where SQLite stops: the halves of its numbers cannot.
INVOICES: Read[tuple[str, str, str, int, int]] = Read(
    "period:i currency:t",
    "SELECT o.debtor, o.creditor, o.kind, SUM(o.amount >> 32), SUM(o.amount & 4294967295)"
    " FROM {keys} CROSS JOIN obligation o"
    " WHERE o.period = k.period AND o.currency = k.currency"
    " GROUP BY o.debtor, o.creditor, o.kind",
)
# pk_payment_file
PAYMENT_FILES: Read[tuple[str, str]] = Read(
    "message:t",
    "SELECT f.message, f.hash FROM {keys} CROSS JOIN payment_file f WHERE f.message = k.message",
)
CREDIT_LINES: Read[tuple[str, str, int, int, int]] = Read(
    "", "SELECT partner, currency, prefund, cap, reserved FROM credit_line"
)
TILE: Read[tuple[bytes]] = Read(
    # pk_log_tile
    "level:i number:i",
    "SELECT t.hashes FROM {keys} CROSS JOIN log_tile t"
    " WHERE t.level = k.level AND t.number = k.number",
)

HEAD = (
    "SELECT size, last_hash, last_time, frontier, checkpoint, reference_version, origin, sandbox,"
    " simulated FROM log_head WHERE id = 1"
)
