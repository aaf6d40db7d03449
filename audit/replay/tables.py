"""The ledger's logged tables: their keys, columns and the one form of a row's line.

A row is a tuple in column order, key first. Text columns hold the printable ASCII of leaves (no
quote, no backslash), so a line of NDJSON is a template filled in: it needs no escaping, and two
lines are equal exactly where their rows are. Streamed tables hold rows that one entry makes and
nothing changes; they are ordered by (seq, owner, n), so that they can be read beside the leaves.
All others are ordered by their key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

Row = tuple[str | int, ...]

# Printable ASCII but the backslash, and the line feed that ends a line.
_PLAIN: Final = bytes(c for c in range(0x20, 0x7F) if c != ord("\\")) + b"\n"

NEVER: Final = 9_000_000_000_000_000  # microseconds; in the year 2255, past every real time


@dataclass(frozen=True, slots=True)
class Table:
    """One logged table. `key` and `order` are places in a row; `integers` are column names."""

    name: str
    columns: tuple[str, ...]
    integers: frozenset[str]
    key: tuple[int, ...]
    order: tuple[int, ...]
    streamed: bool
    _template: str = field(repr=False)

    def line(self, row: Row) -> bytes:
        """The row as its line of NDJSON, with the line feed."""
        return (self._template % row).encode("ascii")

    def lines(self, rows: Sequence[Row]) -> bytes:
        """The lines of rows, one after another."""
        template = self._template
        return "".join([template % row for row in rows]).encode("ascii")

    def is_plain(self, lines: bytes, count: int = 1) -> bool:
        """Whether `count` lines hold nothing that JSON would have had to escape.

        Each brings its template's quotes and line feed, so a further one anywhere is one too many.
        """
        return (
            lines.count(b'"') == count * self._template.count('"')
            and lines.count(b"\n") == count
            and not lines.translate(None, _PLAIN)
        )

    def key_text(self, row: Row) -> str:
        """The row's key for a person: its parts, parted by commas."""
        return ",".join(str(row[place]) for place in self.key)


def _table(name: str, key: str, rest: str, integers: str, order: str = "") -> Table:
    """A table from column names parted by blanks. An `order` makes it a streamed one."""
    columns = (*key.split(), *rest.split())
    ints = frozenset(integers.split())
    fields = (f'"{name}":%d' if name in ints else f'"{name}":"%s"' for name in columns)
    return Table(
        name=name,
        columns=columns,
        integers=ints,
        key=tuple(range(len(key.split()))),
        order=tuple(columns.index(name) for name in (order or key).split()),
        streamed=bool(order),
        _template="{" + ",".join(fields) + "}\n",
    )


_ALL: Final = (
    _table(
        "partner",
        "code",
        "currency issuer acceptor reversal signing_key seq",
        "issuer acceptor seq",
    ),
    _table("credit_line", "partner currency", "prefund cap reserved", "prefund cap reserved"),
    _table(
        "api_key",
        "key",
        "partner subject person role scopes hash seq revoked_seq",
        "person seq revoked_seq",
    ),
    _table(
        "unit",
        "code",
        "owner scale nominal currency expiry grace zone prepaid earn version seq",
        "scale grace prepaid version seq",
    ),
    _table(
        "contract",
        "id version",
        "type proposer counterparty source target partner rate price currency fee_points fee_money"
        " expiry member_cap pair_cap zone valid_from valid_to proposer_signature"
        " counterparty_signature proposed_seq accepted_seq ended_at",
        "version member_cap pair_cap valid_from valid_to proposed_seq accepted_seq ended_at",
    ),
    _table("member", "id", "commitment seq", "seq"),
    _table("erasure", "owner", "commitment seq", "seq"),
    _table("membership", "owner partner", "seq", "seq"),
    _table(
        "consent",
        "owner id",
        "partner unit action max used vouched evidence expires_at seq revoked_seq",
        "max used expires_at seq revoked_seq",
    ),
    _table(
        "quote",
        "owner id",
        "partner contract source target expires_at seq used_seq",
        "source target expires_at seq used_seq",
    ),
    _table(
        "account",
        "owner unit purpose",
        "debits_posted credits_posted debits_pending credits_pending active_at",
        "debits_posted credits_posted debits_pending credits_pending active_at",
    ),
    _table(
        "lot",
        "owner seq n",
        "unit obligor issuer funding expires_at currency cost amount remaining pinned",
        "seq n expires_at cost amount remaining pinned",
    ),
    _table(
        "hold",
        "owner id",
        "unit amount acceptor contract consent deadline reserve state captured seq ended_seq",
        "amount deadline captured seq ended_seq",
    ),
    _table(
        "transfer",
        "owner id",
        "seq kind actor original part hold contract quote consent acceptor reason"
        " effective_at received_at recorded_at",
        "seq part effective_at received_at recorded_at",
        order="seq owner",
    ),
    _table(
        "leg",
        "owner transfer n",
        "seq unit debit credit phase amount",
        "n seq amount",
        order="seq owner n",
    ),
    _table(
        "lot_use",
        "owner transfer n",
        "seq lot_seq lot_n action amount",
        "n seq lot_seq lot_n amount",
        order="seq owner n",
    ),
    _table(
        "obligation",
        "owner seq n",
        "debtor creditor currency period amount contract kind",
        "seq n period amount",
        order="seq owner n",
    ),
    _table("position", "partner currency period", "debits credits", "period debits credits"),
    _table("cap_usage", "owner contract day", "amount", "amount"),
    _table(
        "settlement_window",
        "period currency",
        "state opened_seq closed_seq",
        "period opened_seq closed_seq",
    ),
    _table(
        "proposal",
        "id",
        "type period currency maker state decider reason seq decided_seq",
        "period seq decided_seq",
    ),
    _table("policy", "name partner currency", "value seq", "seq"),
    _table("proposal_subject", "id", "settlement partner amount value", "amount"),
    _table(
        "settlement",
        "id",
        "currency windows method pay_by state gross net rejected_seq seq changed_seq",
        "pay_by gross net rejected_seq seq changed_seq",
    ),
    _table("settlement_change", "settlement seq", "state reason", "seq"),
    _table(
        "settlement_net",
        "settlement partner",
        "debits credits paid drawn shared",
        "debits credits paid drawn shared",
    ),
    _table("settlement_share", "settlement debtor creditor", "amount seq", "amount seq"),
    _table(
        "bank_line",
        "statement line",
        "settlement partner leg counterparty amount excess end_to_end reference seq",
        "line amount excess seq",
    ),
    _table(
        "bank_waiting",
        "statement line",
        "reference currency amount reason note state outcome settlement seq closed_seq",
        "line amount seq closed_seq",
    ),
    _table("payment_file", "message", "settlement partner leg hash seq", "seq"),
    _table("payment_evidence", "settlement seq", "partner type evidence note", "seq"),
    _table(
        "dispute",
        "id",
        "line_seq line_n debtor creditor currency period amount stands corrected party reason note"
        " state outcome seq closed_seq",
        "line_seq line_n period amount stands corrected seq closed_seq",
    ),
)

TABLES: Final[dict[str, Table]] = {table.name: table for table in _ALL}
