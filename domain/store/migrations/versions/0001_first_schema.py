"""The first schema: partners, members, books, obligations and the log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_NOTE = sa.Text()
_BIGINT = sa.BigInteger()
_ROWID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BYTES = sa.LargeBinary()
_COUNTING = sa.text("active_at > 0 AND credits_posted > debits_posted")
_OPEN_LOT = sa.text("remaining > 0")
_PENDING = sa.text("state = 'PENDING'")
_REVERSAL = sa.text("original <> ''")

# Columns by kind, in order, the key first: t text, n note, i integer, c checked integer, b bytes.
_KINDS: dict[str, TypeEngine[str] | TypeEngine[int] | TypeEngine[bytes]] = {
    "t": _TEXT,
    "n": _NOTE,
    "i": _BIGINT,
    "c": _BIGINT,
    "r": _ROWID,
    "b": _BYTES,
}
_TABLES: tuple[tuple[str, str, str], ...] = (
    (
        "partner",
        "t:code",
        "t:currency i:issuer i:acceptor t:reversal t:signing_key i:seq",
    ),
    (
        "credit_line",
        "t:partner t:currency",
        "c:prefund c:cap c:reserved",
    ),
    (
        "api_key",
        "t:key",
        "t:partner t:subject i:person t:role t:scopes t:hash i:seq i:revoked_seq",
    ),
    (
        "unit",
        "t:code",
        (
            "t:owner i:scale t:nominal t:currency t:expiry i:grace t:zone i:prepaid t:earn "
            "i:version i:seq"
        ),
    ),
    (
        "contract",
        "t:id i:version",
        (
            "t:type t:proposer t:counterparty t:source t:target t:partner t:rate t:price "
            "t:currency t:fee_points t:fee_money t:expiry c:member_cap c:pair_cap t:zone "
            "i:valid_from i:valid_to t:proposer_signature t:counterparty_signature "
            "i:proposed_seq i:accepted_seq i:ended_at"
        ),
    ),
    (
        "display_name",
        "t:kind t:code",
        "n:name_en n:name_ko",
    ),
    (
        "member",
        "t:id",
        "t:commitment i:seq",
    ),
    (
        "membership",
        "t:owner t:partner",
        "i:seq",
    ),
    (
        "consent",
        "t:owner t:id",
        (
            "t:partner t:unit t:action c:max c:used t:vouched t:evidence i:expires_at i:seq "
            "i:revoked_seq"
        ),
    ),
    (
        "quote",
        "t:owner t:id",
        "t:partner t:contract c:source c:target i:expires_at i:seq i:used_seq",
    ),
    (
        "member_key",
        "t:owner",
        "b:wrapped",
    ),
    (
        "payload",
        "t:owner i:seq",
        "b:ciphertext",
    ),
    (
        "member_reference",
        "t:partner t:reference_index",
        "t:owner",
    ),
    (
        "account",
        "t:owner t:unit t:purpose",
        "c:debits_posted c:credits_posted c:debits_pending c:credits_pending c:active_at",
    ),
    (
        "lot",
        "t:owner i:seq i:n",
        (
            "t:unit t:obligor t:issuer t:funding c:expires_at t:currency c:cost c:amount "
            "c:remaining c:pinned"
        ),
    ),
    (
        "hold",
        "t:owner t:id",
        (
            "t:unit c:amount t:acceptor t:contract t:consent i:deadline t:reserve t:state "
            "c:captured i:seq i:ended_seq"
        ),
    ),
    (
        "transfer",
        "t:owner t:id",
        (
            "i:seq t:kind t:actor t:original c:part t:hold t:contract t:quote t:consent "
            "t:acceptor t:reason i:effective_at i:received_at i:recorded_at"
        ),
    ),
    (
        "leg",
        "t:owner t:transfer i:n",
        "i:seq t:unit t:debit t:credit t:phase c:amount",
    ),
    (
        "lot_use",
        "t:owner t:transfer i:n",
        "i:seq i:lot_seq i:lot_n t:action c:amount",
    ),
    (
        "obligation",
        "t:owner i:seq i:n",
        "t:debtor t:creditor t:currency i:period c:amount t:contract t:kind",
    ),
    (
        "position",
        "t:partner t:currency i:period",
        "c:debits c:credits",
    ),
    (
        "cap_usage",
        "t:owner t:contract t:day",
        "c:amount",
    ),
    (
        "settlement_window",
        "i:period t:currency",
        "t:state i:opened_seq i:closed_seq",
    ),
    (
        "proposal",
        "t:id",
        ("t:type i:period t:currency t:maker t:state t:decider t:reason i:seq i:decided_seq"),
    ),
    (
        "log_entry",
        "r:seq",
        "b:hash b:leaf",
    ),
    (
        "log_tile",
        "i:level i:number",
        "b:hashes",
    ),
    (
        "log_head",
        "r:id",
        (
            "i:size b:last_hash i:last_time b:frontier n:checkpoint i:reference_version "
            "t:origin i:sandbox i:simulated"
        ),
    ),
    (
        "command",
        "t:partner t:key",
        "t:request_hash t:code t:path n:facts i:seq",
    ),
)


def _create(name: str, key: str, rest: str) -> None:
    keys = [column.split(":") for column in key.split()]
    columns = [*keys, *(column.split(":") for column in rest.split())]
    items: list[sa.schema.SchemaItem] = [
        sa.Column(
            column,
            _KINDS[kind],
            primary_key=[kind, column] in keys,
            nullable=False,
            autoincrement=False,
        )
        for kind, column in columns
    ]
    items += [
        sa.CheckConstraint(
            f"typeof({column}) = 'integer'", name=op.f(f"ck_{name}_{column}_integer")
        ).ddl_if(dialect="sqlite")
        for kind, column in columns
        if kind == "c"
    ]
    items.append(sa.PrimaryKeyConstraint(*(column for _, column in keys), name=f"pk_{name}"))
    # A lone integer key is SQLite's own row number; other tables lie in their key's order.
    op.create_table(name, *items, sqlite_with_rowid=keys[0][0] == "r")


def upgrade() -> None:
    for name, key, rest in _TABLES:
        _create(name, key, rest)
    for name, table, columns, condition in (
        ("ix_account_active", "account", ["unit", "active_at"], _COUNTING),
        ("ix_lot_open", "lot", ["owner", "unit"], _OPEN_LOT),
        ("ix_lot_expiry", "lot", ["expires_at"], _OPEN_LOT),
        ("ix_hold_pending", "hold", ["owner", "unit"], _PENDING),
        ("ix_hold_deadline", "hold", ["deadline"], _PENDING),
        ("ix_transfer_original", "transfer", ["owner", "original"], _REVERSAL),
        ("ix_transfer_seq", "transfer", ["seq", "owner"], None),
        ("ix_transfer_book", "transfer", ["owner", "seq"], None),
        ("ix_member_reference_owner", "member_reference", ["owner"], None),
        (
            "ix_obligation_period_currency_debtor_seq_n",
            "obligation",
            ["period", "currency", "debtor", "seq", "n"],
            None,
        ),
    ):
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
