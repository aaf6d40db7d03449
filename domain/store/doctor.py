"""What rows alone can tell about themselves: the ledger's invariants, checked set by set.

Each check is one statement that returns what breaks it, so it streams on both databases and holds
nothing in memory. Whether rows follow from the log is for replay to say; these are what must hold
whatever the log says.
"""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import Connection

from domain.contracts.arbitrage import loops
from domain.store.free_text_check import ALTERED, altered
from domain.store.queries.reader import Reader
from domain.store.reference import read_reference
from domain.store.reversal_checks import REVERSAL_CHECKS
from domain.store.row_check import BREACHES_MAX, Check, Finding, breaches
from domain.store.settlement_checks import SETTLEMENT_CHECKS
from domain.store.tables import PERSONAL_TABLES

__all__ = ["CHECKS", "CODES", "LOOP", "Check", "Finding", "examine"]

LOOP = "CONTRACTS_GAIN"  # found by exact fractions, which SQL does not have

_WALLET_LOTS = (
    "SELECT owner, unit, SUM(remaining) AS remaining, SUM(pinned) AS pinned"
    " FROM lot WHERE remaining > 0 GROUP BY owner, unit"
)

CHECKS = (
    Check(
        "BOOK_UNBALANCED",
        "in every book and unit, debits equal credits, posted and pending",
        # pk_account, its first two columns
        "SELECT owner, unit, SUM(debits_posted) AS debits, SUM(credits_posted) AS credits"
        " FROM account GROUP BY owner, unit HAVING SUM(debits_posted) <> SUM(credits_posted)"
        " OR SUM(debits_pending) <> SUM(credits_pending)",
    ),
    Check(
        "CLEARING_NOT_ZERO",
        "over the network, CLEARING sums to zero in each unit",
        "SELECT unit, SUM(debits_posted) AS debits, SUM(credits_posted) AS credits FROM account"
        " WHERE purpose = 'CLEARING' GROUP BY unit"
        " HAVING SUM(debits_posted) <> SUM(credits_posted)",
    ),
    Check(
        "COUNTER_NEGATIVE",
        "no counter is below zero",
        "SELECT owner, unit, purpose FROM account WHERE debits_posted < 0 OR credits_posted < 0"
        " OR debits_pending < 0 OR credits_pending < 0",
    ),
    Check(
        "WALLET_OVERDRAWN",
        "a wallet's debits, posted and pending, never exceed its credits posted",
        "SELECT owner, unit, credits_posted AS credits, debits_posted + debits_pending AS debits"
        " FROM account WHERE purpose = 'WALLET'"
        " AND debits_posted + debits_pending > credits_posted",
    ),
    Check(
        "WALLET_NOT_ITS_LOTS",
        "a wallet's balance is what its lots hold, its pending debits are what is pinned",
        # pk_account; ix_lot_open
        "SELECT a.owner, a.unit, a.credits_posted - a.debits_posted AS posted,"
        " COALESCE(l.remaining, 0) AS remaining, a.debits_pending AS pending,"
        " COALESCE(l.pinned, 0) AS pinned"
        f" FROM account a LEFT JOIN ({_WALLET_LOTS}) l ON l.owner = a.owner AND l.unit = a.unit"
        " WHERE a.purpose = 'WALLET' AND (a.credits_posted - a.debits_posted <>"
        " COALESCE(l.remaining, 0) OR a.debits_pending <> COALESCE(l.pinned, 0))",
    ),
    Check(
        "LOTS_WITHOUT_WALLET",
        "lots with something left lie in a wallet",
        # ix_lot_open; pk_account
        f"SELECT l.owner, l.unit, l.remaining FROM ({_WALLET_LOTS}) l LEFT JOIN account a"
        " ON a.owner = l.owner AND a.unit = l.unit AND a.purpose = 'WALLET'"
        " WHERE a.owner IS NULL",
    ),
    Check(
        "LOT_OUT_OF_RANGE",
        "a lot holds between what is pinned and what came in, and pins nothing below zero",
        "SELECT owner, seq, n, amount, remaining, pinned FROM lot"
        " WHERE pinned < 0 OR pinned > remaining OR remaining > amount OR cost < 0",
    ),
    Check(
        "PENDING_NOT_ITS_HOLDS",
        "a wallet's pending debits are the sum of its open holds",
        # pk_account; ix_hold_pending
        "SELECT a.owner, a.unit, a.debits_pending AS pending, COALESCE(h.amount, 0) AS held"
        " FROM account a LEFT JOIN (SELECT owner, unit, SUM(amount) AS amount FROM hold"
        " WHERE state = 'PENDING' GROUP BY owner, unit) h ON h.owner = a.owner AND h.unit = a.unit"
        " WHERE a.purpose = 'WALLET' AND a.debits_pending <> COALESCE(h.amount, 0)",
    ),
    Check(
        "LEGS_NOT_IN_ACCOUNTS",
        "an account's posted debits are the sum of the legs that debit it",
        "SELECT a.owner, a.unit, a.purpose, a.debits_posted AS counted,"
        " COALESCE(g.amount, 0) AS legs FROM account a LEFT JOIN (SELECT owner, unit, debit,"
        " SUM(amount) AS amount FROM leg WHERE phase = 'posted' GROUP BY owner, unit, debit) g"
        " ON g.owner = a.owner AND g.unit = a.unit AND g.debit = a.purpose"
        " WHERE a.debits_posted <> COALESCE(g.amount, 0)",
    ),
    Check(
        "POSITION_NOT_ITS_OBLIGATIONS",
        "a position is the sum of its partner's obligations",
        # ix_obligation_pair alone, in its order: a row for each pair comes out, to be sorted twice
        "WITH pair AS MATERIALIZED (SELECT period, currency, debtor, creditor,"
        " SUM(amount) AS amount FROM obligation GROUP BY period, currency, debtor, creditor)"
        " SELECT p.partner, p.currency, p.period, p.debits, p.credits,"
        " COALESCE(o.debits, 0) AS owes, COALESCE(o.credits, 0) AS owed FROM position p"
        " LEFT JOIN (SELECT partner, currency, period, SUM(debits) AS debits,"
        " SUM(credits) AS credits FROM (SELECT debtor AS partner, currency, period,"
        " amount AS debits, 0 AS credits FROM pair UNION ALL SELECT creditor, currency,"
        " period, 0, amount FROM pair) lines GROUP BY partner, currency, period) o"
        " ON o.partner = p.partner AND o.currency = p.currency AND o.period = p.period"
        " WHERE p.debits <> COALESCE(o.debits, 0) OR p.credits <> COALESCE(o.credits, 0)",
    ),
    Check(
        "WINDOW_UNBALANCED",
        "the positions of a window and currency sum to zero",
        "SELECT period, currency, SUM(debits) AS debits, SUM(credits) AS credits FROM position"
        " GROUP BY period, currency HAVING SUM(debits) <> SUM(credits)",
    ),
    Check(
        "RESERVE_NEGATIVE",
        "what holds reserve of a credit line is never below zero",
        "SELECT partner, currency, reserved FROM credit_line WHERE reserved < 0",
    ),
    Check(
        "TIME_NOT_INCREASING",
        "the times of a book's transfers increase with their sequences",
        # pk_transfer
        "SELECT owner, seq, recorded_at FROM (SELECT owner, seq, recorded_at,"
        " LAG(recorded_at) OVER w AS before, LAG(seq) OVER w AS seq_before FROM transfer"
        " WINDOW w AS (ORDER BY seq)) t WHERE (seq > seq_before AND recorded_at <= before)"
        " OR (seq = seq_before AND recorded_at <> before)",
    ),
    Check(
        "LOG_HAS_GAPS",
        "the log holds every sequence from 0 to its head",
        # pk_log_entry, pk_log_head
        "SELECT h.size, e.entries, e.last FROM log_head h, (SELECT COUNT(*) AS entries,"
        " MAX(seq) AS last FROM log_entry) e WHERE e.entries <> h.size OR e.last <> h.size - 1",
    ),
    Check(
        "ERASED_FOUND_AGAIN",
        "of an erased member there is no key, no payload and no partner's reference",
        # pk_erasure; pk_member_key, pk_payload, pk_signed_command, ix_member_reference_owner
        " UNION ".join(
            f"SELECT e.owner, '{table}' AS found FROM erasure e JOIN {table} t ON t.owner = e.owner"
            for table in PERSONAL_TABLES
        ),
    ),
    Check(
        "COMMAND_BEYOND_LOG",
        "an idempotency key points to an entry of the log",
        # pk_log_head; that no entry is missing below its size is LOG_HAS_GAPS.
        "SELECT c.partner, c.key, c.seq FROM log_head h JOIN command c ON c.seq >= h.size",
    ),
    Check(
        "ANSWER_SHARED",
        "no entry answers two idempotency keys",
        "SELECT seq, COUNT(*) AS keys FROM command WHERE seq >= 0 GROUP BY seq HAVING COUNT(*) > 1",
    ),
    Check(
        "MEMBER_KEY_ORPHAN",
        "a member's key is a member's",
        # pk_member
        "SELECT k.owner FROM member_key k LEFT JOIN member m ON m.id = k.owner WHERE m.id IS NULL",
    ),
    Check(
        "PAYLOAD_WITHOUT_KEY",
        "personal data lies under a key that is still there",
        # pk_member_key
        "SELECT p.owner, p.seq FROM payload p LEFT JOIN member_key k ON k.owner = p.owner"
        " WHERE k.owner IS NULL",
    ),
    *REVERSAL_CHECKS,
    *SETTLEMENT_CHECKS,
)

CODES = (*(check.code for check in CHECKS), LOOP, ALTERED)


def examine(connection: Connection) -> Iterator[Finding]:
    """Run every check and yield each breach, at most ``BREACHES_MAX`` of one check."""
    return chain.from_iterable(each_check(connection))


def each_check(connection: Connection) -> Iterator[Iterator[Finding]]:
    """Yield the breaches of one check after another; a check runs when they are read."""
    for check in CHECKS:
        yield breaches(connection, check)
    yield islice(_loops(connection), BREACHES_MAX)
    yield islice(altered(connection), BREACHES_MAX)


def _loops(connection: Connection) -> Iterator[Finding]:
    # Where the network is and how its clock goes say nothing of its contracts.
    reference = read_reference(Reader(connection), "", sandbox=False, simulated=False)
    for contract, loop in loops(reference):
        yield Finding(
            LOOP, {"contract": contract.cite, "loop": str(loop), "gives": str(loop.product)}
        )
