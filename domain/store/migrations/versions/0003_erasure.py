"""Erasures: the members whose key was destroyed."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Where a leaf says that a member was erased; it is sought in the database, which may hold millions.
_ERASED = '"kind":"subject.erased"'
_FOUND = {
    "sqlite": f"instr(leaf, CAST('{_ERASED}' AS BLOB)) > 0",
    "postgresql": f"position('{_ERASED}'::bytea IN leaf) > 0",
}
_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, and fill it by the log: whoever went back and forth stays erased."""
    table = op.create_table(
        "erasure",
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("commitment", _TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_erasure")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    found = connection.execute(
        sa.text(f"SELECT leaf FROM log_entry WHERE {_FOUND[connection.dialect.name]}")
    )
    rows = []
    for (leaf,) in found:
        fields = json.loads(bytes(leaf))
        names = {"owner": "member", "commitment": "commitment", "seq": "seq"}
        rows.append({column: fields[name] for column, name in names.items()})
    if rows:
        op.bulk_insert(table, rows)


def downgrade() -> None:
    """Drop it: the log says who was erased, and the keys are gone for good."""
    op.drop_table("erasure")
