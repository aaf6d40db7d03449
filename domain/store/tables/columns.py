"""The few kinds of column there are, and what the tables have in common.

Every table of books has its owner in its key, so that it can be spread over machines by it. What
changes leads with the owner: a wallet's rows lie together. What only grows leads with the sequence:
a batch's rows lie together. On SQLite such a table is its own primary key index (WITHOUT ROWID):
one tree, one write. Text sorts by its bytes on both databases, as the exported ledger does.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, LargeBinary, String, Text
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field

TEXT = String().with_variant(String(collation="C"), "postgresql")
NOTE = Text()  # never compared or sorted: facts, checkpoints
BIGINT = BigInteger()
ROWID = BigInteger().with_variant(Integer(), "sqlite")  # SQLite's rowid is an INTEGER by name
BYTES = LargeBinary()


def text(*, key: bool = False) -> str:
    """Return a column of printable ASCII, never NULL; "" stands for none."""
    column: str = Field(sa_column=Column(TEXT, primary_key=key, nullable=False))
    return column


def bigint(*, key: bool = False) -> int:
    """Return a column of 64-bit integers: amounts in minor units, sequences, microseconds."""
    column: int = Field(
        sa_column=Column(BIGINT, primary_key=key, nullable=False, autoincrement=False)
    )
    return column


def rowid() -> int:
    """Return a lone integer key, which is SQLite's own row number."""
    column: int = Field(
        sa_column=Column(ROWID, primary_key=True, nullable=False, autoincrement=False)
    )
    return column


def note() -> str:
    """Return a column of Unicode text that no statement compares."""
    column: str = Field(sa_column=Column(NOTE, nullable=False))
    return column


def data() -> bytes:
    """Return a column of bytes."""
    column: bytes = Field(sa_column=Column(BYTES, nullable=False))
    return column


def integers(*names: str) -> tuple[CheckConstraint, ...]:
    """Return the checks that keep SQLite from storing a REAL where a counter would pass 2^63."""
    return tuple(
        CheckConstraint(f"typeof({name}) = 'integer'", name=f"{name}_integer").ddl_if(
            dialect="sqlite"
        )
        for name in names
    )


def keyed(items: Sequence[SchemaItem] = ()) -> tuple[SchemaItem | dict[str, bool], ...]:
    """Return the arguments of a table that lies in its key's order."""
    return (*items, {"sqlite_with_rowid": False})
