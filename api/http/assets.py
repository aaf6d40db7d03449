"""What a browser is shown at /graphql: GraphiQL where it was fetched, else a plain page of ours.

The code of others comes from npm by lock file at build time, into `static/graphiql`, and is served
from our own origin; nothing is ever loaded from elsewhere, and the content policy says so. All
files are read once: a request names an entry of a table, never a path.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OWN = Path(__file__).parent / "graphiql"
FETCHED = Path(__file__).parent / "static" / "graphiql"

# Where the pages look for their files.
PREFIX = "/assets/"
# GraphiQL's editor sets styles on elements and brings its font in the style sheet.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HTML = "text/html; charset=utf-8"
_SCRIPT = "text/javascript; charset=utf-8"
_STYLE = "text/css; charset=utf-8"
_PLAIN_FILES = {"plain.js": _SCRIPT, "page.css": _STYLE}
_GRAPHIQL_FILES = {"graphiql-start.js": _SCRIPT, "page.css": _STYLE}
_FETCHED_FILES = {
    "graphiql.min.css": _STYLE,
    "graphiql.min.js": _SCRIPT,
    "react.production.min.js": _SCRIPT,
    "react-dom.production.min.js": _SCRIPT,
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served; `etag` is quoted, as the header wants it (RFC 9110 §8.8.3)."""

    body: bytes
    media_type: str
    etag: str


@dataclass(frozen=True)
class Assets:
    """The page for /graphql and the files it asks for, by their name under `PREFIX`."""

    page: Asset
    files: Mapping[str, Asset]
    is_graphiql: bool


def load(fetched: Path = FETCHED) -> Assets:
    """Read the page and its files; a GraphiQL that is not whole counts as absent.

    Args:
        fetched: the folder that `make assets` fills.
    """
    if not all((fetched / name).is_file() for name in _FETCHED_FILES):
        return Assets(
            _read(OWN / "plain.html", _HTML), _table(OWN, _PLAIN_FILES), is_graphiql=False
        )
    files = _table(OWN, _GRAPHIQL_FILES) | _table(fetched, _FETCHED_FILES)
    return Assets(_read(OWN / "index.html", _HTML), files, is_graphiql=True)


def _table(folder: Path, names: Mapping[str, str]) -> dict[str, Asset]:
    return {name: _read(folder / name, media_type) for name, media_type in names.items()}


def _read(path: Path, media_type: str) -> Asset:
    body = path.read_bytes()
    return Asset(body, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
