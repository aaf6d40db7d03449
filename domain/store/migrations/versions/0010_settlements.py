"""Settlements: nets, payments, evidence, policies, and proposals of more than a window."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_KINDS: dict[str, TypeEngine[str] | TypeEngine[int]] = {
    "t": _TEXT,
    "n": sa.Text(),
    "i": sa.BigInteger(),
    "c": sa.BigInteger(),
}

# Table, key, other columns; a letter is a column's kind, "c" a counter that SQLite checks.
_TABLES = (
    ("policy", "t:name t:partner t:currency", "t:value i:seq"),
    ("proposal_subject", "t:id", "t:settlement t:partner c:amount t:value"),
    (
        "settlement",
        "t:id",
        (
            "t:currency t:windows t:method i:pay_by t:state c:gross c:net i:rejected_seq i:seq"
            " i:changed_seq"
        ),
    ),
    ("settlement_change", "t:settlement i:seq", "t:state t:reason"),
    ("settlement_net", "t:settlement t:partner", "c:debits c:credits c:paid c:drawn c:shared"),
    ("settlement_share", "t:settlement t:debtor t:creditor", "c:amount i:seq"),
    (
        "bank_line",
        "t:statement i:line",
        (
            "t:settlement t:partner t:leg t:counterparty c:amount c:excess t:end_to_end"
            " t:reference i:seq"
        ),
    ),
    ("payment_file", "t:message", "t:settlement t:partner t:leg t:hash i:seq"),
    ("payment_evidence", "t:settlement i:seq", "t:partner t:type t:evidence t:note"),
    ("free_text", "i:seq", "t:key n:text"),
)
_INDEXES = (
    ("ix_bank_line_settlement_seq", "bank_line", ["settlement", "seq"]),
    ("ix_bank_line_reference", "bank_line", ["reference"]),
    ("ix_payment_file_settlement", "payment_file", ["settlement"]),
)


def upgrade() -> None:
    """Make the tables; nothing was settled before them."""
    for name, key, rest in _TABLES:
        keys = [column.partition(":")[2] for column in key.split()]
        columns = [column.split(":") for column in (*key.split(), *rest.split())]
        op.create_table(
            name,
            *(
                sa.Column(column, _KINDS[kind], nullable=False, autoincrement=False)
                for kind, column in columns
            ),
            *(
                sa.CheckConstraint(
                    f"typeof({column}) = 'integer'", name=op.f(f"ck_{name}_{column}_integer")
                ).ddl_if(dialect="sqlite")
                for kind, column in columns
                if kind == "c"
            ),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    for name, table, indexed in _INDEXES:
        op.create_index(name, table, indexed)


def downgrade() -> None:
    """Drop them: what the log says of settlements stands in it all the same."""
    for name, table, _ in _INDEXES:
        op.drop_index(name, table)
    for name, _, _ in reversed(_TABLES):
        op.drop_table(name)
