"""Idempotency rows that tell nobody what was asked; a program that knows no such rows stays out.

No table changes: `request_hash` has a letter before its digits, where the hash is keyed.
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Leave the rows there are: nobody has the requests that their hashes are of."""


def downgrade() -> None:
    """Leave the keyed ones: the older program refuses what comes again under their keys."""
