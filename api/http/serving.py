"""What a file server knows of one answer: its tag, whether it is asked for again, its compression.

RFC 9110 sections 8.8.3 (ETag), 13.1.2 (If-None-Match), 12.5.3 (Accept-Encoding) and 9.3.2 (HEAD).
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from api.http.answers import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.http.answers import Headers

# What needs no credentials may be read by a page of any origin: a verifier in a browser, say.
_ANYWHERE = (b"access-control-allow-origin", b"*")
PUBLIC: Headers = ((b"cache-control", b"public, max-age=31536000, immutable"), _ANYWHERE)
PRIVATE: Headers = ((b"cache-control", b"private, max-age=31536000, immutable"),)
FRESH: Headers = ((b"cache-control", b"no-cache"), _ANYWHERE)

HEADER_MAX = 4_096  # a longer header counts as none; a tag of ours has forty characters
_TAG_DIGITS = 32  # 128 bits: nobody finds two answers of one tag
_GZIP_WINDOW = 31  # zlib: the widest window, with gzip's own header
_GZIP_LEVEL = 6
# Bundles that are asked for again soon: every monitor that follows the log reads the last ones.
_COMPRESSED_KEPT = 64
_CACHED = 256  # clients of one kind send one header


@lru_cache(maxsize=_CACHED)
def takes_gzip(header: bytes) -> bool:
    """Tell whether an `Accept-Encoding` allows gzip: named or by `*`, and not with weight 0."""
    if len(header) > HEADER_MAX:
        return False
    found: dict[str, bool] = {}
    for item in header.decode("latin-1").lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        weight = "".join(parameters).replace(" ", "")
        found[coding] = weight.removeprefix("q=").strip("0.") != "" if weight else True
    return found.get("gzip", found.get("x-gzip", found.get("*", False)))


@lru_cache(maxsize=_COMPRESSED_KEPT)
def _compressed(body: bytes) -> bytes:
    # No name and no time in the header: the same bytes give the same answer, and the same tag.
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return packer.compress(body) + packer.flush()


def _tag(body: bytes) -> bytes:
    return b'"%b"' % sha256(body).hexdigest()[:_TAG_DIGITS].encode()


def _known(tag: bytes, header: bytes) -> bool:
    """Tell whether the caller holds this answer; tags compare weakly (RFC 9110, 13.1.2)."""
    if len(header) > HEADER_MAX:
        return False
    held = {one.strip().removeprefix(b"W/") for one in header.split(b",")}
    return tag in held or header.strip() == b"*"


def as_served(reply: Reply, headers: Mapping[bytes, bytes], *, packs: bool) -> Reply:
    """Return an answer as this caller gets it: tagged, packed where asked for, or 304.

    ``packs`` says that it may be compressed: hashes cannot be, text and entries to a third.
    """
    added: list[tuple[bytes, bytes]] = []
    body = reply.body
    if packs:
        added.append((b"vary", b"accept-encoding"))
        if takes_gzip(headers.get(b"accept-encoding", b"")):
            body = _compressed(body)
            added.append((b"content-encoding", b"gzip"))
    tag = _tag(body)
    added.append((b"etag", tag))
    if _known(tag, headers.get(b"if-none-match", b"")):
        kept = tuple(one for one in added if one[0] != b"content-encoding")
        return Reply(304, b"", reply.media_type, (*reply.headers, *kept))
    return Reply(reply.status, body, reply.media_type, (*reply.headers, *added))
