"""From closing a window to the money being there: what partners do about what they owe.

A settlement window gathers obligations until it is closed, which one person proposes and another
decides. The rules are pure and decide on values; `api.bootstrap` registers their commands with the
ledger's writer, so that a settlement changes in the same transaction as its entry in the log.

- `netting`: what is left to pay, and who pays whom
- `payments`: bank accounts, ids, payment files
- `bank`: a bank's statements, and which payments they prove
- `statements`: a partner's account of closed windows, and its forms
- `books`: journals, liability and breakage, made from the ledger's rows
- `currencies`: decimals, and amounts as text
- `commands`, `registry`: what may be asked, and which rule decides it
- `windows`: closing, and proposals of every type
- `settlements`: netting into a draft, the table of moves, payments, defaults
- `controls`: caps, collateral, declared policies
- `waiting`: bank lines that wait for a person
- `charges`: fees and tax at closing

May import `domain`; never `audit`, never `api`. `api` may import it.
"""
