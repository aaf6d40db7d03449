"""How much of a member there is in each place: counts, for a report of what an erasure leaves.

The member's own tables are read by their owner. Three counts pass over whole tables: nobody asks
for this report often, and no write pays for an index that it alone would use.
"""

from typing import Final

from sqlalchemy import Connection, text

from domain.store.queries import members
from domain.store.tables import PERSONAL_TABLES

_DAY: Final = 86_400_000_000  # microseconds

# Entries that name the member: each has made or ended a row of its own. pk_transfer, pk_membership,
# pk_consent, pk_quote, pk_member, pk_erasure
_SEQS: Final = (
    "SELECT seq FROM transfer WHERE owner = :owner UNION"
    " SELECT seq FROM membership WHERE owner = :owner UNION"
    " SELECT seq FROM consent WHERE owner = :owner UNION"
    " SELECT revoked_seq FROM consent WHERE owner = :owner AND revoked_seq > 0 UNION"
    " SELECT seq FROM quote WHERE owner = :owner UNION"
    " SELECT seq FROM member WHERE id = :owner UNION"
    " SELECT seq FROM erasure WHERE owner = :owner"
)
_LEDGER: Final = ("account", "lot", "hold", "cap_usage")
# ix_transfer_book, then the rows of each transfer by their key.
_MADE: Final = "transfer t JOIN {} g ON g.seq = t.seq AND g.owner = t.owner WHERE t.owner = :owner"
_STREAMED: Final = ("leg", "lot_use", "obligation")

_COUNTS: Final[dict[str, str]] = {
    "ENTRIES": f"SELECT COUNT(*) FROM ({_SEQS}) AS named",
    "BUNDLES": f"SELECT COUNT(DISTINCT seq / 256) FROM ({_SEQS}) AS named",
    "DEALINGS": "SELECT COUNT(*) FROM transfer WHERE owner = :owner",
    "BRANDS": (
        "SELECT COUNT(*) FROM (SELECT partner FROM membership WHERE owner = :owner UNION"
        " SELECT actor FROM transfer WHERE owner = :owner UNION"
        " SELECT acceptor FROM transfer WHERE owner = :owner) AS met"
        " WHERE partner NOT IN ('', 'OPERATOR', 'SYSTEM')"
    ),
    "MEMBERSHIPS": "SELECT COUNT(*) FROM membership WHERE owner = :owner",
    "EVIDENCE": "SELECT COUNT(*) FROM consent WHERE owner = :owner AND evidence <> ''",
    "LEDGER_ROWS": (
        "SELECT "
        + " + ".join(
            [
                *(f"(SELECT COUNT(*) FROM {each} WHERE owner = :owner)" for each in _LEDGER),
                *(f"(SELECT COUNT(*) FROM {_MADE.format(each)})" for each in _STREAMED),
            ]
        )
    ),
    "DEBTS": (
        "SELECT COUNT(*) FROM account WHERE owner = :owner AND purpose = 'DEBT'"
        " AND debits_posted > credits_posted"
    ),
    # Over all of `command`: its key leads with the partner.
    "KEPT_ANSWERS": f"SELECT COUNT(*) FROM command WHERE seq IN ({_SEQS})",
    "PLAIN_REQUESTS": (
        f"SELECT COUNT(*) FROM command WHERE LENGTH(request_hash) = 64 AND seq IN ({_SEQS})"
        " AND seq NOT IN (SELECT seq FROM erasure WHERE owner = :owner)"
    ),
    "REFUSALS": "SELECT COUNT(*) FROM command WHERE seq < 0",
    **{
        table.upper(): f"SELECT COUNT(*) FROM {table} WHERE owner = :owner"
        for table in PERSONAL_TABLES
    },
}
# What the member did, and what anybody else did in the same amounts; over all legs.
_OWN: Final = (
    f"SELECT l.transfer, l.unit, l.amount, t.recorded_at / {_DAY} FROM leg l"
    " JOIN transfer t ON t.seq = l.seq AND t.owner = l.owner WHERE t.owner = :owner"
)
_OTHERS: Final = (
    f"SELECT DISTINCT l.unit, l.amount, t.recorded_at / {_DAY} FROM leg l"
    " JOIN transfer t ON t.seq = l.seq AND t.owner = l.owner"
    f" WHERE l.owner <> :owner AND l.amount IN (SELECT g.amount FROM {_MADE.format('leg')})"
)
_GIFTS: Final = (
    "SELECT COUNT(DISTINCT o.owner) FROM transfer t JOIN transfer o ON o.seq = t.seq"
    " WHERE t.owner = :owner AND t.kind IN ('GIFT', 'REVERSE') AND o.owner <> :owner"
)


def counts(connection: Connection, member: str) -> dict[str, int]:
    """Return how many of each kind of trace there are of a member, in the connection's snapshot.

    ``ALONE`` are dealings whose unit, amount and day (UTC) no other member's dealing has.
    """
    owner = {"owner": member}
    found = {
        name: int(connection.execute(text(sql), owner).scalar_one())
        for name, sql in _COUNTS.items()
    }
    found["OTHER_MEMBERS"] = int(connection.execute(text(_GIFTS), owner).scalar_one())
    others = {tuple(row) for row in connection.execute(text(_OTHERS), owner)}
    shared: dict[str, bool] = {}
    for transfer, *seen in connection.execute(text(_OWN), owner):
        shared[transfer] = shared.get(transfer, False) or tuple(seen) in others
    found["ALONE"] = sum(not each for each in shared.values())
    return found


def erased_at(connection: Connection, member: str) -> tuple[int, bytes] | None:
    """Return the sequence and the leaf of the member's erasure; None while it lives."""
    seq = members.erased_seq(connection, member)
    if seq is None:
        return None
    # pk_log_entry
    leaf = connection.execute(
        text("SELECT leaf FROM log_entry WHERE seq = :seq"), {"seq": seq}
    ).scalar_one()
    return seq, bytes(leaf)
