"""The log's keys over HTTP: `/log/keys`, and of each change `/log/handovers/SIZE` and `SIZE.entry`.

All of it is public: it names keys and nobody. A verifier needs the checkpoint, a witness the entry.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.http.answers import BYTES, TEXT, Reply
from api.keyring import read_keys
from domain.store.queries import log

if TYPE_CHECKING:
    from api.schema.core.context import Services

KEYS = "keys"
_HANDOVER = re.compile(r"handovers/([1-9][0-9]{0,15})(\.entry)?")
_FRESH = ((b"cache-control", b"no-cache"),)  # a handover may still gather cosignatures


async def answer_keys(services: Services, path: str) -> Reply | None:
    """Answer for a path below /log/; None where it is none of these."""
    if path == KEYS:
        history = await services.reader.read(read_keys)
        return Reply(200, history.text.encode(), TEXT, _FRESH)
    match = _HANDOVER.fullmatch(path)
    if match is None:
        return None
    for row in await services.reader.read(log.handovers):
        if row.size == int(match[1]):
            if match[2]:
                return Reply(200, row.leaf, BYTES, _FRESH)
            return Reply(200, row.note.encode(), TEXT, _FRESH)
    return Reply(404, b"not found\n")
