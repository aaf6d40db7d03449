"""What is due: lots past their expiry, holds past their deadline, points long without activity."""

from sqlalchemy import Connection, text

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
