"""Time stamps of the log's checkpoints, as authorities answered them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a network without an authority leaves it empty."""
    op.create_table(
        "log_stamp",
        sa.Column(
            "size",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    """Drop it: what was exported before keeps its stamps."""
    op.drop_table("log_stamp")
