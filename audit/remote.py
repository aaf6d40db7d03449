"""A log at an address: checkpoint, hash tiles and entry bundles over HTTP (C2SP tlog-tiles).

Any file server may stand behind it, and none is believed: what is fetched is only ever held against
a signed checkpoint. Each tile is asked for in the widest form that the checkpoint's size gives it,
which a static copy has too.
"""

import time
from collections.abc import Container
from http import HTTPStatus
from typing import Final

from audit.bundle import CHECKPOINT, ENTRIES_BYTES_MAX, BundleError
from audit.errors import TileError
from audit.merkle import HASH_BYTES
from audit.note import NOTE_BYTES_MAX
from audit.tiles import TILE_HEIGHT, TILE_WIDTH, Tile
from audit.transport import Line, Response, TransportError, check_url, unpacked

TILE_BYTES_MAX: Final = TILE_WIDTH * HASH_BYTES
TRIES: Final = 4  # a server that is full answers 429 or 503, and may be asked again
TRY_AGAIN_SECONDS: Final = 0.5  # doubled each time: seven times this in all

_FULL: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class RemoteLog:
    """A log as its address shows it; read as a bundle is."""

    def __init__(self, url: str, token: str = "", *, entries: bool = False) -> None:
        """Take the log's address, the prefix of `/checkpoint` and `/tile/`.

        Args:
            url: http or https.
            token: an API key that may read entries; "" for hashes alone.
            entries: that entries may be read without one, as from a copy of one's own.

        Raises:
            TransportError: `URL_INVALID`; `TOKEN_IN_CLEAR` where a token would travel over plain
                HTTP to another machine.
        """
        parts = check_url(url)
        if token and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise TransportError("TOKEN_IN_CLEAR", url=url)
        self.url = url.rstrip("/")
        self.entries = entries or bool(token)
        self._token = token
        self._line = Line(url)
        self._last: tuple[str, bytes | None] = ("", None)

    def close(self) -> None:
        """Give the connection back."""
        self._line.close()

    def checkpoint(self) -> bytes:
        """Fetch the signed checkpoint.

        Raises:
            TransportError: nobody answered in time, or not with a checkpoint.
        """
        data = self._fetch(CHECKPOINT, NOTE_BYTES_MAX)
        if data is None:
            raise TransportError("STATUS", url=f"{self.url}/{CHECKPOINT}", status=404)
        return data

    @property
    def files(self) -> Container[str]:
        """The paths that are there: looking for one fetches it, and keeps it to be read next."""
        return _Files(self)

    def has(self, path: str, bytes_max: int = 0) -> bool:
        """Fetch a file; tell whether it is there. Without a limit it is a tile or a bundle.

        Raises:
            TransportError: nobody answered in time, or `TOKEN_REFUSED`.
        """
        # Told from what is there: a bundle is not longer than this, nor a tile than that.
        bytes_max = bytes_max or (ENTRIES_BYTES_MAX if "/entries/" in path else TILE_BYTES_MAX)
        self._last = path, self._fetch(path, bytes_max)
        return self._last[1] is not None

    def read(self, path: str, bytes_max: int) -> bytes:
        """A file's bytes: a tile's, an entry bundle's, or one that names keys.

        Raises:
            TransportError: nobody answered in time, or `TOKEN_REFUSED`.
            BundleError: `FILE_MISSING`, `FILE_TOO_LONG`.
        """
        path_kept, data = self._last
        self._last = "", None
        if path_kept != path:
            data = self._fetch(path, bytes_max)
        if data is None:
            raise BundleError("FILE_MISSING", path=path)
        if len(data) > bytes_max:
            raise BundleError("FILE_TOO_LONG", path=path, bytes_max=bytes_max)
        return data

    def _fetch(self, path: str, bytes_max: int) -> bytes | None:
        """What stands at a path; None where nothing does."""
        url = f"{self.url}/{path}"
        headers = {"accept-encoding": "gzip"}
        if self._token and "/entries/" in path:
            headers["authorization"] = f"Bearer {self._token}"
        answer = self._ask(url, headers, bytes_max)
        if answer.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return None
        if answer.status in _REFUSED:
            raise TransportError("TOKEN_REFUSED", url=url, status=answer.status)
        if answer.status != HTTPStatus.OK:
            raise TransportError("STATUS", url=url, status=answer.status)
        return unpacked(answer, bytes_max)

    def _ask(self, url: str, headers: dict[str, str], bytes_max: int) -> Response:
        for attempt in range(TRIES):
            answer = self._line.get(url, headers, bytes_max)
            if answer.status not in _FULL or attempt == TRIES - 1:
                break
            time.sleep(TRY_AGAIN_SECONDS * 2**attempt)
        return answer


class _Files:
    """`path in files` asks the log."""

    def __init__(self, log: RemoteLog) -> None:
        self._log = log

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self._log.has(path)


def tile_of(level: int, index: int, size: int) -> Tile:
    """Name a hash tile of a tree in its widest form.

    Raises:
        TileError: `TILE_PATH` where a tree of this size has no such tile.
    """
    nodes = size >> TILE_HEIGHT * level
    width = min(TILE_WIDTH, nodes - index * TILE_WIDTH)
    if width <= 0:
        raise TileError("TILE_PATH", level=level, index=index)
    return Tile(level, index, width)


def hashes_of(log: RemoteLog, tile: Tile) -> bytes:
    """Fetch a hash tile.

    Raises:
        TransportError: nobody answered in time.
        BundleError: `TILE_MISSING`, or `TILE_CHANGED` where it has not its width of hashes.
    """
    path = tile.path()
    try:
        data = log.read(path, TILE_BYTES_MAX)
    except BundleError:
        raise BundleError("TILE_MISSING", path=path) from None
    if len(data) != tile.width * HASH_BYTES:
        raise BundleError("TILE_CHANGED", path=path)
    return data
