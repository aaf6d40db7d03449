"""The small tables, whole: partners, units, keys, contracts, windows, proposals, and names."""

from typing import NamedTuple

from sqlalchemy import Connection, text

from domain.errors import StoreError
from domain.ledger.state import Reference
from domain.store.queries.reader import Reader
from domain.store.reference import read_reference


class Name(NamedTuple):
    """What people call a partner or a unit; "" where nobody said."""

    en: str
    ko: str


def version(connection: Connection) -> int:
    """Return the number that moves whenever one of the small tables changes; -1 before founding."""
    # pk_log_head
    found = connection.execute(text("SELECT reference_version FROM log_head WHERE id = 1")).scalar()
    return -1 if found is None else int(found)


def load(connection: Connection) -> Reference:
    """Return the small tables as they stand.

    Raises:
        StoreError: ``LOG_NOT_FOUNDED``.
    """
    # pk_log_head
    row = connection.execute(
        text("SELECT origin, sandbox, simulated FROM log_head WHERE id = 1")
    ).one_or_none()
    if row is None:
        raise StoreError("LOG_NOT_FOUNDED")
    return read_reference(
        Reader(connection), row.origin, sandbox=bool(row.sandbox), simulated=bool(row.simulated)
    )


def names(connection: Connection) -> dict[tuple[str, str], Name]:
    """Return display names by (``partner`` or ``unit``, code)."""
    rows = connection.execute(text("SELECT kind, code, name_en, name_ko FROM display_name"))
    return {(row.kind, row.code): Name(row.name_en, row.name_ko) for row in rows}
