"""What is said at `/`: which network this is, and where to ask it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from api.http.answers import TEXT, Reply, send

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HTML = "text/html; charset=utf-8"
HEADER_MAX = 1_000  # a longer header counts as none; browsers send some 150 characters

# Each place, and what is there. The origin, which heads them, is the log's public name.
PLACES = (
    ("/graphql", "the network's surface: a page for browsers, GraphQL for programs"),
    ("/log/checkpoint", "the signed checkpoint of the log"),
    ("/healthz", "whether the process runs"),
    ("/readyz", "whether a change could be written now"),
)


class Root:
    """An ASGI application that tells people and programs where they are."""

    def __init__(self, origin: str) -> None:
        """Speak for the network whose log is named ``origin``."""
        lines = [f"{origin}: points across brands, by Dure", ""]
        lines += [f"{path:<16} {what}" for path, what in PLACES]
        self._text = Reply(200, ("\n".join(lines) + "\n").encode(), TEXT)
        title = escape(lines[0])
        items = "".join(f'<li><a href="{path}">{path}</a>: {what}</li>' for path, what in PLACES)
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<h1>{title}</h1><ul>{items}</ul></html>\n"
        )
        self._page = Reply(200, page.encode(), HTML)

    async def __call__(self, scope: Scope, _: Receive, send_: Send) -> None:
        """Answer a GET: with links where HTML is wanted, else as plain text."""
        if scope["method"] not in ("GET", "HEAD"):
            await send(send_, Reply(405, b"GET\n", TEXT, ((b"allow", b"GET"),)))
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        wanted = headers.get(b"accept", b"")[:HEADER_MAX]
        await send(send_, self._page if b"text/html" in wanted else self._text)
