"""Rows that only grow lie in the log's order: keys by sequence, and transfers found by their id."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_INTEGERS = {
    *("seq", "n", "lot_seq", "lot_n", "period", "part", "amount"),
    *("effective_at", "received_at", "recorded_at"),
}
_COUNTERS = {"part", "amount"}  # SQLite checks them
_REVERSAL = sa.text("original <> ''")

# Table, its key before, its key now, its other columns.
_TABLES = (
    (
        "transfer",
        "owner id",
        "seq owner",
        (
            "kind actor original part hold contract quote consent acceptor reason effective_at"
            " received_at recorded_at"
        ),
    ),
    ("leg", "owner transfer n", "seq owner n", "unit debit credit phase amount"),
    ("lot_use", "owner transfer n", "seq owner n", "lot_seq lot_n action amount"),
    (
        "obligation",
        "owner seq n",
        "seq owner n",
        "debtor creditor currency period amount contract kind",
    ),
)
# Name, table, columns, which rows; of both schemas.
_KEPT = (
    ("ix_transfer_book", "transfer", ["owner", "seq"], None),
    ("ix_transfer_original", "transfer", ["owner", "original"], _REVERSAL),
    (
        "ix_obligation_period_currency_debtor_seq_n",
        "obligation",
        ["period", "currency", "debtor", "seq", "n"],
        None,
    ),
)


def _create(name: str, key: list[str], columns: list[str]) -> None:
    op.create_table(
        name,
        *(
            sa.Column(
                column,
                sa.BigInteger() if column in _INTEGERS else _TEXT,
                nullable=False,
                autoincrement=False,
            )
            for column in columns
        ),
        *(
            sa.CheckConstraint(
                f"typeof({column}) = 'integer'", name=op.f(f"ck_{name}_{column}_integer")
            ).ddl_if(dialect="sqlite")
            for column in columns
            if column in _COUNTERS
        ),
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _index(name: str, table: str, columns: list[str], which: sa.TextClause | None) -> None:
    op.create_index(name, table, columns, sqlite_where=which, postgresql_where=which)


def _lay(name: str, old: str, new: str, rest: str) -> None:
    """Put a table's rows in the order of another key."""
    key = new.split()
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(f"pk_{name}"), name, type_="primary")
        op.create_primary_key(op.f(f"pk_{name}"), name, key)
        return
    columns = [*key, *(column for column in old.split() if column not in key), *rest.split()]
    op.rename_table(name, f"{name}_before")
    _create(name, key, columns)
    names = ", ".join(columns)
    # In the new order, so that each page is written once.
    op.execute(
        f"INSERT INTO {name} ({names}) SELECT {names} FROM {name}_before ORDER BY {', '.join(key)}"
    )
    op.drop_table(f"{name}_before")


def upgrade() -> None:
    """Lay the four tables by (seq, owner); an id rises with its sequence, and so does its index."""
    op.drop_index("ix_transfer_seq", "transfer")
    for name, table, _, _ in _KEPT:
        op.drop_index(name, table)
    for name, old, new, rest in _TABLES:
        _lay(name, old, new, rest)
    for kept in _KEPT:
        _index(*kept)
    op.create_index("ix_transfer_id", "transfer", ["id", "owner"], unique=True)


def downgrade() -> None:
    """Lay them book by book again."""
    op.drop_index("ix_transfer_id", "transfer")
    for name, table, _, _ in _KEPT:
        op.drop_index(name, table)
    for name, old, new, rest in _TABLES:
        _lay(name, new, old, rest)
    for kept in _KEPT:
        _index(*kept)
    op.create_index("ix_transfer_seq", "transfer", ["seq", "owner"])
