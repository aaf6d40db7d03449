"""Bank lines that wait for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_INTEGERS = {"line", "amount", "seq", "closed_seq"}
_COLUMNS = (
    "statement line reference currency amount reason note state outcome settlement seq closed_seq"
)
_INDEXES = (
    ("ix_bank_waiting_reference", ["reference"]),
    ("ix_bank_waiting_state_seq", ["state", "seq"]),
)
# What a matched line left over waits too, as the replay of its entry has it.
_LEFT = (
    "INSERT INTO bank_waiting (statement, line, reference, currency, amount, reason, note, state,"
    " outcome, settlement, seq, closed_seq) SELECT b.statement, b.line, b.reference, s.currency,"
    " CASE b.leg WHEN 'PAY_OUT' THEN -b.excess ELSE b.excess END, 'OVERPAID', '', 'WAITING', '',"
    " '', b.seq, 0 FROM bank_line b JOIN settlement s ON s.id = b.settlement WHERE b.excess > 0"
)


def upgrade() -> None:
    """Make the table, and let wait what was paid too much."""
    op.create_table(
        "bank_waiting",
        *(
            sa.Column(
                column,
                sa.BigInteger() if column in _INTEGERS else _TEXT,
                nullable=False,
                autoincrement=False,
            )
            for column in _COLUMNS.split()
        ),
        sa.CheckConstraint(
            "typeof(amount) = 'integer'", name=op.f("ck_bank_waiting_amount_integer")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("statement", "line", name=op.f("pk_bank_waiting")),
        sqlite_with_rowid=False,
    )
    for name, columns in _INDEXES:
        op.create_index(name, "bank_waiting", columns)
    op.execute(_LEFT)


def downgrade() -> None:
    """Drop it: what the log says of the lines stands in it all the same."""
    for name, _ in _INDEXES:
        op.drop_index(name, "bank_waiting")
    op.drop_table("bank_waiting")
