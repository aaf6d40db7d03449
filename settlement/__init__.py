"""From closing a window to the money being there: what partners do about what they owe.

A settlement window gathers obligations until it is closed; its obligations are netted, stated to
each partner, approved by a second person, paid and reconciled. The rules here are pure and decide
on values; `api.bootstrap` registers their commands with the ledger's writer, so that a settlement
changes in the same transaction as its entry in the log.

May import `domain`; never `audit`, never `api`. `api` may import it.
"""
