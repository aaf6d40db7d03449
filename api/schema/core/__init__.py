"""What every noun of the surface needs.

- `scalars`     amounts, instants, fractions, sequences: exact, checked at the door
- `ids`         global ids that carry their owner
- `texts`       checks of codes, keys, names, reasons
- `enums`       enums whose every value is described
- `errors`      one GraphQL type for each refusal code
- `context`     what a resolver is given
- `permission`  the scope that a field asks for, as data
- `mutation`    a mutation field: scope, payload union, refusals to values
- `record`      a command to the writer and its answer back
- `reading`     the read side, off the event loop
- `connection`  keyset pages
- `node`        what has a global id
- `limits`      depth, aliases, cost and tokens of a document
"""
