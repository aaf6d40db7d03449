"""Credentials to a principal: who calls, for which partner, with which scopes.

- `scopes`       roles, scopes, and which role may hold which scope
- `credentials`  API keys: minted, read from a header, compared
- `principal`    who was recognised, and the domain's `Actor` made of it
- `directory`    the live keys, kept in memory and never older than a second
"""
