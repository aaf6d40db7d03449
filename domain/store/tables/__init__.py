"""Every table, as SQLModel classes.

- ``partners``: partner, credit_line, api_key, unit, contract
- ``members``: member, membership, consent, quote; outside the log: member_key, payload,
  member_reference, display_name
- ``ledger``: account, lot, hold, transfer, leg, lot_use
- ``obligations``: obligation, position, cap_usage, settlement_window, proposal
- ``settlements``: settlement and what belongs to it; outside the log: free_text
- ``log``: log_entry, log_tile, log_head; outside the log: command
- ``catalogue``: which of them the log vouches for, and in which order they are exported

There are no triggers, no sequences, and no foreign keys: a row is a function of its entry.
"""

from domain.store.tables.base import METADATA
from domain.store.tables.catalogue import (
    LOG_TABLES,
    LOGGED_TABLES,
    PERSONAL_TABLES,
    STREAMED_TABLES,
    UNLOGGED_TABLES,
)

__all__ = [
    "LOGGED_TABLES",
    "LOG_TABLES",
    "METADATA",
    "PERSONAL_TABLES",
    "STREAMED_TABLES",
    "UNLOGGED_TABLES",
]
