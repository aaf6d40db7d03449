"""Commands that partners signed, kept so that they can be shown."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table; nothing was signed before it."""
    op.create_table(
        "signed_command",
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "seq", name=op.f("pk_signed_command")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop it: the log still binds what was signed, which cannot be shown any more."""
    op.drop_table("signed_command")
