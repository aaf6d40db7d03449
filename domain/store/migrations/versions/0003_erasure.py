"""Erasures: the members whose key was destroyed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; nobody was erased before it."""
    op.create_table(
        "erasure",
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("commitment", _TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_erasure")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it: the log still says who was erased, the keys are gone for good."""
    op.drop_table("erasure")
