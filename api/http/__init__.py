"""Dure over HTTP: what a browser, a GraphQL client, an auditor and a monitor are served.

- `graphql`     the endpoint, as GraphQL over HTTP has it
- `requests`    a request read within limits
- `negotiation` media type and language that a caller wants
- `answers`     how everything is sent, and the headers on all of it
- `log`         checkpoint, hash tiles, bundles of entries
- `monitoring`  health, readiness, figures
- `files`       the page's own files
- `assets`      the page a person sees at /graphql, and the files it needs
- `graphiql/`   our page and script around GraphiQL, and the lock file it is fetched by
- `static/`     what was fetched at build; git ignores it, the wheel carries it
"""
