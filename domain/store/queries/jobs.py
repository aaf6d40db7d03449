"""What is due: wallets with lots past their expiry, or holds past their deadline."""

from sqlalchemy import Connection, text

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
    return list(found)[: bounded(limit)]
