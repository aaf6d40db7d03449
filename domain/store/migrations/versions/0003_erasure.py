"""Erasures: the members whose key was destroyed; and commands that partners signed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; nobody was erased and nothing was signed before them."""
    op.create_table(
        "erasure",
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("commitment", _TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_erasure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signed_command",
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "seq", name=op.f("pk_signed_command")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop them: the log still says who was erased; what was signed cannot be shown any more."""
    op.drop_table("signed_command")
    op.drop_table("erasure")
