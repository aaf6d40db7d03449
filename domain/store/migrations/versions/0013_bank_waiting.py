"""Bank lines that wait for a person."""

import json
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_INTEGERS = {"line", "amount", "seq", "closed_seq"}
_COLUMNS = (
    "statement line reference currency amount reason note state outcome settlement seq closed_seq"
)
_INDEXES = (
    ("ix_bank_waiting_reference", ["reference"]),
    ("ix_bank_waiting_state_seq", ["state", "seq"]),
)
# Where a leaf tells of a bank's line; they are sought in the database, which may hold millions.
_KINDS = ('"kind":"bank.', '"kind":"settlement.paid"')
_FOUND = {
    "sqlite": " OR ".join(f"instr(leaf, CAST('{kind}' AS BLOB)) > 0" for kind in _KINDS),
    "postgresql": " OR ".join(f"position('{kind}'::bytea IN leaf) > 0" for kind in _KINDS),
}


def upgrade() -> None:
    """Make the table, and fill it by the log: what ended before it went does not wait again."""
    table = op.create_table(
        "bank_waiting",
        *(
            sa.Column(
                column,
                sa.BigInteger() if column in _INTEGERS else _TEXT,
                nullable=False,
                autoincrement=False,
            )
            for column in _COLUMNS.split()
        ),
        sa.CheckConstraint(
            "typeof(amount) = 'integer'", name=op.f("ck_bank_waiting_amount_integer")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("statement", "line", name=op.f("pk_bank_waiting")),
        sqlite_with_rowid=False,
    )
    for name, columns in _INDEXES:
        op.create_index(name, "bank_waiting", columns)
    connection = op.get_bind()
    leaves = connection.execute(
        sa.text(f"SELECT leaf FROM log_entry WHERE {_FOUND[connection.dialect.name]} ORDER BY seq")
    )
    rows = _replayed(json.loads(bytes(leaf)) for (leaf,) in leaves)
    if rows:
        op.bulk_insert(table, rows)


def _replayed(entries: Iterable[dict[str, str]]) -> list[dict[str, str | int]]:
    """Return the rows that entries make, in their order, as the replay of the log has them."""
    rows: dict[tuple[str, int], dict[str, str | int]] = {}
    named: dict[str, tuple[str, int]] = {}
    for entry in entries:
        place, seq = (entry["statement"], int(entry["line"])), int(entry["seq"])
        found = rows.get(place) or rows.get(named.get(entry.get("reference", ""), place))
        if entry["kind"] == "bank.queued":
            rows[place] = _row(entry, int(entry["amount"]), entry["reason"], entry["note"])
        elif entry["kind"] == "settlement.paid":
            left = int(entry["excess"]) * (-1 if entry["leg"] == "PAY_OUT" else 1)
            if left and found is None:
                rows[place] = _row(entry, left, "OVERPAID", "")
            elif left and found is not None:
                found |= {"amount": left, "reason": "OVERPAID"}
            elif found is not None:
                found |= {"state": "MATCHED", "outcome": "MATCHED", "closed_seq": seq}
        elif found is not None:
            state = entry["kind"].removeprefix("bank.").upper()
            found |= {"state": state, "outcome": entry["reason"], "closed_seq": seq}
            found["settlement"] = entry.get("settlement", "")
        if place in rows and entry.get("reference"):
            named[entry["reference"]] = place
    return list(rows.values())


def _row(entry: dict[str, str], amount: int, reason: str, note: str) -> dict[str, str | int]:
    return {
        "statement": entry["statement"], "line": int(entry["line"]),
        "reference": entry["reference"], "currency": entry["currency"], "amount": amount,
        "reason": reason, "note": note, "state": "WAITING", "outcome": "", "settlement": "",
        "seq": int(entry["seq"]), "closed_seq": 0,
    }  # fmt: skip


def downgrade() -> None:
    """Drop it: what the log says of the lines stands in it all the same."""
    for name, _ in _INDEXES:
        op.drop_index(name, "bank_waiting")
    op.drop_table("bank_waiting")
