"""Leaves to the ledger's rows, by their effects alone.

A leaf carries effects: which accounts moved, which lots were made and used, who owes what. Replay
applies them in order and so rebuilds every logged row, knowing no rule of the ledger; whatever
then differs from the ledger was changed without an entry.

=========== ==================================================================
tables      the logged tables: columns, keys, the one form of a line
fields      a leaf's texts as numbers, times and lists
report      findings about the entry being applied
books       books by number, and what lies in each
accounts    legs and balances
names       lots by their names
lots        points that came in together, and their uses
holds       points set aside
partners    partners, credit lines, API keys
contracts   units and contracts
members     members, memberships, consents, quotes
obligations obligations, positions, windows
proposals   what one subject proposes and another decides
settlements settlements, their nets, payments and steps
made        rows of the streamed tables
replay      one entry after another
=========== ==================================================================
"""

from audit.replay.made import EntryRows, Made
from audit.replay.replay import Replay
from audit.replay.tables import NEVER, TABLES, Row, Table

__all__ = ["NEVER", "TABLES", "EntryRows", "Made", "Replay", "Row", "Table"]
