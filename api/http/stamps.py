"""Time stamps over HTTP: `/log/stamps/SIZE.checkpoint`, `SIZE.tsr`, and `index`, their sizes.

All of it is public: a checkpoint shows no content, and a stamp is an authority's word on it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.http.answers import BYTES, TEXT, Reply
from api.http.serving import FRESH, PUBLIC, as_served
from audit.bundle import (
    STAMP_FOLDER,
    STAMP_INDEX,
    STAMP_SUFFIX,
    STAMPED_SUFFIX,
    STAMPS_LISTED_MAX,
    index_text,
)
from domain.store import stamps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.schema.core.context import Services

_STAMP_TYPE = "application/timestamp-reply"  # RFC 3161 section 3.4
_STAMP = re.compile(
    f"{STAMP_FOLDER}(0|[1-9][0-9]{{0,15}})({re.escape(STAMPED_SUFFIX)}|{re.escape(STAMP_SUFFIX)})"
)


async def answer_stamps(
    services: Services, path: str, headers: Mapping[bytes, bytes]
) -> Reply | None:
    """Answer for a path below /log/; None where it is none of these."""
    if path == STAMP_INDEX:
        sizes = await services.reader.read(stamps.sizes, STAMPS_LISTED_MAX)
        return as_served(Reply(200, index_text(sizes).encode(), TEXT, FRESH), headers, packs=True)
    match = _STAMP.fullmatch(path)
    if match is None:
        return None
    found = await services.reader.read(stamps.of_size, int(match[1]))
    if found is None:
        return Reply(404, b"not found\n")
    if match[2] == STAMPED_SUFFIX:
        reply = Reply(200, found.note.encode(), BYTES, PUBLIC)  # to the letter, as it was stamped
    else:
        reply = Reply(200, found.response, _STAMP_TYPE, PUBLIC)
    return as_served(reply, headers, packs=True)
