"""Obligations of a window in their pairs' order."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BY_DEBTOR = "ix_obligation_period_currency_debtor_seq_n"
_BY_PAIR = "ix_obligation_pair"


def upgrade() -> None:
    """Put the index by debtor and creditor in the place of the one by debtor."""
    op.drop_index(_BY_DEBTOR, "obligation")
    op.create_index(
        _BY_PAIR,
        "obligation",
        ["period", "currency", "debtor", "creditor", "seq", "n", "amount"],
    )


def downgrade() -> None:
    """Put the former index back; rows know nothing of it."""
    op.drop_index(_BY_PAIR, "obligation")
    op.create_index(_BY_DEBTOR, "obligation", ["period", "currency", "debtor", "seq", "n"])
