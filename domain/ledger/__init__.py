"""The ledger: double entry per book, lots behind every wallet, and the pure decision.

- `model`, `records`, `state`   legs, lots, holds, effects; reference rows; what a batch sees
- `commands`, `codes`           what may be asked, and every way it may be refused
- `rules`                       the table from command to decision and from entry to effect
- `issue` `redeem` `holds` `gift` `reversal`   one decision each (exchange has its own room)
- `lots`, `checks`              what decisions share: draws in spending order, common refusals
- `reversal_plan`, `take_back`  what remains of an original; getting back what it gave
- `apply*`, `effects`           effects into the state, and into a leaf's fields
"""
