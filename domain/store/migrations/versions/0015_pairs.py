"""Obligations of a window in their pairs' order, and disputes in that of their parties."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BY_DEBTOR = "ix_obligation_period_currency_debtor_seq_n"
_BY_PAIR = "ix_obligation_pair"
_PARTIES = ("debtor", "creditor")


def upgrade() -> None:
    """Put the index by debtor and creditor in the place of the one by debtor; add a party's own."""
    op.drop_index(_BY_DEBTOR, "obligation")
    op.create_index(
        _BY_PAIR,
        "obligation",
        ["period", "currency", "debtor", "creditor", "seq", "n", "amount", "kind"],
    )
    for party in _PARTIES:
        op.create_index(f"ix_dispute_{party}_seq", "dispute", [party, "seq"])


def downgrade() -> None:
    """Put the former index back; rows know nothing of it."""
    for party in _PARTIES:
        op.drop_index(f"ix_dispute_{party}_seq", "dispute")
    op.drop_index(_BY_PAIR, "obligation")
    op.create_index(_BY_DEBTOR, "obligation", ["period", "currency", "debtor", "seq", "n"])
