"""Disputes of single lines."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_COUNTERS = ("amount", "stands", "corrected")
_INTEGERS = {"line_seq", "line_n", "period", "seq", "closed_seq", *_COUNTERS}
_COLUMNS = (
    "id line_seq line_n debtor creditor currency period amount stands corrected party reason note"
    " state outcome seq closed_seq"
)
_INDEXES = (
    ("ix_dispute_line_seq_line_n", ["line_seq", "line_n"]),
    ("ix_dispute_state", ["state"]),
    ("ix_dispute_seq", ["seq"]),
)


def upgrade() -> None:
    """Make the table; nothing was disputed before it."""
    op.create_table(
        "dispute",
        *(
            sa.Column(
                column,
                sa.BigInteger() if column in _INTEGERS else _TEXT,
                nullable=False,
                autoincrement=False,
            )
            for column in _COLUMNS.split()
        ),
        *(
            sa.CheckConstraint(
                f"typeof({column}) = 'integer'", name=op.f(f"ck_dispute_{column}_integer")
            ).ddl_if(dialect="sqlite")
            for column in _COUNTERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sqlite_with_rowid=False,
    )
    for name, columns in _INDEXES:
        op.create_index(name, "dispute", columns)


def downgrade() -> None:
    """Drop it: what the log says of disputes stands in it all the same."""
    for name, _ in _INDEXES:
        op.drop_index(name, "dispute")
    op.drop_table("dispute")
