"""The published checkpoint: what witnesses have cosigned, beside the head that each batch signs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; a log without witnesses leaves it empty."""
    op.create_table(
        "log_published",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Drop it: the witnesses still remember what they cosigned."""
    op.drop_table("log_published")
