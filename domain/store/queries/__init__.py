"""The read side: every function takes a connection from ``domain.store.engine.reading``.

- ``reader``: how statements are run
- ``reference``: partners, units, keys, contracts, windows, proposals, in one; names of things
- ``wallets``: balances and lots; ``transfers``: pages, legs, uses; ``holds``
- ``members``: by reference, memberships, consents, quotes, payloads
- ``obligations``: what is owed, by pair and line, netted over windows; positions, credit lines
- ``log``: head, entries, tiles; ``export``: every logged table as of one snapshot
- ``jobs``: what is due

Pages go by key, newest first or oldest first as said, never by offset.
"""
