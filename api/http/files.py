"""The page's own files, each an entry of a table read at start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.http.answers import Reply, send
from api.http.assets import PREFIX, Assets
from api.http.requests import headers_of

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class FilesEndpoint:
    """The ASGI application behind /assets/."""

    def __init__(self, assets: Assets) -> None:
        """Serve these files."""
        self._assets = assets

    async def __call__(self, scope: Scope, _: Receive, send_: Send) -> None:
        """Answer one request."""
        found = self._assets.files.get(scope["path"].removeprefix(PREFIX))
        if found is None or scope["method"] != "GET":
            await send(send_, Reply(404, b"not found\n"))
            return
        headers = ((b"etag", found.etag.encode()), (b"cache-control", b"no-cache"))
        if headers_of(scope).get(b"if-none-match") == found.etag.encode():
            await send(send_, Reply(304, b"", found.media_type, headers))
        else:
            await send(send_, Reply(200, found.body, found.media_type, headers))
