"""What is left to pay once debts are set against one another.

Amounts are minor units of one currency. A partner's *net* is what it owes less what it is owed:
positive where it must pay, and the nets of a settlement sum to zero. *Gross* is the sum of all
debts; the settlement's *net* is what its debtors pay in all.

- ``sums``: debts by pair, the nets of pairs and partners, gross, net, efficiency
- ``transfers``: who pays whom: through the operator's clearing account, or with fewest payments
"""
