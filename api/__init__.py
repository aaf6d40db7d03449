"""Every way in; none of these holds a rule.

- `bootstrap`  the one place that wires ports to implementations
- `keyring`    the log keys of a home; `rotation` replaces the one that signs
- `config`     settings, from `DURE_*` variables
- `asgi`       the HTTP application
- `auth`       credentials to a principal
- `schema`     GraphQL: one folder a noun, one file a mutation
- `http`       GraphQL over HTTP, the log's tiles, health, metrics, pages for browsers
- `statements`, `books`  what settlement makes of the rows that a network has
- `witnessing` witnesses, run and asked; `stamping` time stamps; `bundles` exports
- `cli`        the `dure` command

May import everything; nothing imports it.
"""
