"""What is due: lots past their expiry, holds past their deadline, points long without activity.

And wallets crowded with like lots.
"""

from sqlalchemy import Connection, text

from domain.ledger.model import LIKE_LOTS_MAX
from domain.partners.expiry import inactivity
from domain.store.queries.reader import bounded


def wallets_due(connection: Connection, now: int, limit: int) -> list[tuple[str, str]]:
    """Return up to ``limit`` wallets (owner, unit) for ``ExpireWallet``, the longest due first."""
    # ix_hold_deadline
    holds = connection.execute(
        text(
            "SELECT owner, unit FROM hold WHERE state = 'PENDING' AND deadline <= :now"
            " ORDER BY deadline LIMIT :limit"
        ),
        {"now": now, "limit": bounded(limit)},
    )
    found = dict.fromkeys((row.owner, row.unit) for row in holds)
    # ix_lot_expiry
    lots = connection.execute(
        text(
            "SELECT owner, unit FROM lot"
            " WHERE remaining > 0 AND expires_at <= :now AND remaining > pinned"
            " ORDER BY expires_at LIMIT :limit"
        ),
        {"now": now, "limit": bounded(limit)},
    )
    found.update(dict.fromkeys((row.owner, row.unit) for row in lots))
    for unit, rule in connection.execute(
        text("SELECT code, expiry FROM unit WHERE expiry LIKE 'INACTIVITY %' ORDER BY code")
    ):
        # ix_account_active
        idle = connection.execute(
            text(
                "SELECT owner FROM account WHERE unit = :unit AND active_at <= :since"
                " AND active_at > 0 AND credits_posted > debits_posted"
                " ORDER BY active_at LIMIT :limit"
            ),
            {"unit": unit, "since": now - inactivity(rule), "limit": bounded(limit)},
        )
        found.update(dict.fromkeys((row.owner, unit) for row in idle))
    return list(found)[: bounded(limit)]


def log_size(connection: Connection) -> int:
    """Return the size of the log, which is the sequence after its last entry."""
    # pk_log_head
    return int(connection.execute(text("SELECT size FROM log_head WHERE id = 1")).scalar_one())


def wallets_crowded(connection: Connection, since: int, until: int) -> list[tuple[str, str]]:
    """Return wallets (owner, unit) of at least ``LIKE_LOTS_MAX`` like lots, for ``MergeLots``.

    Of the members with a transfer from the sequence ``since`` up to ``until``: nobody else's lots
    have become more.
    """
    # pk_transfer; ix_lot_open, its first column
    found = connection.execute(
        text(
            "SELECT DISTINCT owner, unit FROM (SELECT l.owner, l.unit FROM (SELECT DISTINCT owner"
            " FROM transfer WHERE seq >= :since AND seq < :until) t CROSS JOIN lot l"
            " WHERE l.owner = t.owner AND l.remaining > 0 AND l.pinned = 0"
            " GROUP BY l.owner, l.unit, l.obligor, l.issuer, l.funding, l.expires_at, l.currency"
            " HAVING COUNT(*) >= :crowd) c ORDER BY owner, unit"
        ),
        {"since": since, "until": until, "crowd": LIKE_LOTS_MAX},
    )
    return [(row.owner, row.unit) for row in found]
