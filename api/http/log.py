"""The log over HTTP: checkpoint and tiles, as C2SP tlog-tiles has them.

Checkpoint and hash tiles are public, they show no content, and any page in a browser may read them;
bundles of entries are for the operator and for auditors of the network. What a tile holds never
changes, a partial one's neither: a longer one is another path. Nothing is served that is not
committed; what lies beyond the checkpoint that is served may be.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from api.auth.directory import CredentialError
from api.auth.scopes import Scope
from api.http.answers import BYTES, TEXT, Reply, send
from api.http.handovers import answer_keys
from api.http.requests import headers_of
from api.http.serving import FRESH, PRIVATE, PUBLIC, as_served
from api.http.stamps import answer_stamps
from api.schema.audit.evidence import served_checkpoint
from api.schema.core.errors import FaultError
from audit.errors import TileError
from audit.kinds import SEQ_MAX
from audit.tiles import TILE_WIDTH, Tile, encode_entries
from domain.errors import StoreError
from domain.store.queries import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Send
    from starlette.types import Scope as Request

    from api.schema.core.context import Services

_PREFIX = "/log/"
_HASH_BYTES = 32
_INDEX_MAX = SEQ_MAX // TILE_WIDTH  # of the last tile that any log has; databases count no further
_NOT_FOUND = Reply(404, b"not found\n")
_WRONG_METHOD = Reply(405, b"GET\n", TEXT, ((b"allow", b"GET, HEAD"),))
_GONE = Reply(503, b"unavailable\n")


class LogEndpoint:
    """The ASGI application behind /log/."""

    def __init__(self) -> None:
        """Begin without services; they stand from start-up to shut-down."""
        self.services: Services | None = None

    async def __call__(self, scope: Request, _: Receive, send_: Send) -> None:
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            reply = _WRONG_METHOD
        elif self.services is None:
            reply = _GONE
        else:
            try:
                path = scope["path"].removeprefix(_PREFIX)
                reply = await _answer(self.services, path, headers_of(scope))
            except CredentialError:
                reply = Reply(401, b"unauthenticated\n")
            except (StoreError, FaultError):
                reply = _GONE
        await send(send_, reply, bodiless=scope["method"] == "HEAD")


async def _answer(services: Services, path: str, headers: Mapping[bytes, bytes]) -> Reply:
    if path == "checkpoint":
        note = await services.reader.read(served_checkpoint, witnessed=services.witnessed)
        if note is None:
            return _GONE
        return as_served(Reply(200, note.note.encode(), TEXT, FRESH), headers, packs=True)
    keys = await answer_keys(services, path, headers)
    if keys is not None:
        return keys
    stamps = await answer_stamps(services, path, headers)
    if stamps is not None:
        return stamps
    try:
        tile = Tile.parse(path)
    except TileError:
        return _NOT_FOUND
    if tile.index > _INDEX_MAX:
        return _NOT_FOUND
    if tile.level is None:
        return await _entries(services, tile, headers)
    hashes = await services.reader.read(log.tile, tile.level, tile.index)
    wanted = tile.width * _HASH_BYTES
    if len(hashes) < wanted:
        return _NOT_FOUND
    return as_served(Reply(200, hashes[:wanted], BYTES, PUBLIC), headers, packs=False)


async def _entries(services: Services, tile: Tile, headers: Mapping[bytes, bytes]) -> Reply:
    authorization = headers.get(b"authorization")
    principal = await services.directory.recognise(
        None if authorization is None else authorization.decode("latin-1")
    )
    if principal is None:
        return Reply(401, b"unauthenticated\n")
    if not principal.sees_all or Scope.AUDIT_READ not in principal.scopes:
        return Reply(403, b"forbidden\n")
    rows = await services.reader.read(log.entries, tile.width, tile.index * TILE_WIDTH - 1)
    if len(rows) < tile.width:
        return _NOT_FOUND
    reply = Reply(200, encode_entries(row.leaf for row in rows), BYTES, PRIVATE)
    # Packing a full bundle takes some milliseconds, in which others are answered.
    return await asyncio.to_thread(as_served, reply, headers, packs=True)
