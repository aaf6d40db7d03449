"""Leaves to the ledger's rows, by their effects alone.

A leaf carries effects: which accounts moved, which lots were made and used, who owes what. Replay
applies them in order and so rebuilds every logged row; whatever then differs from the ledger was
changed without an entry. It knows no rule of the ledger but those of money that nobody asked for:
what a closing charges, and what a default takes from whom, follow from the state alone.

=========== ==================================================================
tables      the logged tables: columns, keys, the one form of a line
fields      a leaf's texts as numbers, times and lists
report      findings about the entry being applied
books       books by number, and what lies in each
accounts    legs and balances
arithmetic  points and money, floors and splits
names       lots by their names
lots        points that came in together, and their uses
holds       points set aside
partners    partners, credit lines, API keys
contracts   units and contracts
members     members, memberships, consents, quotes
obligations obligations, positions, windows
proposals   what one subject proposes and another decides
settlements settlements, their nets, payments and steps
charging    what a closing and a settled default charge, worked out anew
defaulting  what a default draws and who bears the rest, worked out anew
made        rows of the streamed tables
replay      one entry after another
=========== ==================================================================
"""

from audit.replay.made import EntryRows, Made
from audit.replay.replay import Replay
from audit.replay.tables import NEVER, TABLES, Row, Table

__all__ = ["NEVER", "TABLES", "EntryRows", "Made", "Replay", "Row", "Table"]
