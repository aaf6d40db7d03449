"""What is true, whoever asks: the rules of points and of what partners owe for them.

Ground floor, on the standard library alone:

- `money`        amounts, fractions, rounding with an owner
- `ids`, `clock` identities and time, as ports
- `errors`       the one root of refusals, each a code and typed facts
- `ports`        what the rules ask of the world: the log, the clock, the store

One folder a noun, each pure rules over values:

- `ledger`       books, legs, lots, holds, reversal: the decision rule
- `partners`, `members`, `contracts`, `exchange`
- `obligations`  what a transfer makes partners owe; positions and the net debit cap

And the one folder that knows a database:

- `store`        tables, migrations, the writer with its group commit, read queries

Rules import no store and no SQL. `domain` imports none of `api`, `audit`, `settlement`: the log
comes in through a protocol in `ports`. `settlement` and `api` may import it.
"""
