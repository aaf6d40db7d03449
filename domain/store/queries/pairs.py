"""A partner's obligations by way of its pairs, so that nobody else's are passed over.

In ``ix_obligation_pair`` the obligations of one window, debtor and creditor stand together, in the
log's order. A partner's are those of the pairs that it may be in: itself and anybody, both ways,
in each window in which it has a position. Partners are few, so a page is merged from as many
beginnings as there are pairs, whatever the number of lines behind them.
"""

# pk_position, its first two columns
PAIRS = (
    "party(code) AS (SELECT code FROM partner UNION ALL SELECT 'OPERATOR'),"
    " pair(period, debtor, creditor) AS (SELECT w.period, w.partner, c.code FROM position w"
    " CROSS JOIN party c WHERE w.partner = :partner AND w.currency = :currency"
    " AND w.period >= :first AND w.period <= :last UNION ALL"
    " SELECT w.period, c.code, w.partner FROM position w CROSS JOIN party c"
    " WHERE w.partner = :partner AND w.currency = :currency"
    " AND w.period >= :first AND w.period <= :last AND c.code <> w.partner)"
)
# Joins obligations ``o`` of a pair ``p``.
OF_PAIR = (
    "o.period = p.period AND o.currency = :currency"
    " AND o.debtor = p.debtor AND o.creditor = p.creditor"
)

_AFTER = (
    "SELECT o.seq, o.n FROM obligation o WHERE {pair} AND (o.seq, o.n) > ({place}){bound}"
    " ORDER BY o.seq, o.n LIMIT {limit}"
)
_COLUMNS = "line(period, debtor, creditor, seq, n)"


def _next(place: str) -> str:
    """Return the condition that ``l`` is the first line of the pair ``p`` after a place."""
    here = OF_PAIR.replace("o.", "l.")
    first = _AFTER.format(pair=OF_PAIR, place=place, bound="", limit="1")
    return f"{here} AND (l.seq, l.n) = ({first})"


# SQLite orders the queue of a recursion: what comes out is the earliest line of all pairs, and what
# goes in is the one behind it in its pair. ix_obligation_pair, alone: a step a line.
_SQLITE = (
    f"WITH RECURSIVE {PAIRS}, {_COLUMNS} AS ("
    "SELECT l.period, l.debtor, l.creditor, l.seq, l.n FROM pair p CROSS JOIN obligation l"
    f" WHERE {_next(':seq, :n')} UNION ALL"
    " SELECT l.period, l.debtor, l.creditor, l.seq, l.n FROM line p CROSS JOIN obligation l"
    f" WHERE {_next('p.seq, p.n')} ORDER BY 4, 5 LIMIT :limit)"
)
# PostgreSQL has no such queue, but subqueries a pair. The page's last line is not behind the last
# of as many that are taken a few from each pair: so no pair's lines are read far beyond the page.
A_FEW = 8  # of each pair, which costs about as much to find as to read so many
_BOUND = " AND o.seq <= (SELECT COALESCE(MIN(seq), 9223372036854775807) FROM bound)"
_POSTGRES = (
    f"WITH {PAIRS}, few AS (SELECT l.seq FROM pair p CROSS JOIN LATERAL ("
    f"{_AFTER.format(pair=OF_PAIR, place=':seq, :n', bound='', limit=A_FEW)}) l),"
    " bound AS (SELECT seq FROM few ORDER BY seq LIMIT 1 OFFSET :limit - 1),"
    f" {_COLUMNS} AS (SELECT p.period, p.debtor, p.creditor, l.seq, l.n FROM pair p"
    " CROSS JOIN LATERAL ("
    f"{_AFTER.format(pair=OF_PAIR, place=':seq, :n', bound=_BOUND, limit=':limit')}) l"
    " ORDER BY l.seq, l.n LIMIT :limit)"
)
# By dialect: ``line``, the ``limit`` lines after (``seq``, ``n``) of windows ``first`` to ``last``.
PAGE = {"sqlite": _SQLITE, "postgresql": _POSTGRES}
