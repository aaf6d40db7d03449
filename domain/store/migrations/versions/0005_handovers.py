"""Handovers: the checkpoints at which one key of the log gave way to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a log that never changed its key leaves it empty."""
    op.create_table(
        "log_handover",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Drop it: the entries still say who handed over to whom, but not signed by both."""
    op.drop_table("log_handover")
