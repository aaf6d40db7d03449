"""The log's keys over HTTP: `/log/keys`, and of each change `/log/handovers/SIZE` and `SIZE.entry`.

All of it is public: it names keys and nobody. A verifier walks by it from the key it trusts to the
key of today; a witness takes the entry alone. `/log/handovers/index` lists the sizes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.http.answers import BYTES, TEXT, Reply
from api.http.serving import FRESH, PUBLIC, as_served
from api.keyring import read_keys
from audit.bundle import ENTRY_SUFFIX, HANDOVER_FOLDER, HANDOVER_INDEX, KEYS, index_text
from domain.store.queries import log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.schema.core.context import Services

_HANDOVER = re.compile(f"{HANDOVER_FOLDER}([1-9][0-9]{{0,15}})({re.escape(ENTRY_SUFFIX)})?")


async def answer_keys(
    services: Services, path: str, headers: Mapping[bytes, bytes]
) -> Reply | None:
    """Answer for a path below /log/; None where it is none of these."""
    if path == KEYS:
        history = await services.reader.read(read_keys)
        return as_served(Reply(200, history.text.encode(), TEXT, FRESH), headers, packs=True)
    match = _HANDOVER.fullmatch(path)
    if match is None and path != HANDOVER_INDEX:
        return None
    rows = await services.reader.read(log.handovers)
    if match is None:
        index = index_text(row.size for row in rows).encode()
        return as_served(Reply(200, index, TEXT, FRESH), headers, packs=True)
    for row in rows:
        if row.size == int(match[1]):
            if match[2]:
                return as_served(Reply(200, row.leaf, BYTES, PUBLIC), headers, packs=True)
            # Of a compromised key it may still gather cosignatures, so it is asked for again.
            return as_served(Reply(200, row.note.encode(), TEXT, FRESH), headers, packs=True)
    return Reply(404, b"not found\n")
