"""Rows: where the ledger, its members and the log are kept, on SQLite or PostgreSQL.

- ``tables/``: every table as a SQLModel class, and which of them the log vouches for
- ``engine``: opening a database; readers' snapshots, writers' transactions
- ``migration`` and ``migrations/``: the schema's versions, without a configuration file
- ``session``: the few statements that a batch sends, over the driver itself;
  ``hot_sqlite`` and ``hot_postgres`` are its two kinds, ``statements`` their SQL
- ``loading`` and ``writing``: a batch's state from rows, and its rows from effects
- ``genesis``: the first entry of a new network
- ``batch``: the one way a change happens; ``writer``: the thread that gathers batches
- ``queries/``: the read side, one file a noun
- ``doctor``: what rows alone can tell about themselves
"""
