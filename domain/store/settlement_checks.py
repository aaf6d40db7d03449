"""What rows of settlements tell about themselves, each a statement of its breaches."""

from domain.store.row_check import Check

# A settlement's windows stand as numbers parted by semicolons.
_OF_WINDOW = "';' || s.windows || ';' LIKE '%;' || CAST(w.period AS TEXT) || ';%'"

SETTLEMENT_CHECKS = (
    Check(
        "SETTLEMENT_UNBALANCED",
        "the nets of a settlement sum to zero",
        # pk_settlement_net, its first column
        "SELECT settlement, SUM(debits) AS debits, SUM(credits) AS credits FROM settlement_net"
        " GROUP BY settlement HAVING SUM(debits) <> SUM(credits)",
    ),
    Check(
        "SETTLEMENT_NOT_ITS_WINDOWS",
        "a net is the sum of its partner's positions in the settlement's windows",
        # pk_position
        "SELECT n.settlement, n.partner, n.debits, n.credits, COALESCE(p.debits, 0) AS owes,"
        " COALESCE(p.credits, 0) AS owed FROM settlement_net n LEFT JOIN (SELECT s.id, w.partner,"
        " SUM(w.debits) AS debits, SUM(w.credits) AS credits FROM settlement s JOIN position w"
        f" ON w.currency = s.currency AND {_OF_WINDOW} GROUP BY s.id, w.partner) p"
        " ON p.id = n.settlement AND p.partner = n.partner"
        " WHERE n.debits <> COALESCE(p.debits, 0) OR n.credits <> COALESCE(p.credits, 0)",
    ),
    Check(
        "WINDOW_SETTLED_TWICE",
        "a window is in one settlement at most that was not given up",
        "SELECT w.period, w.currency, COUNT(*) AS settlements FROM settlement_window w"
        f" JOIN settlement s ON s.currency = w.currency AND {_OF_WINDOW}"
        " WHERE s.state <> 'ABORTED' GROUP BY w.period, w.currency HAVING COUNT(*) > 1",
    ),
    Check(
        "WINDOW_NOT_ITS_SETTLEMENT",
        "the windows of a settlement are in its state: settling, settled, or closed again",
        "SELECT w.period, w.currency, w.state, s.state AS settlement FROM settlement_window w"
        f" JOIN settlement s ON s.currency = w.currency AND {_OF_WINDOW}"
        " WHERE s.state <> 'ABORTED' AND w.state <>"
        " CASE s.state WHEN 'SETTLED' THEN 'SETTLED' ELSE 'SETTLING' END",
    ),
    Check(
        "PAYMENTS_NOT_IN_NETS",
        "what a net says is paid are its matched bank lines",
        # ix_bank_line_settlement_seq
        "SELECT n.settlement, n.partner, n.paid, COALESCE(l.amount, 0) AS matched"
        " FROM settlement_net n LEFT JOIN (SELECT settlement, partner, SUM(amount) AS amount"
        " FROM (SELECT settlement, partner, amount FROM bank_line UNION ALL"
        " SELECT settlement, counterparty, amount FROM bank_line) b GROUP BY settlement, partner) l"
        " ON l.settlement = n.settlement AND l.partner = n.partner"
        " WHERE n.paid <> COALESCE(l.amount, 0)",
    ),
    Check(
        "SETTLED_UNPAID",
        "nothing is paid beyond its due, and of what is settled nothing is due",
        "SELECT n.settlement, n.partner, ABS(n.debits - n.credits) - n.paid - n.drawn - n.shared"
        " AS due FROM settlement_net n JOIN settlement s ON s.id = n.settlement"
        " WHERE ABS(n.debits - n.credits) < n.paid + n.drawn + n.shared OR (s.state = 'SETTLED'"
        " AND NOT (n.partner = 'OPERATOR' AND (s.method = 'CLEARING' OR EXISTS (SELECT 1"
        " FROM settlement_change c WHERE c.settlement = s.id AND c.state = 'DEFAULTED')))"
        " AND ABS(n.debits - n.credits) <> n.paid + n.drawn + n.shared)",
    ),
    Check(
        "DISPUTE_NOT_ITS_LINE",
        "a dispute tells its line as it is, whose one open dispute it is",
        # ix_obligation_pair, ix_dispute_line_seq_line_n
        "SELECT d.id AS dispute, d.line_seq, d.line_n FROM dispute d WHERE NOT EXISTS (SELECT 1"
        " FROM obligation o WHERE o.period = d.period AND o.currency = d.currency"
        " AND o.debtor = d.debtor AND o.creditor = d.creditor AND o.seq = d.line_seq"
        " AND o.n = d.line_n AND o.amount = d.amount) OR (d.state = 'OPEN' AND EXISTS"
        " (SELECT 1 FROM dispute e WHERE e.line_seq = d.line_seq AND e.line_n = d.line_n"
        " AND e.state = 'OPEN' AND e.id <> d.id))",
    ),
    Check(
        "CORRECTION_NOT_ITS_DISPUTE",
        "corrections are the differences of upheld disputes, none of more than its line",
        # ix_dispute_state, pk_obligation; of obligations the one pass that no index spares
        "SELECT d.closed_seq AS seq, d.corrected - d.stands AS wanted FROM dispute d"
        " WHERE d.state = 'UPHELD' AND (d.corrected > 2 * d.amount OR NOT EXISTS (SELECT 1"
        " FROM obligation o WHERE o.seq = d.closed_seq AND o.n = 0 AND o.kind = 'CORRECTION'"
        " AND o.owner = CASE WHEN d.corrected > d.stands THEN d.debtor ELSE d.creditor END"
        " AND o.creditor = CASE WHEN d.corrected > d.stands THEN d.creditor ELSE d.debtor END"
        " AND o.debtor = o.owner AND o.currency = d.currency"
        " AND o.amount = ABS(d.corrected - d.stands)))"
        " UNION ALL SELECT o.seq, 0 AS wanted FROM obligation o WHERE o.kind = 'CORRECTION'"
        " AND o.seq NOT IN (SELECT closed_seq FROM dispute WHERE state = 'UPHELD')",
    ),
)
