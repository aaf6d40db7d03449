"""From closing a window to the money being there: what partners do about what they owe.

A settlement window gathers obligations until it is closed, which one person proposes and another
decides. Netting and payment belong here and are not built yet. The rules are pure and decide on
values; `api.bootstrap` registers their commands with the ledger's writer, so that a settlement
changes in the same transaction as its entry in the log.

- `statements`  a partner's account of closed windows, and its forms
- `books`       journals, liability and breakage, made from the ledger's rows
- `currencies`  decimals of a currency, and how its amounts are written

May import `domain`; never `audit`, never `api`. `api` may import it.
"""
