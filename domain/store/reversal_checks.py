"""Reversals by their rows: the very lots, never more than there was, in the end nothing left.

A transfer stands in each book that it touches, its reversals too; so each book is held against
itself. What a transfer moved is its first posted leg in the book.
"""

from domain.store.row_check import Check

# ix_transfer_original: reversals are few, and everything below begins with them. A transfer is
# looked up by ix_transfer_id, its legs and uses by their keys.
_REVERSED = (
    "SELECT owner, original, SUM(part) AS parts FROM transfer"
    " WHERE kind = 'REVERSE' GROUP BY owner, original"
)
_SOURCE = (
    "(SELECT g.amount FROM transfer x JOIN leg g ON g.seq = x.seq AND g.owner = x.owner"
    " WHERE x.id = r.original AND x.owner = r.owner AND g.phase = 'posted' ORDER BY g.n LIMIT 1)"
)
_WHOLLY = f"SELECT r.owner, r.original FROM ({_REVERSED}) r WHERE r.parts = {_SOURCE}"

# What each draw of an original took, and what all before it in the same transfer took.
_TAKES = (
    "SELECT r.owner, r.original, r.parts, u.lot_seq, u.lot_n, u.amount, SUM(u.amount) OVER"
    " (PARTITION BY u.owner, u.transfer ORDER BY u.n) - u.amount AS before, SUM(u.amount) OVER"
    f" (PARTITION BY u.owner, u.transfer) AS drawn FROM ({_REVERSED}) r"
    # An issue's takes repaid a debt; they come back by another sum.
    " JOIN transfer t ON t.owner = r.owner AND t.id = r.original AND t.kind <> 'ISSUE'"
    " JOIN lot_use u ON u.seq = t.seq AND u.owner = t.owner AND u.action = 'take'"
)
_GIVEN = (
    "SELECT b.owner, b.original, u.lot_seq, u.lot_n, SUM(u.amount) AS amount FROM transfer b"
    " JOIN lot_use u ON u.seq = b.seq AND u.owner = b.owner AND u.action = 'give'"
    " WHERE b.kind = 'REVERSE' GROUP BY b.owner, b.original, u.lot_seq, u.lot_n"
)
# The last consumed is given back first: what remains are the first draws.
_KEPT = (
    "CASE WHEN drawn - parts <= before THEN 0 WHEN drawn - parts >= before + amount THEN amount"
    " ELSE drawn - parts - before END"
)

# A wholly reversed original and its reversals, by the original.
_TOGETHER = (
    f"SELECT w.owner, w.original, w.original AS id FROM ({_WHOLLY}) w UNION ALL"
    f" SELECT w.owner, w.original, b.id FROM ({_WHOLLY}) w JOIN transfer b"
    " ON b.owner = w.owner AND b.original = w.original AND b.kind = 'REVERSE'"
)
# Points that could not be taken back from a wallet are its debt.
_LEGS = (
    "SELECT s.owner, s.original, g.unit,"
    " CASE g.debit WHEN 'DEBT' THEN 'WALLET' ELSE g.debit END AS debit,"
    " CASE g.credit WHEN 'DEBT' THEN 'WALLET' ELSE g.credit END AS credit, g.amount"
    f" FROM ({_TOGETHER}) s JOIN transfer t ON t.owner = s.owner AND t.id = s.id"
    " JOIN leg g ON g.seq = t.seq AND g.owner = t.owner AND g.phase = 'posted'"
)
_OWED = (
    "SELECT s.owner, s.original, o.debtor, o.creditor, o.currency, o.amount"
    f" FROM ({_TOGETHER}) s JOIN transfer t ON t.owner = s.owner AND t.id = s.id"
    " JOIN obligation o ON o.seq = t.seq AND o.owner = t.owner"
)

REVERSAL_CHECKS = (
    Check(
        "REVERSED_BEYOND_ORIGINAL",
        "the parts of a transfer that are reversed never exceed it",
        f"SELECT r.owner, r.original, r.parts, {_SOURCE} AS amount FROM ({_REVERSED}) r"
        f" WHERE r.parts > COALESCE({_SOURCE}, 0)",
    ),
    Check(
        "LOTS_NOT_GIVEN_BACK",
        "a reversal gives back to the very lots that were drawn on, the last one first",
        "SELECT x.owner, x.original, x.lot_seq, x.lot_n, x.due, COALESCE(y.amount, 0) AS given"
        f" FROM (SELECT owner, original, lot_seq, lot_n, SUM(amount - {_KEPT}) AS due"
        f" FROM ({_TAKES}) takes GROUP BY owner, original, lot_seq, lot_n) x LEFT JOIN ({_GIVEN}) y"
        " ON y.owner = x.owner AND y.original = x.original AND y.lot_seq = x.lot_seq"
        " AND y.lot_n = x.lot_n WHERE x.due <> COALESCE(y.amount, 0)",
    ),
    Check(
        "LOTS_GIVEN_FOR_NOTHING",
        "a reversal gives nothing to a lot that its original did not draw on",
        "SELECT y.owner, y.original, y.lot_seq, y.lot_n, y.amount AS given"
        f" FROM ({_GIVEN}) y WHERE NOT EXISTS (SELECT 1 FROM transfer t JOIN lot_use u"
        " ON u.seq = t.seq AND u.owner = t.owner WHERE t.id = y.original AND t.owner = y.owner"
        " AND u.action = 'take' AND u.lot_seq = y.lot_seq"
        " AND u.lot_n = y.lot_n AND u.amount >= y.amount)",
    ),
    Check(
        "REVERSAL_LEAVES_POINTS",
        "after a whole reversal, what the original moved nets to zero in every account",
        "SELECT owner, original, unit, purpose, SUM(amount) AS amount FROM (SELECT owner, original,"
        f" unit, debit AS purpose, amount FROM ({_LEGS}) d UNION ALL SELECT owner, original, unit,"
        f" credit, -amount FROM ({_LEGS}) c) moved GROUP BY owner, original, unit, purpose"
        " HAVING SUM(amount) <> 0",
    ),
    Check(
        "REVERSAL_LEAVES_MONEY",
        "after a whole reversal, what its original made partners owe nets to zero",
        "SELECT owner, original, debtor, creditor, currency, SUM(amount) AS amount FROM (SELECT"
        f" owner, original, debtor, creditor, currency, amount FROM ({_OWED}) d UNION ALL SELECT"
        f" owner, original, creditor, debtor, currency, -amount FROM ({_OWED}) c) owed"
        " GROUP BY owner, original, debtor, creditor, currency HAVING SUM(amount) <> 0",
    ),
)
