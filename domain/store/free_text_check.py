"""Free texts outside the log, held against what their entries bind: an HMAC under a key of its own.

A text that was deleted is no breach: nothing says that it must be kept.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from domain.keyed_hash import hmac_sha256
from domain.store.row_check import Finding

ALTERED = "FREE_TEXT_ALTERED"
# pk_free_text; evidence, disputes, lines that wait and proposals are few
_SQL = (
    "SELECT f.seq, f.key, f.text, COALESCE(e.note, d.note, w.note, s.value, '') AS note"
    " FROM free_text f"
    " LEFT JOIN payment_evidence e ON e.seq = f.seq LEFT JOIN dispute d ON d.seq = f.seq"
    " LEFT JOIN bank_waiting w ON w.seq = f.seq LEFT JOIN proposal p ON p.seq = f.seq"
    " LEFT JOIN proposal_subject s ON s.id = p.id"
    " ORDER BY f.seq"
)


def altered(connection: Connection) -> Iterator[Finding]:
    """Yield each text that is not the one that its entry binds."""
    for seq, key, kept, note in connection.execute(text(_SQL)):
        try:
            bound = hmac_sha256(bytes.fromhex(key), kept.encode()).hex()
        except ValueError:  # no hex, or longer than a key
            bound = ""
        if bound != note or not note:
            yield Finding(ALTERED, {"seq": int(seq)})
