"""The GraphQL surface: one folder a noun, one file a mutation; no rule lives here.

- `core`        scalars, global ids, errors, permissions, limits, connections, the way to the writer
- `points`      issue, quote, exchange, redeem, gift, adjust, reverse; transfers and wallets
- `holds`       hold, capture, void
- `members`     enrolment, links, consents
- `partners`    partners, units, API keys
- `contracts`   propose, accept, end
- `settlement`  windows and proposals
- `audit`       entries, checkpoints, proofs
- `root`        the Query and Mutation types and the schema
- `export`      writes `schema.graphql`, the committed SDL
"""
