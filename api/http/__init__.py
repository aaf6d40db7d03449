"""Dure over HTTP: what a browser, a GraphQL client, an auditor and a monitor are served.

- `assets`    the page a person sees at /graphql, and the files it needs
- `graphiql/` our page and script around GraphiQL, and the lock file it is fetched by
- `static/`   what was fetched at build; git ignores it, the wheel carries it
"""
